# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.data.scene_folder import read_scene
from anyview.model.checkpoint import save_checkpoint
from tests.training.labelled_scenes import teacher, write_planted


@pytest.fixture
def given(tmp_path):
    """Weights of a teacher, and a scene with a frame of each fate."""
    predictor = teacher()
    save_checkpoint(tmp_path / "t.safetensors", predictor.network, predictor.info)
    return tmp_path / "t.safetensors", write_planted(tmp_path / "scenes" / "a", predictor)


def test_labels_scenes_and_names_frames_without_one(cli, given, tmp_path):
    weights, scene = given
    words = ("data", "label", scene.parent, "--teacher", weights, "--device", "cpu")
    small = ("--resolution", 56, "--name", "T")
    done = cli(*words, *small, "--sheets", tmp_path / "sheets")
    assert done.code == 0
    assert "1 scenes labelled; frames: 2 aligned, 1 relative, 1 failed" in done.out
    (line,) = done.remarks
    assert line.startswith("skipped: ")
    assert "frame 2" in line
    assert set(read_scene(scene).teachers) == {"T", "T-relative"}
    assert (tmp_path / "sheets" / "a.png").is_file()
    again = cli(*words, *small, "--json").document
    assert again["frames"] == {"aligned": 2, "relative": 1, "failed": 1}
    assert again["scenes"][0]["was_there"]
    other = cli(*words, "--resolution", 70, "--name", "T")
    assert other.code != 0
    assert "--overwrite" in other.err or "overwriting" in other.err


def test_refuses_limits_and_folders_without_scenes(cli, given, tmp_path):
    weights, scene = given
    words = ("--teacher", weights, "--device", "cpu")
    assert "min_inliers 3" in cli("data", "label", scene, *words, "--min-inliers", 3).err
    assert "no scene" in cli("data", "label", tmp_path / "sheets", *words).err
