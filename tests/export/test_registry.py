# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import fnmatch
import sys

import pytest

from anyview.core.errors import InputError, MissingDependencyError, OptionError, OutputError
from anyview.export.formats import FORMATS
from anyview.export.options import ExportOptions
from anyview.export.registry import (
    EXPORTERS,
    default_formats,
    export_prediction,
    formats_for,
)
from anyview.structures.prediction import Prediction

DEFAULTS = [name for name, item in FORMATS.items() if item.is_default]
ALONE = [name for name, item in FORMATS.items() if item.package is None]


def files_under(folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", FORMATS)
def test_each_exporter_writes_what_it_says_and_changes_nothing(room, tmp_path, name, fingerprint):
    if FORMATS[name].package is not None:
        pytest.importorskip(FORMATS[name].package[0])
    before = fingerprint(room)
    paths = EXPORTERS[name].write(room, tmp_path, ExportOptions())
    assert fingerprint(room) == before
    written = [path.relative_to(tmp_path).as_posix() for path in paths]
    assert sorted(files_under(tmp_path)) == sorted(written)
    patterns = FORMATS[name].files
    assert all(any(fnmatch.fnmatch(file, pattern) for pattern in patterns) for file in written)
    assert all(any(fnmatch.fnmatch(file, pattern) for file in written) for pattern in patterns)


def test_the_same_prediction_gives_the_same_bytes(room, tmp_path):
    for folder in ("first", "second"):
        export_prediction(room, tmp_path / folder, ALONE, {"max_points": 300})
    first = files_under(tmp_path / "first")
    assert first == files_under(tmp_path / "second")
    assert len([name for name in first if "/" not in name]) == 6 + 2
    assert len([name for name in first if name.endswith("front.png")]) == 3 + 2


def test_all_files_are_returned_in_order_and_progress_is_told(room, tmp_path):
    told = []
    paths = export_prediction(
        room, tmp_path / "new" / "folder", "cameras,npz", progress=lambda *p: told.append(p)
    )
    assert [path.name for path in paths] == ["cameras.json", "prediction.npz"]
    assert all(path.is_file() for path in paths)
    assert told == [(0, 2, "cameras"), (1, 2, "npz"), (2, 2, "")]


def test_existing_files_are_replaced_and_others_left_alone(room, mono, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    export_prediction(room, tmp_path, "npz")
    export_prediction(mono, tmp_path, "npz", ExportOptions())
    assert (tmp_path / "notes.txt").read_text() == "mine"
    export_prediction(mono, tmp_path / "fresh", "npz")
    assert (tmp_path / "prediction.npz").read_bytes() == (
        tmp_path / "fresh" / "prediction.npz"
    ).read_bytes()


def test_unknown_formats_and_options_are_refused_before_anything_is_made(room, tmp_path):
    folder = tmp_path / "out"
    with pytest.raises(OptionError, match="'obj'"):
        export_prediction(room, folder, ["npz", "obj"])
    with pytest.raises(OptionError, match="max_points"):
        export_prediction(room, folder, "npz", {"max_point": 3})
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cameras", "no cameras"),
        ("conf-color", "no confidence"),
        ("glb", "several views and no cameras"),
        ("ply", "several views and no cameras"),
    ],
)
def test_what_a_prediction_lacks_is_said_before_anything_is_made(room, tmp_path, name, said):
    folder = tmp_path / "out"
    prediction = Prediction(depth=room.depth, images=room.images, names=room.names)
    with pytest.raises(InputError, match=said) as caught:
        export_prediction(prediction, folder, ["npz", name])
    assert str(caught.value).endswith(
        "It can be written as npz, depth-png, depth-color, overview, depth-npy, view-npz, "
        "depth-exr."
    )
    assert not folder.exists()


def test_a_single_view_without_camera_can_be_a_cloud(mono, tmp_path):
    paths = export_prediction(mono, tmp_path, "ply,glb", {"edge_threshold": 0.0})
    assert [path.name for path in paths] == ["points.ply", "scene.glb"]


@pytest.mark.parametrize(
    "blocker", ["out", "out/depth", "out/scene.glb/", "out/depth/depth.json/", "out/colmap"]
)
def test_what_stands_in_the_way_is_said_before_work_starts(room, tmp_path, blocker):
    target = tmp_path / blocker
    if blocker.endswith("/"):
        target.mkdir(parents=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("in the way")
    before = files_under(tmp_path)
    told = []
    with pytest.raises(OutputError, match="Cannot write"):
        export_prediction(
            room, tmp_path / "out", "npz,glb,depth-png,colmap", progress=lambda *p: told.append(p)
        )
    assert told == []
    assert files_under(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_said_before_work_starts(room, tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.touch", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        export_prediction(room, tmp_path, "npz")
    assert files_under(tmp_path) == {}


def test_a_failure_leaves_whole_files_only(room, tmp_path):
    nothing_left = dataclasses.replace(room, sky=room.sky + 1)
    with pytest.raises(InputError, match="No pixel"):
        export_prediction(nothing_left, tmp_path, ["ply", "cameras", "glb", "overview"])
    # An empty cloud costs no other file.
    assert list(files_under(tmp_path)) == ["cameras.json", "overview.png"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ALONE])
def test_a_package_that_is_missing_is_said_before_anything_is_made(
    room, tmp_path, name, monkeypatch
):
    module, extra = FORMATS[name].package
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"'{name}'.*anyview\[{extra}\]"):
        export_prediction(room, tmp_path / "out", ["npz", name])
    assert not (tmp_path / "out").exists()


def test_formats_for_names_what_can_be_written(room, mono):
    assert formats_for(room) == tuple(FORMATS)
    assert formats_for(mono) == (
        "npz",
        "ply",
        "glb",
        "depth-png",
        "depth-color",
        "overview",
        "cloud-picture",
        "depth-npy",
        "view-npz",
        "depth-exr",
        "rerun",
    )
    several = Prediction(depth=room.depth, images=room.images, names=room.names)
    assert formats_for(several) == (
        *("npz", "depth-png", "depth-color", "overview", "depth-npy", "view-npz", "depth-exr"),
    )


def test_what_is_written_by_default_needs_no_other_package(room, mono):
    assert default_formats(room) == tuple(DEFAULTS)
    assert list(FORMATS)[: len(DEFAULTS)] == DEFAULTS
    assert set(DEFAULTS) <= set(ALONE)
    assert default_formats(mono) == (
        *("npz", "ply", "glb", "depth-png", "depth-color", "overview", "cloud-picture"),
    )
