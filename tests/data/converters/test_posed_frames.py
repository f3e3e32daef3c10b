# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames from a file, a lens and a pose; impossible cameras are refused."""

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.posed_frames import FrameMaker, WorldPoints, fit, sparse_depth
from anyview.data.converters.source_files import image_file
from anyview.geometry.lens import Lens
from tests.data.converters.miniature import SPOT, K, cameras, check_frame, spot_image

LENS = Lens(60.0, 62.0, 31.0, 25.5, 48, 64)


def _file(folder, view, size=(64, 48)):
    path = folder / "image.png"
    Image.fromarray(spot_image(view.spot()[0], view.shape)).resize(size).save(path)
    return image_file(path)


@pytest.mark.parametrize("view", cameras())
def test_frames_agree_with_the_spot(tmp_path, view):
    points = WorldPoints(torch.from_numpy(SPOT[None]), np.array([17]))
    frame = FrameMaker().make(
        _file(tmp_path, view), LENS, torch.from_numpy(view.cam_from_world), points=points
    )
    check_frame(frame)
    sparse = frame.read_sparse()
    pixel, z = view.spot()
    np.testing.assert_allclose(sparse.pixels, [pixel], atol=1e-4)
    np.testing.assert_allclose(sparse.depth, [z], rtol=1e-6)
    assert sparse.point_ids.tolist() == [17]


def test_points_outside_or_behind_are_left_out():
    xyz = torch.tensor([[0, 0, 3.0], [5, 0, 3], [0, 0, -3]], dtype=torch.float64)
    points = WorldPoints(xyz, np.arange(3))
    pose = torch.eye(4, dtype=torch.float64)
    assert sparse_depth(points, pose, torch.from_numpy(K), (48, 64)).point_ids.tolist() == [0]


def test_lens_is_fitted_to_images_of_another_resolution(tmp_path):
    image = _file(tmp_path, cameras()[0], size=(128, 96))
    assert fit(LENS, image) == LENS.resized(96, 128)
    with pytest.raises(InputError, match=r"128x96.*64x64"):
        fit(Lens(60.0, 62.0, 31.0, 25.5, 64, 64), image)


@pytest.mark.parametrize(
    ("lens", "pose", "message"),
    [
        (LENS, np.full((4, 4), np.nan), "NaN"),
        (LENS, np.diag([2.0, 2, 2, 1]), "scaled"),
        (Lens(0.6, 0.6, 0.5, 0.5, 48, 64), np.eye(4), "normalised"),
        (Lens(60.0, 62.0, 310.0, 25.5, 48, 64), np.eye(4), "principal point"),
    ],
)
def test_impossible_cameras(tmp_path, lens, pose, message):
    with pytest.raises(InputError, match=message):
        FrameMaker().make(_file(tmp_path, cameras()[0]), lens, torch.from_numpy(pose))
