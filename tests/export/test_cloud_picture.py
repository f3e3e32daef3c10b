# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch
from PIL import Image

from anyview.export.cloud_picture import HEIGHT, SIDES_DEG, WIDTH, draw_cloud, write_cloud_picture
from anyview.export.options import ExportOptions
from anyview.structures.prediction import Prediction

BACKGROUND = 250


def plane(views: int = 3, depth: float = 2.0) -> Prediction:
    """A green wall seen from cameras side by side."""
    extrinsics = torch.eye(4)[:3].repeat(views, 1, 1)
    extrinsics[:, 0, 3] = -0.2 * torch.arange(views)
    images = torch.zeros(views, 3, 28, 42, dtype=torch.uint8)
    images[:, 1] = 200
    return Prediction(
        depth=torch.full((views, 28, 42), depth),
        images=images,
        names=tuple(f"v{i}" for i in range(views)),
        extrinsics=extrinsics,
        intrinsics=torch.tensor([[30.0, 0, 21], [0, 30, 14], [0, 0, 1]]).repeat(views, 1, 1),
    )


def test_every_side_shows_the_cloud_and_leaves_a_margin():
    picture = draw_cloud(plane(), ExportOptions())
    assert picture.shape == (3, HEIGHT, WIDTH * len(SIDES_DEG))
    green = (picture[1] > 190) & (picture[0] < 60)
    for i in range(len(SIDES_DEG)):
        side = green[:, i * WIDTH : (i + 1) * WIDTH]
        assert 0.1 < side.float().mean() < 0.7
        assert (picture[:, :8, i * WIDTH : (i + 1) * WIDTH] == BACKGROUND).all()


def test_cameras_are_drawn():
    with_cameras = draw_cloud(plane(), ExportOptions(camera_size=0.3))
    coloured = (with_cameras[0].int() - with_cameras[1].int()).abs() > 30
    wall = (with_cameras[1] > 190) & (with_cameras[0] < 60)
    assert (coloured & ~wall).any()


def test_scale_does_not_matter_and_the_file_is_the_picture(tmp_path):
    small, large = plane(1, 2.0), plane(1, 128.0)
    assert torch.equal(draw_cloud(small, ExportOptions()), draw_cloud(large, ExportOptions()))
    (path,) = write_cloud_picture(small, tmp_path, ExportOptions())
    with Image.open(path) as image:
        assert image.size == (WIDTH * len(SIDES_DEG), HEIGHT)
