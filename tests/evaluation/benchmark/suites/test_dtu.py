# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.dtu import (
    ObservedVolume,
    open_dtu,
    open_dtu64,
    read_camera,
)
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    camera,
    options,
    picture,
    points_ply,
    rows,
    save_picture,
)

K = torch.tensor([[30.0, 0, 15.5], [0, 31.0, 11.5], [0, 0, 1]], dtype=torch.float64)
VIEWS = 35


def write_cameras(root):
    (root / "Cameras").mkdir(parents=True)
    for i in range(VIEWS):
        text = f"extrinsic\n{rows(camera(i / 10))}\nintrinsic\n{rows(K)}\n425.0 2.5\n"
        (root / "Cameras" / f"{i:08d}_cam.txt").write_text(text)


@pytest.fixture
def root(tmp_path):
    scipy_io = pytest.importorskip("scipy.io")
    write_cameras(tmp_path)
    for i in range(VIEWS):
        save_picture(tmp_path / "Rectified" / "scan4" / f"rect_{i + 1:03d}_3_r5000.png", picture(i))
        mask = torch.zeros(HEIGHT, WIDTH, dtype=torch.uint8)
        mask[:12] = 11 if i % 2 else 10
        depths = tmp_path / "depth_raw" / "Depths" / "scan4"
        save_picture(depths / f"depth_visual_{i:04d}.png", mask)
    points_ply(tmp_path / "Points" / "stl" / "stl004_total.ply", [(0, 0, 5), (0, 0, -5)])
    folder = tmp_path / "SampleSet" / "mvs_data" / "ObsMask"
    folder.mkdir(parents=True)
    mask = np.zeros((4, 5, 6), dtype=np.uint8)
    mask[1, 2, 3] = 1
    corners = np.array([[-10.0, -20, -30], [30.0, 30, 30]])
    scipy_io.savemat(folder / "ObsMask4_10.mat", {"ObsMask": mask, "BB": corners, "Res": 10.0})
    scipy_io.savemat(folder / "Plane4.mat", {"P": np.array([[0.0], [0], [1], [0]])})
    return tmp_path


def test_a_scan_with_its_truth(root):
    (task,) = open_dtu(root, options()).tasks()
    views, truth = task.load()
    assert task.name == "scan4"
    assert len(views) == VIEWS
    # The published reference view comes first.
    assert [view.name for view in views.views[:3]] == ["00000033", "00000000", "00000001"]
    assert torch.equal(views.views[0].image, picture(33))
    torch.testing.assert_close(truth.cam_from_world[0], camera(3.3))
    # Pixel centres of the file lie at whole numbers.
    assert truth.intrinsics[0, :2, 2].tolist() == [16, 12]
    assert truth.masks[0][:12].all()
    assert not truth.masks[0][12:].any()
    assert not truth.masks[1].any()
    assert truth.depth is None
    assert not truth.is_metric
    assert truth.points.tolist() == [[0, 0, 5]]  # the other one lies below the table
    inside = torch.tensor([[0.0, 0.0, 0.0], [4.0, -4.0, 3.0], [20.0, 0.0, 0.0], [1e6, 0, 0]])
    assert truth.observed(inside).tolist() == [True, True, False, False]


def test_the_observed_volume_has_an_end():
    volume = ObservedVolume(
        torch.ones(3, 3, 3, dtype=torch.bool),
        torch.tensor([[0.0, 0, 0], [2, 2, 2]], dtype=torch.float64),
        1.0,
    )
    points = torch.tensor([[0.0, 0, 0], [2.4, 2.4, 2.4], [2.6, 0, 0], [-0.6, 0, 0]])
    assert volume(points).tolist() == [True, True, False, False]


def test_sixty_four_views_have_poses(tmp_path):
    write_cameras(tmp_path)
    for i in range(VIEWS):
        save_picture(tmp_path / "scan24" / "image" / f"{i:08d}.png", picture(i))
    (task,) = open_dtu64(tmp_path, options(max_frames=3)).tasks()
    views, truth = task.load()
    assert len(views) == 3
    assert truth.points is None
    assert truth.masks is None


def test_damaged_files_are_named(tmp_path):
    file = tmp_path / "0_cam.txt"
    for text in ("nothing", "extrinsic 1 2 intrinsic 3", "extrinsic x intrinsic y"):
        file.write_text(text)
        with pytest.raises(InputError, match=r"0_cam.txt"):
            read_camera(file)
    for opened, archive in ((open_dtu, "dtu.zip"), (open_dtu64, "dtu64.zip")):
        with pytest.raises(InputError, match=archive):
            opened(tmp_path, options()).tasks()
