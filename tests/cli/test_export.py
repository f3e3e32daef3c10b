# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview export``: a saved prediction in every format."""

import hashlib
import shutil

import pytest

from anyview.export.formats import FORMATS
from anyview.export.npz import NPZ_NAME


def test_all_formats_but_the_one_it_is(cli, saved, tmp_path):
    before = hashlib.sha256((saved / NPZ_NAME).read_bytes()).digest()
    done = cli("export", saved, "-o", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert sorted(done.out.splitlines()) == sorted(
        str(path) for path in tmp_path.rglob("*") if path.is_file()
    )
    for name, item in FORMATS.items():
        for pattern in item.files:
            assert bool(list(tmp_path.glob(pattern))) == (item.is_default and name != "npz")
    assert hashlib.sha256((saved / NPZ_NAME).read_bytes()).digest() == before


def test_beside_the_prediction_by_default(cli, saved, tmp_path):
    folder = shutil.copytree(saved, tmp_path / "own")
    done = cli("export", folder / NPZ_NAME, "-f", "ply", "--json")
    assert done.document == {"files": [str(folder / "points.ply")]}


def test_options_arrive(cli, saved, tmp_path):
    words = ["-f", "ply", "--conf-percentile", "0", "--edge-threshold", "0", "--max-points", "7"]
    assert cli("export", saved, "-o", tmp_path, *words).code == 0
    assert b"element vertex 7\n" in (tmp_path / "points.ply").read_bytes()


def test_a_saved_prediction_can_be_copied(cli, saved, tmp_path):
    assert cli("export", saved, "-o", tmp_path, "-f", "npz").code == 0
    assert (tmp_path / NPZ_NAME).read_bytes() == (saved / NPZ_NAME).read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"There is no file"),
        (b"", r"cannot be read as a prediction"),
        (b"no archive", r"cannot be read as a prediction"),
        ("cut", r"cannot be read as a prediction"),
    ],
)
def test_files_that_are_no_prediction(cli, saved, tmp_path, content, message):
    source = tmp_path / NPZ_NAME
    if content == "cut":
        whole = (saved / NPZ_NAME).read_bytes()
        content = whole[: len(whole) // 2]
    if content is not None:
        source.write_bytes(content)
    done = cli("export", source, "-o", tmp_path / "out")
    assert done.code == 3
    assert message in done.error
    assert not (tmp_path / "out").exists()


def test_wrong_options(cli, saved, tmp_path):
    out = tmp_path / "out"
    assert "Unknown export format 'obj'" in cli("export", saved, "-o", out, "-f", "obj").error
    done = cli("export", saved, "-o", out, "--max-points", "0")
    assert (done.code, done.error) == (2, "max_points is 0; give at least 1.")
    assert not out.exists()


def test_a_file_in_the_way(cli, saved, tmp_path):
    (tmp_path / "file").write_text("precious")
    done = cli("export", saved, "-o", tmp_path / "file")
    assert done.code == 7
    assert (tmp_path / "file").read_text() == "precious"
    (tmp_path / "out" / "scene.glb").mkdir(parents=True)
    done = cli("export", saved, "-o", tmp_path / "out")
    assert done.code == 7
    assert "scene.glb: it is a folder" in done.error
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["scene.glb"]
