# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview demo``: everything that the first screen promises is on disk."""

import pytest

from anyview.assets import example_photos_dir, example_scene_dir

from .conftest import RANDOM_WEIGHTS

PHOTOS = sorted(path.stem for path in example_photos_dir().glob("*.jpg"))


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Fewer examples, to take less time."""
    folder = tmp_path / "photos"
    folder.mkdir()
    photo = example_photos_dir() / f"{PHOTOS[0]}.jpg"
    (folder / photo.name).write_bytes(photo.read_bytes())
    scene = tmp_path / "room"
    scene.mkdir()
    for path in sorted(example_scene_dir().glob("*.jpg"))[:2]:
        (scene / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("anyview.assets.example_photos_dir", lambda: folder)
    monkeypatch.setattr("anyview.assets.example_scene_dir", lambda: scene)


def test_results_and_how_to_look_at_them(cli, small, tmp_path):
    out = tmp_path / "out"
    done = cli("demo", "-o", out, "-m", "nano")
    assert done.code == 0
    assert done.err == RANDOM_WEIGHTS + "\n"  # the model is loaded once
    assert (out / "scene" / "cameras.json").is_file()
    named = [line.split()[0] for line in done.out.split("Look at them:")[1].splitlines()[1:-1]]
    expected = ["scene/overview.png", f"{PHOTOS[0]}/overview.png", "scene/scene.glb"]
    assert named == [str(out / name) for name in expected]
    assert all((out / name).stat().st_size > 0 for name in expected)


def test_as_json_into_the_folder_of_its_own(cli, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("demo", "-m", "nano-mono", "--json")
    assert done.document.keys() == {"scene", PHOTOS[0]}
    assert done.document["scene"]["views"] == 2
    assert (tmp_path / "anyview-demo" / "scene" / "overview.png").is_file()


def test_a_model_without_cameras_promises_no_cloud(cli, small, tmp_path):
    done = cli("demo", "-o", tmp_path / "out", "-m", "nano-mono", "-q")
    assert done.code == 0
    assert "scene.glb" not in done.out.split("Look at them:")[1]


def test_an_unknown_model_leaves_nothing(cli, tmp_path):
    done = cli("demo", "-o", tmp_path / "out", "-m", "nosuch")
    assert done.code == 2
    assert not (tmp_path / "out").exists()


def test_the_examples_come_with_the_package():
    assert len(PHOTOS) >= 3
    assert len(list(example_scene_dir().glob("*.jpg"))) >= 4
