# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.overlap import Overlap, overlap_of, write_overlap
from anyview.data.scene import Held, TeacherLabels
from anyview.data.scene_folder import read_scene, write_scene, write_teacher_labels
from anyview.data.shard_samples import samples_of_folder, scene_of_sample

from .mini_scene import with_sparse
from .test_scene_folder import assert_same


def test_a_sample_holds_the_whole_scene(scene_folder, mini_scene):
    labels = {name: Held(np.full((42, 56), 2.0, np.float32)) for name in ("view 0", "view 3")}
    write_teacher_labels(scene_folder, TeacherLabels("Mono", "ab", True, labels))
    ((name, frames, files),) = samples_of_folder(scene_folder, 64)
    assert (name, frames) == ("room", 4)
    assert all(file == file.lower() and "/" not in file for file in files)
    scene, overlap = scene_of_sample(files, "shard")
    assert_same(scene, mini_scene)
    assert scene.teachers["Mono"].weights_hash == "ab"
    assert set(scene.teachers["Mono"].readers) == {"view 0", "view 3"}
    np.testing.assert_allclose(scene.teachers["Mono"].readers["view 3"](), 2.0)
    torch.testing.assert_close(overlap.matrix, overlap_of(mini_scene).matrix, rtol=0, atol=1e-3)


def test_long_scenes_are_cut_evenly(scene_folder, mini_scene):
    write_overlap(scene_folder, Overlap(torch.arange(16.0).view(4, 4) / 16, "points"))
    samples = samples_of_folder(scene_folder, 3)
    assert [(name, frames) for name, frames, _ in samples] == [("room#0", 2), ("room#1", 2)]
    scene, overlap = scene_of_sample(samples[1][2], "shard")
    assert [frame.name for frame in scene.frames] == ["view 2", "view 3"]
    np.testing.assert_array_equal(scene.frames[0].read_image(), mini_scene.frames[2].read_image())
    assert overlap.method == "points"
    torch.testing.assert_close(overlap.matrix * 16, torch.tensor([[10.0, 11], [14, 15]]))


def test_points_come_along(mini_scene, tmp_path):
    scene = with_sparse(mini_scene)
    ((_, _, files),) = samples_of_folder(write_scene(scene, tmp_path / "s"), 64)
    back, _ = scene_of_sample(files, "shard")
    for ours, theirs in zip(back.frames, scene.frames, strict=True):
        np.testing.assert_array_equal(ours.read_sparse().depth, theirs.read_sparse().depth)


def test_damage_is_named(scene_folder):
    ((_, _, files),) = samples_of_folder(scene_folder, 64)
    for name, message in (("overlap.npz", "no overlap"), ("scene.json", r"scene\.json: there is")):
        with pytest.raises(InputError, match=message):
            scene_of_sample({n: c for n, c in files.items() if n != name}, "shard-0: 3")
    document = json.loads(files["scene.json"])
    document["frames"][0]["K"][0][0] = -1
    with pytest.raises(InputError, match="room/view 0"):
        scene_of_sample({**files, "scene.json": json.dumps(document).encode()}, "shard")
    (scene_folder / "images" / "view_1.png").unlink()
    with pytest.raises(InputError, match=r"view_1\.png"):
        samples_of_folder(scene_folder, 64)
    assert read_scene(scene_folder).name == "room"
