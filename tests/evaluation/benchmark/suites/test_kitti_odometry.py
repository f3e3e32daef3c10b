# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.kitti_odometry import open_kitti_odometry
from anyview.geometry.se3 import camera_centres
from tests.evaluation.benchmark.suites.miniatures import camera, options, picture, save_picture


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "dataset" / "sequences" / "03"
    poses = []
    for i in range(5):
        save_picture(folder / "image_2" / f"{i:06d}.png", picture(i))
        pose = torch.linalg.inv(camera(i))[:3]
        poses.append(" ".join(repr(float(v)) for v in pose.flatten()))
    numbers = "700 0 600 42 0 700 170 0 0 0 1 0"
    (folder / "calib.txt").write_text(f"P0: 1 2 3\nP2: {numbers}\n")
    (tmp_path / "dataset" / "poses").mkdir()
    (tmp_path / "dataset" / "poses" / "03.txt").write_text("\n".join(poses) + "\n")
    return tmp_path


def test_the_colour_camera_stands_beside_the_grey_one(root):
    (task,) = open_kitti_odometry(root, options()).tasks()
    assert task.name == "03"
    views, truth = task.load()
    assert len(views) == 5
    grey = torch.stack([camera(i) for i in range(5)])
    gap = camera_centres(truth.cam_from_world) - camera_centres(grey)
    torch.testing.assert_close(gap.norm(dim=-1), torch.full((5,), 0.06, dtype=torch.float64))
    assert torch.equal(
        truth.cam_from_world[:, :3, :3].round(decimals=6), grey[:, :3, :3].round(decimals=6)
    )
    assert truth.intrinsics[0, 0].tolist() == [700, 0, 600.5]


def test_frames_are_spread_evenly_if_fewer_are_wanted(root):
    views, _ = open_kitti_odometry(root, options(max_frames=3)).tasks()[0].load()
    assert [view.name for view in views.views] == ["000000", "000002", "000004"]


def test_poses_must_be_as_many_as_images(root):
    (root / "dataset" / "sequences" / "03" / "image_2" / "000004.png").unlink()
    with pytest.raises(InputError, match="5 poses for 4 images"):
        open_kitti_odometry(root, options()).tasks()[0].load()


def test_missing_data_says_where_it_comes_from(tmp_path):
    with pytest.raises(InputError, match="data_odometry_poses"):
        open_kitti_odometry(tmp_path, options()).tasks()
