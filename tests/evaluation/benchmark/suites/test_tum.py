# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.tum import nearest_in_time, open_tum
from anyview.geometry.rotations import quaternion_wxyz_from_matrix
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    camera,
    options,
    picture,
    save_levels,
    save_picture,
)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "rgbd_dataset_freiburg1_desk"
    colors, depths, path = (
        ["# color images"],
        ["# depth maps"],
        ["# timestamp tx ty tz qx qy qz qw"],
    )
    for i in range(4):
        time = 100 + 0.1 * i
        save_picture(folder / "rgb" / f"{time:.4f}.png", picture(i))
        colors.append(f"{time:.4f} rgb/{time:.4f}.png")
        save_levels(folder / "depth" / f"{time:.4f}.png", np.full((HEIGHT, WIDTH), 5000 * (1 + i)))
        depths.append(f"{time + (0.01 if i < 3 else 0.05):.4f} depth/{time:.4f}.png")
        if i != 2:
            pose = torch.linalg.inv(camera(i))
            w, x, y, z = quaternion_wxyz_from_matrix(pose[:3, :3]).tolist()
            place = " ".join(repr(float(v)) for v in pose[:3, 3])
            path.append(f"{time - 0.015:.4f} {place} {x!r} {y!r} {z!r} {w!r}")
    for name, lines in (("rgb", colors), ("depth", depths), ("groundtruth", path)):
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_frames_get_what_is_near_in_time(root):
    (task,) = open_tum(root, options()).tasks()
    assert task.name == "freiburg1_desk"
    views, truth = task.load()
    assert [view.name for view in views.views] == ["100.0000", "100.1000", "100.3000"]
    torch.testing.assert_close(truth.cam_from_world[2], camera(3))
    assert float(truth.depth[1][0, 0]) == 2
    assert truth.depth[2] is None  # 50 ms away
    assert truth.intrinsics[0, 0].tolist() == [517.3, 0, 319.1]


def test_nearness():
    times = torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64)
    assert nearest_in_time(times, 1.019) == 1
    assert nearest_in_time(times, 1.021) is None
    assert nearest_in_time(times[:0], 1.0) is None


def test_odd_lines_are_named(root):
    folder = root / "rgbd_dataset_freiburg1_desk"
    (folder / "rgb.txt").write_text("100.0\n")
    with pytest.raises(InputError, match="no time and file"):
        open_tum(root, options()).tasks()[0].load()
    (folder / "rgb.txt").write_text("100.0 ../../secret.png\n")
    with pytest.raises(InputError):
        open_tum(root, options()).tasks()[0].load()
    (folder / "groundtruth.txt").write_text("100.0 1 2 3 0 0 0 0\n")
    (folder / "rgb.txt").write_text("100.0 rgb/100.0000.png\n")
    with pytest.raises(InputError, match="holds no pose"):
        open_tum(root, options()).tasks()[0].load()


def test_missing_data_says_where_it_comes_from(tmp_path):
    with pytest.raises(InputError, match=r"cvg.cit.tum.de"):
        open_tum(tmp_path, options()).tasks()
