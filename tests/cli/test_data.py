# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data``: make, show."""

import json

import pytest
from PIL import Image

from anyview.data.scene_folder import write_scene
from anyview.data.synthetic.world_settings import KINDS
from tests.data.mini_scene import scene_of

pytest.importorskip("embreex")
pytest.importorskip("numba")
TINY = ["--width", 28, "--height", 21, "--views", 2]
TINY += [word for kind in KINDS for word in (f"--{kind}", float(kind == "facade"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from anyview.cli.main import run

    made = tmp_path_factory.mktemp("worlds")
    assert run([str(word) for word in ("data", "make", made, "--scenes", 2, "-q", *TINY)]) == 0
    return made


def test_make_says_what_it_made_and_goes_on_where_it_was(cli, folder):
    before = (folder / "worlds-00000000.safetensors").stat().st_mtime_ns
    done = cli("data", "make", folder, "--scenes", 2, *TINY)
    assert (done.code, done.out, done.err) == (0, f"{folder}  2 scenes, 4 views\n", "")
    document = cli("data", "make", folder, "--scenes", 2, "--json", *TINY).document
    assert document["files"] == [str(folder / "worlds-00000000.safetensors")]
    assert (folder / "worlds-00000000.safetensors").stat().st_mtime_ns == before
    assert json.loads((folder / "settings.json").read_text())["settings"]["views"] == 2


def test_show_draws_stored_scenes(cli, folder, tmp_path):
    done = cli("data", "show", folder, "-o", tmp_path / "sheet.png", "--scenes", 9)
    assert (done.code, done.out) == (0, f"{tmp_path / 'sheet.png'}\n")
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.size == (2 * 28, 2 * (14 + 4 * 21))


def test_show_draws_fresh_scenes_as_they_would_be_stored(cli, folder, tmp_path):
    kept, fresh = tmp_path / "kept.png", tmp_path / "fresh.png"
    assert cli("data", "show", folder, "-o", kept, "--first", 1).code == 0
    words = ["--fresh", "--first", 1, "--scenes", 1, "--json", *TINY]
    document = cli("data", "show", "-o", fresh, *words).document
    assert document == {"file": str(fresh), "scenes": [1]}
    assert fresh.read_bytes() == kept.read_bytes()


def test_show_draws_converted_scenes(cli, synthetic_scene, tmp_path):
    write_scene(scene_of(synthetic_scene), tmp_path / "scenes" / "room")
    words = ("data", "show", tmp_path / "scenes", "-o", tmp_path / "sheet.png")
    done = cli(*words)
    assert (done.code, done.out) == (0, f"{tmp_path / 'sheet.png'}\n")
    assert (tmp_path / "sheet.png").is_file()
    assert cli(*words, "--json").document["scenes"] == ["room"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["make", "F", "--scenes", 2, "--views", 3], 3, "other settings: "),
        (["make", "F", "--scenes", 2, "--first", 5, *TINY], 2, "multiple of 32"),
        (["make", "F", "--scenes", 1, "--fov-low", 200.0], 2, "10 to 140"),
        (["make", "F", "--scenes", 2, "--processes", 0, *TINY], 2, "at least 1"),
        (["show", "F", "--scenes", 0], 2, "--scenes 0"),
        (["show"], 2, "--fresh"),
        (["show", "F", "--fresh"], 2, "either"),
        (["show", "F", "-o", "sheet.jpg"], 2, "must end in .png"),
        (["show", "F", "--first", 7], 2, "has 2 scenes"),
        (["show", "NONE"], 3, "anyview data make"),
    ],
)
def test_bad_input(cli, folder, tmp_path, words, code, message):
    paths = {"F": folder, "NONE": tmp_path / "none"}
    done = cli("data", *(paths.get(word, word) for word in words))
    assert (done.code, done.out) == (code, "")
    assert message in done.error
