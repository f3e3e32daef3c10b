# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data convert``."""

import pytest

from anyview.cli.data_convert import KINDS
from anyview.data.converters.registry import CONVERTERS
from anyview.data.scene_folder import read_scene

pytest.importorskip("pycolmap")
from tests.colmap_room import VIEWS, write_room


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return write_room(tmp_path_factory.mktemp("colmap") / "room")


def test_the_kinds_are_the_converters():
    assert tuple(CONVERTERS) == KINDS


def test_a_reconstruction_becomes_a_scene(cli, room, tmp_path):
    done = cli("data", "convert", "colmap", room, tmp_path / "scenes", "--max-frames", 4)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{tmp_path / 'scenes' / 'room'}  4 frames\n"
    assert len(read_scene(tmp_path / "scenes" / "room").frames) == 4


def test_frames_that_cannot_be_used_are_named(cli, room, tmp_path):
    broken = tmp_path / "broken"
    (broken / "images").mkdir(parents=True)
    (broken / "sparse").symlink_to(room / "sparse")
    for photo in sorted((room / "images").iterdir())[1:]:
        (broken / "images" / photo.name).symlink_to(photo)
    done = cli("data", "convert", "colmap", broken, tmp_path / "scenes", "--json")
    assert done.code == 0
    [line] = done.err.splitlines()
    assert line.startswith("skipped: broken/000: ")
    folder = str(tmp_path / "scenes" / "broken")
    assert done.document == {
        "scenes": [{"folder": folder, "frames": VIEWS - 1, "left_out": 1}],
        "failed": [],
    }


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["blender", "ROOM", "OUT"], 2, "'blender' is not one of"),
        (["colmap", "EMPTY", "OUT"], 3, "sparse/0/cameras.bin"),
        (["colmap", "NONE", "OUT"], 3, "no such file or folder"),
        (["colmap", "ROOM", "OUT", "--min-track-length", 1], 2, "at least 2"),
        (["colmap", "ROOM", "OUT", "--max-error-px", 0.0001, "--scenes", "x*"], 3, "called 'x*'"),
    ],
)
def test_bad_input(cli, room, tmp_path, words, code, message):
    (tmp_path / "empty").mkdir()
    paths = {"ROOM": room, "OUT": tmp_path / "out", "EMPTY": tmp_path / "empty"}
    paths["NONE"] = tmp_path / "none"
    done = cli("data", "convert", *(paths.get(word, word) for word in words))
    assert (done.code, done.out) == (code, "")
    assert message in done.error


def test_a_scene_is_replaced_only_if_asked_for(cli, room, tmp_path):
    words = ["data", "convert", "colmap", room, tmp_path, "--max-frames", 1]
    assert cli(*words).code == 0
    assert cli(*words).code == 7
    assert cli(*words, "--overwrite").code == 0
