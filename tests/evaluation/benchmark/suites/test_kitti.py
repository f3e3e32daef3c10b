# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from pathlib import PurePosixPath

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.kitti import image_of_line, open_kitti, projection_of
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    options,
    picture,
    save_levels,
    save_picture,
)

DAY, DRIVE = "2011_09_26", "2011_09_26_drive_0002_sync"


@pytest.fixture
def root(tmp_path):
    names = [f"{DAY}/{DRIVE}/image_02/data/{i:010d}.png" for i in (5, 69)]
    (tmp_path / "eigen_test_files.txt").write_text(
        f"{names[0]} sync_depth/x.png 721.5\n{DAY}/{DRIVE} 69 l\n"
    )
    for i, name in enumerate(names):
        save_picture(tmp_path / "raw" / name, picture(i))
    depth = tmp_path / "depth" / "val" / DRIVE / "proj_depth" / "groundtruth" / "image_02"
    levels = np.zeros((HEIGHT, WIDTH))
    levels[4, 5] = 256 * 7
    save_levels(depth / f"{69:010d}.png", levels)
    numbers = " ".join(str(v) for v in (700, 0, 600, 45, 0, 700, 170, 0.2, 0, 0, 1, 0.003))
    (tmp_path / "raw" / DAY / "calib_cam_to_cam.txt").write_text(
        f"calib_time: 09-Jan\nP_rect_02: {numbers}\n"
    )
    return tmp_path


def test_images_with_annotated_depth(root):
    (task,) = open_kitti(root, options()).tasks()  # the other one has none
    assert task.name == f"{DRIVE}_{69:010d}"
    views, truth = task.load()
    assert torch.equal(views.views[0].image, picture(1))
    assert float(truth.depth[0][4, 5]) == 7
    assert int((truth.depth[0] > 0).sum()) == 1
    assert truth.intrinsics[0, :2, 2].tolist() == [600.5, 170.5]


def test_lines_of_both_kinds():
    wanted = PurePosixPath(f"{DAY}/{DRIVE}/image_02/data/0000000069")
    for line in (f"{wanted}.png a 1", f"{DAY}/{DRIVE} 69 l", f"{DAY}/{DRIVE} 0000000069 r"):
        assert image_of_line(line, "list") == wanted
    for line in ("a.png", "../a/b/c/d.png 1", "/a/b/c/d/e.png"):
        with pytest.raises(InputError, match="names no image"):
            image_of_line(line, "list")


def test_projections_keep_the_shift(root):
    matrix = projection_of(root / "raw" / DAY / "calib_cam_to_cam.txt", "P_rect_02")
    assert float(matrix[0, 3]) == pytest.approx(45 + 0.5 * 0.003)
    with pytest.raises(InputError, match="has no P_rect_03"):
        projection_of(root / "raw" / DAY / "calib_cam_to_cam.txt", "P_rect_03")


def test_what_is_missing_is_named(root, tmp_path):
    (root / "raw" / DAY / DRIVE / "image_02" / "data" / f"{69:010d}.png").unlink()
    with pytest.raises(InputError, match=r"0000000069.png \(or .jpg\) is not there"):
        open_kitti(root, options()).tasks()[0].load()
    with pytest.raises(InputError, match="data_depth_annotated"):
        open_kitti(tmp_path / "nowhere", options()).tasks()
