# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Results on the pixels of the given images: the same surface, with a camera that fits it."""

from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.rays import pixel_grid, unproject
from anyview.structures.original_size import at_original_size, views_at_original_size
from anyview.structures.prediction import Prediction

NORMAL = torch.tensor([0.15, -0.3, 1.0], dtype=torch.float64)
DISTANCE = 4.0


def plane_depth(intrinsics: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """z-depth of the plane ``NORMAL . x = DISTANCE`` seen by a camera."""
    pixels = pixel_grid(height, width, dtype=torch.float64)
    rays = torch.cat((pixels, torch.ones_like(pixels[..., :1])), -1)
    return DISTANCE / (rays @ torch.linalg.inv(intrinsics.double()).T @ NORMAL)


def prediction_of_plane(sizes, maps, *, height=28, width=42) -> Prediction:
    """Views of one plane by one camera, each through its own map from the original pixels."""
    views = len(sizes)
    K = torch.tensor([[40.0, 0, 20.0], [0, 41.0, 15.0], [0, 0, 1]]).repeat(views, 1, 1)
    depth = torch.stack([plane_depth(matrix, height, width) for matrix in K]).float()
    return Prediction(
        depth=depth,
        images=torch.zeros(views, 3, height, width, dtype=torch.uint8),
        names=tuple(f"v{i}" for i in range(views)),
        conf=1 + depth,
        sky=depth / 100,
        extrinsics=torch.eye(4)[:3].repeat(views, 1, 1),
        intrinsics=K,
        original_sizes=torch.tensor(sizes),
        processed_from_original=torch.stack(maps).float(),
    )


def affine(sx: float, sy: float, tx: float = 0.0, ty: float = 0.0) -> torch.Tensor:
    return torch.tensor([[sx, 0, tx], [0, sy, ty], [0, 0, 1]], dtype=torch.float64)


def test_depth_and_camera_of_each_view_describe_the_plane():
    """Landscape, portrait in padding, cropped: lifted by its own K every pixel is on the plane."""
    sizes = [(300, 420), (280, 126), (300, 420)]
    maps = [affine(0.1, 28 / 300), affine(0.1, 0.1, 14.7), affine(0.11, 0.11, -2.1, -2.5)]
    prediction = prediction_of_plane(sizes, maps)
    found = list(views_at_original_size(prediction))
    assert [view.name for view in found] == ["v0", "v1", "v2"]
    for view, size in zip(found, sizes, strict=True):
        assert view.depth.shape == view.conf.shape == view.sky.shape == size
        points = unproject(view.depth.double(), view.intrinsics.double())
        off = (points @ NORMAL - DISTANCE).abs() / DISTANCE
        known = ~view.depth.isnan()
        # Half a processed pixel along the border is continued, not extrapolated.
        assert float(off[known].median()) < 1e-6
        assert float(off[known].max()) < 0.02
    assert bool(torch.isfinite(found[0].depth).all())
    assert bool(torch.isfinite(found[1].depth).all())
    inside = pixel_grid(300, 420) * 0.11 - torch.tensor([2.1, 2.5])
    kept = ((inside >= 0) & (inside <= torch.tensor([42.0, 28.0]))).all(-1)
    torch.testing.assert_close(~found[2].depth.isnan(), kept)
    torch.testing.assert_close(~found[2].conf.isnan(), kept)


def test_invalid_pixels_have_no_depth():
    prediction = prediction_of_plane([(56, 84)], [affine(0.5, 0.5)])
    valid = torch.ones(1, 28, 42, dtype=torch.bool)
    valid[0, 4:9, 7:20] = False
    found = at_original_size(replace(prediction, valid=valid), 0)
    torch.testing.assert_close(
        found.depth.isnan(), ~valid[0].repeat_interleave(2, 0).repeat_interleave(2, 1)
    )
    whole = at_original_size(prediction, 0)
    both = ~found.depth.isnan()
    torch.testing.assert_close(found.depth[both], whole.depth[both], rtol=0.02, atol=0)


def test_the_same_size_is_the_same():
    prediction = prediction_of_plane([(28, 42)], [affine(1, 1)])
    found = at_original_size(prediction, 0)
    torch.testing.assert_close(found.depth, prediction.depth[0])
    torch.testing.assert_close(found.conf, prediction.conf[0])
    torch.testing.assert_close(found.sky, prediction.sky[0])
    torch.testing.assert_close(found.intrinsics, prediction.intrinsics[0])
    torch.testing.assert_close(found.extrinsics, prediction.extrinsics[0])


def test_the_image_tells_the_sides_of_an_edge():
    prediction = prediction_of_plane([(280, 420)], [affine(0.1, 0.1)])
    depth = torch.where(pixel_grid(28, 42)[..., 0] < 20, 2.0, 8.0)[None]
    images = torch.where(depth < 5, 220, 10).to(torch.uint8)[:, None].repeat(1, 3, 1, 1)
    prediction = replace(prediction, depth=depth, images=images)
    left = pixel_grid(280, 420)[..., 0] < 203
    image = torch.where(left, 220, 10).to(torch.uint8).repeat(3, 1, 1)
    found = at_original_size(prediction, 0, image=image).depth
    torch.testing.assert_close(found, torch.where(left, 2.0, 8.0))
    assert not torch.equal(at_original_size(prediction, 0).depth, found)


def test_what_a_model_lacks_stays_absent():
    prediction = prediction_of_plane([(56, 84)], [affine(0.5, 0.5)])
    bare = replace(prediction, conf=None, sky=None, extrinsics=None, intrinsics=None)
    found = at_original_size(bare, 0)
    assert (found.conf, found.sky, found.extrinsics, found.intrinsics) == (None,) * 4


def test_bad_requests_are_explained():
    prediction = prediction_of_plane([(56, 84)], [affine(0.5, 0.5)])
    with pytest.raises(InputError, match="There is no view 1"):
        at_original_size(prediction, 1)
    with pytest.raises(InputError, match="has 84 x 50 pixels"):
        at_original_size(prediction, 0, image=torch.zeros(3, 50, 84, dtype=torch.uint8))
    with pytest.raises(InputError, match="does not know the sizes"):
        at_original_size(replace(prediction, original_sizes=None), 0)
