# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.export.options import ExportOptions
from anyview.export.trajectories import write_trajectories


@pytest.fixture(scope="module")
def files(room, tmp_path_factory):
    return write_trajectories(room, tmp_path_factory.mktemp("export"), ExportOptions())


def poses_of(room):
    bottom = np.array([[0.0, 0, 0, 1]])
    return [np.linalg.inv(np.r_[matrix.double().numpy(), bottom]) for matrix in room.extrinsics]


def test_kitti_has_camera_to_world_row_by_row(room, files):
    rows = np.loadtxt(files[1])
    assert rows.shape == (3, 12)
    for row, pose in zip(rows, poses_of(room), strict=True):
        assert row.reshape(3, 4) == pytest.approx(pose[:3], abs=1e-6)


def test_tum_has_the_scalar_last_and_counts_views(room, files):
    for view, (row, pose) in enumerate(zip(np.loadtxt(files[0]), poses_of(room), strict=True)):
        time, *centre = row[:4]
        x, y, z, w = row[4:]
        rotation = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
        assert time == view
        assert centre == pytest.approx(pose[:3, 3], abs=1e-6)
        assert np.array(rotation) == pytest.approx(pose[:3, :3], abs=1e-6)


def test_evo_reads_both(files):
    reading = pytest.importorskip("evo.tools.file_interface")
    tum = reading.read_tum_trajectory_file(str(files[0]))
    kitti = reading.read_kitti_poses_file(str(files[1]))
    assert tum.num_poses == kitti.num_poses == 3
    assert tum.positions_xyz == pytest.approx(kitti.positions_xyz, abs=1e-6)
