# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.hiroom import open_hiroom
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    camera,
    options,
    picture,
    points_ply,
    save_levels,
    save_picture,
)

K = np.array([[30.0, 0, 16], [0, 31.0, 12], [0, 0, 1]])


@pytest.fixture
def root(tmp_path):
    (tmp_path / "selected_scene_list_val.txt").write_text("set/house/room_1\n")
    folder = tmp_path / "data" / "set" / "house" / "room_1"
    for i in range(2):
        save_picture(folder / "image" / f"{i:04d}.png", picture(i))
        save_levels(folder / "depth" / f"{i:04d}.png", np.full((HEIGHT, WIDTH), 65535 * 3 // 100))
        flags = torch.zeros(HEIGHT, WIDTH, dtype=torch.uint8)
        flags[2, 3] = 255
        save_picture(folder / "aliasing_mask" / f"{i:04d}.png", flags)
        (folder / "pose").mkdir(exist_ok=True)
        np.save(folder / "pose" / f"{i:04d}.npy", camera(i).numpy())
    save_picture(folder / "image" / "0002.png", picture(2))  # without a pose
    np.save(folder / "cam_K.npy", K)
    points_ply(tmp_path / "fused_pcd" / "set-house-room_1.ply", [(0, 0, 1), (1, 2, 3)])
    return tmp_path


def test_a_room_with_its_truth(root):
    (task,) = open_hiroom(root, options()).tasks()
    assert task.name == "set-house-room_1"
    views, truth = task.load()
    assert len(views) == 2
    torch.testing.assert_close(truth.cam_from_world[1], camera(1))
    assert torch.equal(truth.intrinsics[0], torch.from_numpy(K))
    assert float(truth.depth[0][0, 0]) == pytest.approx(3, abs=2e-3)
    assert float(truth.depth[0][2, 3]) == 0
    assert truth.points.tolist() == [[0, 0, 1], [1, 2, 3]]


def test_the_list_is_wanted_and_stays_below_the_root(root, tmp_path):
    (root / "selected_scene_list_val.txt").write_text("../elsewhere\n")
    with pytest.raises(InputError, match="no path below data"):
        open_hiroom(root, options()).tasks()
    with pytest.raises(InputError, match=r"hiroom.zip"):
        open_hiroom(tmp_path / "nowhere", options()).tasks()
