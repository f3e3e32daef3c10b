# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview fuse``: a saved prediction as a mesh."""

import pytest
import trimesh

from anyview.export.npz import write_npz
from anyview.export.options import ExportOptions
from tests.fusion.ball import ball_prediction

LOOSE = ["--edge-threshold", "0.2", "--voxel-size", "0.1"]


@pytest.fixture
def ball(tmp_path):
    folder = tmp_path / "ball"
    folder.mkdir()
    write_npz(ball_prediction(8), folder, ExportOptions())
    return folder


def test_a_mesh_beside_the_prediction(cli, ball):
    done = cli("fuse", ball, *LOOSE, "--json")
    assert done.code == 0
    assert done.document["files"] == [str(ball / "mesh.glb")]
    assert done.document["unit"] == "scene units"
    mesh = trimesh.load(ball / "mesh.glb").geometry["mesh"]
    assert len(mesh.faces) == done.document["faces"] > 100
    assert abs(mesh.bounds).max() < 1.2


def test_the_ending_decides(cli, ball, tmp_path):
    done = cli("fuse", ball / "prediction.npz", *LOOSE, "-o", tmp_path / "new" / "m.ply")
    assert done.code == 0
    assert "triangles" in done.out
    assert (tmp_path / "new" / "m.ply").read_bytes().startswith(b"ply")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "m.stl"], r"m.stl ends in .stl"),
        (["--min-views", "99"], "seen by 99 of 8 views"),
        (["--max-blocks", "9"], "larger voxels"),
        (["--truncation", "0"], "truncation is 0.0"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(cli, ball, words, message, monkeypatch):
    monkeypatch.chdir(ball)
    done = cli("fuse", ball, *LOOSE, *words)
    assert done.code != 0
    assert message in done.error
    assert [p.name for p in ball.iterdir()] == ["prediction.npz"]
