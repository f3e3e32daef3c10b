# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
import shutil

import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.real_mini import open_real_mini
from anyview.evaluation.image_sets import read_set
from tests.evaluation.benchmark.suites.miniatures import options


def test_posed_sets_are_windows(sets_folder):
    tasks = open_real_mini(sets_folder, options()).tasks()
    assert [task.name for task in tasks] == [
        *("dense_1", "dense_2", "dense_all", "points_1", "points_2", "points_all")
    ]
    for task, name in ((tasks[2], "dense"), (tasks[5], "points")):
        views, truth = task.load()
        photos = read_set(sets_folder / name).photos
        for i, photo in enumerate(photos):
            assert torch.equal(views.views[i].image, photo.view.image)
            assert torch.equal(truth.depth[i], photo.depth)
            torch.testing.assert_close(truth.cam_from_world[i], photo.cam_from_world)
            assert torch.equal(truth.intrinsics[i], photo.intrinsics)
    assert len(tasks[2].load()[1].points) > 1000
    assert len(tasks[5].load()[1].points) == 0  # sparse depth is no surface
    assert [view.name for view in tasks[0].load()[0].views] == ["1"]


def test_sets_without_poses_are_single_images(sets_folder, tmp_path):
    shutil.copytree(sets_folder / "dense", tmp_path / "singles")
    index = json.loads((tmp_path / "singles" / "cameras.json").read_text())
    for entry in index["images"]:
        entry["T_w2c"] = None
    index["images"][0]["K"] = None
    (tmp_path / "singles" / "cameras.json").write_text(json.dumps(index))
    tasks = open_real_mini(tmp_path / "singles", options()).tasks()
    assert [task.name for task in tasks] == ["singles_0", "singles_1", "singles_2"]
    views, truth = tasks[0].load()
    assert len(views) == 1
    assert truth.intrinsics is None
    assert truth.cam_from_world is None
    assert truth.points is None
    assert truth.is_metric


def test_damage_is_named(sets_folder, tmp_path):
    with pytest.raises(InputError, match=r"cameras.json is not there"):
        open_real_mini(tmp_path, options()).tasks()
    (tmp_path / "cameras.json").write_text('{"images": 3}')
    with pytest.raises(InputError, match="is no image set"):
        open_real_mini(tmp_path, options()).tasks()
    shutil.copytree(sets_folder / "dense", tmp_path / "other")
    (tmp_path / "other" / "meta.json").write_text("{}")
    with pytest.raises(InputError, match="is no image set: KeyError"):
        open_real_mini(tmp_path / "other", options()).tasks()[0].load()
