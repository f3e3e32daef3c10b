# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Each converter end to end: what is read back from the scene folder is geometrically right."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.registry import CONVERTERS, convert
from anyview.data.scene_folder import read_scene
from anyview.io.colmap_lenses import LENS_MODELS
from tests.data.converters import (
    hypersim_miniature,
    test_co3d,
    test_colmap,
    test_nerfstudio,
    test_scannetpp,
)
from tests.data.converters.miniature import check_frame

WRITERS = {
    "colmap": test_colmap.write_model,
    "nerfstudio": lambda folder: test_nerfstudio.write_data(folder, depth=True, mask=True),
    "hypersim": hypersim_miniature.write_scene_files,
    "scannetpp": lambda folder: test_scannetpp.write_dslr(folder),
    "co3d": test_co3d.write_category,
}


def test_every_converter_is_tried():
    assert set(WRITERS) == set(CONVERTERS)
    assert all(CONVERTERS[name].name == name for name in CONVERTERS)


def test_the_reference_page_names_every_converter_option_and_camera_model():
    page = (Path(__file__).parents[3] / "docs/reference/data-converters.md").read_text("utf-8")
    rows = [line.split("|")[1].strip().strip("`") for line in page.splitlines() if "|" in line]
    assert set(CONVERTERS) <= set(rows)
    assert {option.name for option in fields(ConvertOptions)} <= set(rows)
    assert all(f"`{model}`" in page for model in LENS_MODELS)


@pytest.mark.parametrize("kind", WRITERS)
def test_written_scenes_are_right(tmp_path, kind):
    source = tmp_path / "source"
    source.mkdir()
    WRITERS[kind](source)
    calls = []
    report = convert(
        kind,
        source,
        tmp_path / "out",
        progress=lambda name, done, total: calls.append((done, total)),
    )
    assert report.failed == ()
    assert report.num_left_out == 0
    assert report.num_frames == 3 * len(report.scenes) == len(calls)
    assert calls[:3] == [(1, 3), (2, 3), (3, 3)]
    for written in report.scenes:
        scene = read_scene(written.folder)
        assert written.folder == tmp_path / "out" / scene.name
        assert len(scene.frames) == written.num_frames == 3
        assert scene.is_metric == (kind in {"hypersim", "scannetpp"})
        assert scene.origin.source
        for frame in scene.frames:
            check_frame(frame)
            if kind == "colmap":
                assert len(frame.read_sparse().depth) > 0


def test_unreadable_frames_are_left_out_and_counted(tmp_path):
    test_nerfstudio.write_data(tmp_path / "s", depth=True)
    image = tmp_path / "s" / "images" / "frame_1.png"
    image.write_bytes(image.read_bytes()[:-200])  # its header is well
    Image.new("RGB", (64, 48)).save(tmp_path / "s" / "depth_2.png")
    report = convert("nerfstudio", tmp_path / "s", tmp_path / "out")
    [scene] = report.scenes
    assert (scene.num_frames, report.num_frames, report.num_left_out) == (1, 1, 2)
    reasons = {item.name: item.reason for item in scene.left_out}
    assert "damaged" in reasons["frame_1"]
    assert "16-bit" in reasons["frame_2"]
    assert [frame.name for frame in read_scene(scene.folder).frames] == ["frame_0"]


def test_a_scene_that_fails_does_not_stop_the_others(tmp_path):
    for name in ("a", "b"):
        test_scannetpp.write_dslr(tmp_path / "s" / name)
    (tmp_path / "s" / "a" / "dslr" / "nerfstudio" / "transforms.json").write_text("{")
    report = convert("scannetpp", tmp_path / "s", tmp_path / "out")
    assert [scene.name for scene in report.scenes] == ["b_dslr"]
    [failed] = report.failed
    assert failed.name == "a_dslr"
    assert "not a readable JSON" in failed.reason


def test_nothing_usable_is_an_error_that_says_why(tmp_path):
    test_nerfstudio.write_data(tmp_path / "s")
    for path in (tmp_path / "s" / "images").iterdir():
        path.unlink()
    with pytest.raises(InputError, match=r"none of its 3 frames can be used.*no such file"):
        convert("nerfstudio", tmp_path / "s", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_frames_and_scenes_can_be_chosen(tmp_path):
    test_co3d.write_category(tmp_path / "s")
    options = {"scenes": "*_22_*", "max_frames": 2}
    report = convert("co3d", tmp_path / "s", tmp_path / "out", options=options)
    [scene] = report.scenes
    assert scene.name == "apple_22_2"
    names = [frame.name for frame in read_scene(scene.folder).frames]
    assert names == ["000000", "000002"]
    with pytest.raises(InputError, match="there are 2: apple_110_1, apple_22_2"):
        convert("co3d", tmp_path / "s", tmp_path / "out", options={"scenes": "pear*"})


def test_scenes_that_are_there_are_replaced_only_when_asked(tmp_path):
    test_nerfstudio.write_data(tmp_path / "s")
    convert("nerfstudio", tmp_path / "s", tmp_path / "out")
    with pytest.raises(OutputError):
        convert("nerfstudio", tmp_path / "s", tmp_path / "out")
    convert("nerfstudio", tmp_path / "s", tmp_path / "out", overwrite=True)


def test_unknown_kinds_options_and_sources(tmp_path):
    with pytest.raises(OptionError, match="accepted: colmap, nerfstudio"):
        convert("blender", tmp_path, tmp_path / "out")
    with pytest.raises(OptionError, match="max_frames"):
        convert("colmap", tmp_path, tmp_path / "out", options={"max_frame": 3})
    with pytest.raises(InputError, match="no such file or folder"):
        convert("colmap", tmp_path / "absent", tmp_path / "out")


def test_undistorted_images_are_copied_byte_by_byte(tmp_path):
    test_nerfstudio.write_data(tmp_path / "s")
    report = convert("nerfstudio", tmp_path / "s", tmp_path / "out")
    folder = report.scenes[0].folder
    entry = json.loads((folder / "scene.json").read_text())["frames"][0]
    original = (tmp_path / "s" / "images" / "frame_0.png").read_bytes()
    assert (folder / entry["image"]).read_bytes() == original
    np.testing.assert_array_equal(entry["size"], [48, 64])
