# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.nyu import open_nyu
from tests.evaluation.benchmark.suites.miniatures import HEIGHT, WIDTH, options, picture


@pytest.fixture
def root(tmp_path):
    h5py, scipy_io = pytest.importorskip("h5py"), pytest.importorskip("scipy.io")
    images = np.stack([picture(i).numpy().transpose(0, 2, 1) for i in range(4)])
    depth = np.stack([np.full((WIDTH, HEIGHT), 1.0 + i) for i in range(4)])
    depth[:, 3, 5] = 0  # column 3, row 5
    with h5py.File(tmp_path / "nyu_depth_v2_labeled.mat", "w") as file:
        file["images"] = images
        file["rawDepths"] = depth
    scipy_io.savemat(tmp_path / "splits.mat", {"testNdxs": np.array([[2], [4]])})
    return tmp_path


def test_test_images_with_their_depth(root):
    tasks = open_nyu(root, options()).tasks()
    assert [task.name for task in tasks] == ["0002", "0004"]
    views, truth = tasks[1].load()
    assert torch.equal(views.views[0].image, picture(3))
    assert float(truth.depth[0][5, 3]) == 0
    assert float(truth.depth[0][3, 5]) == 4
    assert truth.depth[0].shape == (HEIGHT, WIDTH)
    assert float(truth.intrinsics[0, 0, 2]) == pytest.approx(326.0824)


def test_damaged_and_missing_files_are_named(root, tmp_path):
    (root / "nyu_depth_v2_labeled.mat").write_bytes(b"no file of HDF5")
    with pytest.raises(InputError, match="images 2 cannot be read"):
        open_nyu(root, options()).tasks()[0].load()
    (root / "splits.mat").unlink()
    with pytest.raises(InputError, match=r"splits.mat is not there") as caught:
        open_nyu(root, options()).tasks()
    assert "cs.nyu.edu" in str(caught.value)
