# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import (
    camera_of_pose,
    depth_levels,
    missing,
    need,
    read_mat,
    read_npy,
    read_rows,
    read_text,
    rigid,
    sample_mesh_file,
)
from tests.evaluation.benchmark.suites.miniatures import camera, quad_ply, save_levels


def test_what_is_missing_says_where_it_comes_from(tmp_path):
    message = str(missing(tmp_path, protocol_of("7scenes"), "7Scenes/chess"))
    for part in ("7Scenes/chess", "DA3-BENCH", "licence", "frame-<six digits>.color.png"):
        assert part in message
    (tmp_path / "here").mkdir()
    assert need(tmp_path / "here", tmp_path, protocol_of("nyu")) == tmp_path / "here"
    with pytest.raises(InputError, match=r"there is not there"):
        need(tmp_path / "there", tmp_path, protocol_of("nyu"))


def test_tables_of_numbers(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("# head\n1 2 3\n\n4 5 6e0\n")
    assert read_rows(file, (3, 4)).tolist() == [[1, 2, 3], [4, 5, 6]]
    file.write_text("1 2\n3\n")
    with pytest.raises(InputError, match="lines of 2"):
        read_rows(file, (2,))
    file.write_text("1 x\n")
    with pytest.raises(InputError, match="no number"):
        read_rows(file, (2,))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        read_text(file)
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "none.txt")


def test_matrices(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3, dtype=np.float32))
    assert read_npy(tmp_path / "a.npy", ((3, 3),)).dtype == torch.float64
    with pytest.raises(InputError, match="4 x 4"):
        read_npy(tmp_path / "a.npy", ((4, 4),))


def test_poses_are_made_exact_or_refused():
    rounded = camera(3).round(decimals=3)
    exact = rigid(rounded, "here")
    identity = torch.eye(3, dtype=torch.float64)
    torch.testing.assert_close(exact[:3, :3].mT @ exact[:3, :3], identity)
    torch.testing.assert_close(exact, camera(3), atol=2e-3, rtol=0)
    back = camera_of_pose(torch.linalg.inv(camera(2)), "here")
    torch.testing.assert_close(back, camera(2))
    mirror = torch.diag(torch.tensor([1.0, 1, -1, 1], dtype=torch.float64))
    for bad in (2 * camera(1), mirror, torch.full((4, 4), torch.nan, dtype=torch.float64)):
        with pytest.raises(InputError, match="here: holds no camera pose"):
            rigid(bad, "here")


def test_levels_that_mean_unknown(tmp_path):
    levels = np.full((16, 16), 2500)
    levels[0, :3] = (0, 65535, 1000)
    save_levels(tmp_path / "d.png", levels)
    depth = depth_levels(tmp_path / "d.png", 1000.0, unknown=65535)()
    assert depth[0, :4].tolist() == [0, 0, 1, 2.5]


def test_points_of_a_mesh(tmp_path):
    quad_ply(tmp_path / "m.ply")
    points = sample_mesh_file(tmp_path / "m.ply", 500)
    assert points.shape == (500, 3)
    assert bool((points[:, 2] == 2).all())
    assert float(points[:, :2].abs().max()) <= 1
    (tmp_path / "bad.ply").write_text("no mesh")
    with pytest.raises(InputError, match=r"bad.ply"):
        sample_mesh_file(tmp_path / "bad.ply")


def test_matlab_files(tmp_path):
    scipy_io = pytest.importorskip("scipy.io")
    scipy_io.savemat(tmp_path / "a.mat", {"P": np.arange(4.0)})
    assert read_mat(tmp_path / "a.mat", ("P",))["P"].reshape(-1).tolist() == [0, 1, 2, 3]
    with pytest.raises(InputError, match="with Q"):
        read_mat(tmp_path / "a.mat", ("Q",))
    (tmp_path / "b.mat").write_text("nothing")
    with pytest.raises(InputError, match=r"b.mat"):
        read_mat(tmp_path / "b.mat", ("P",))
