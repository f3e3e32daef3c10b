# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Photos of a bent lens become pinhole photos, and depth finds its way back to their pixels."""

from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.rays import directions_cam, pixel_grid
from anyview.inference.preprocess import ResizeRule, preprocess
from anyview.inference.undistortion import undistorted
from anyview.structures.original_size import at_original_size
from anyview.structures.prediction import Prediction
from anyview.structures.views import View, ViewSet

HEIGHT, WIDTH = 120, 168
BARREL = Lens(
    100.0, 104.0, 88.0, 57.0, HEIGHT, WIDTH, radial=(-0.25, 0.06), tangential=(1e-3, -2e-3)
)
FISHEYE = Lens(
    75.0, 75.0, 82.0, 61.0, HEIGHT, WIDTH, model="fisheye", radial=(0.02, -0.004, 0.0, 0.0)
)
LENSES = {"barrel": BARREL, "fisheye": FISHEYE}
NORMAL = torch.tensor([0.1, -0.2, 1.0], dtype=torch.float64)


def color(rays: torch.Tensor) -> torch.Tensor:
    """A smooth picture of directions (x, y, 1), [3, H, W] in 0 to 255."""
    x, y, _ = rays.unbind(-1)
    return torch.stack((128 + 90 * torch.sin(3 * x), 128 + 90 * torch.sin(4 * y), 128 + 30 * x * y))


def plane_depth(rays: torch.Tensor) -> torch.Tensor:
    return 5.0 / (rays @ NORMAL)


def photo(lens: Lens, name: str = "photo") -> View:
    rays = lens.unproject(pixel_grid(lens.height, lens.width, dtype=torch.float64))
    image = color(rays).nan_to_num(0).clamp(0, 255).round().to(torch.uint8)
    return View(image, name, lens=lens)


@pytest.mark.parametrize("mode", ["crop", "keep"])
@pytest.mark.parametrize("name", sorted(LENSES))
def test_the_image_is_what_a_pinhole_camera_sees(name, mode):
    lens = LENSES[name]
    flat = undistorted(ViewSet((photo(lens),)), mode)
    view, K = flat.views.views[0], flat.views.intrinsics[0]
    assert view.lens is None
    assert flat.lenses == (lens,)
    rays = directions_cam(K, HEIGHT, WIDTH)
    u, v = lens.project(rays).unbind(-1)
    inner = (u > 1) & (u < WIDTH - 1) & (v > 1) & (v < HEIGHT - 1)
    assert bool(inner.all()) or mode == "keep" or float(inner.float().mean()) > 0.97
    difference = (view.image.double() - color(rays)).abs().amax(0)[inner]
    assert float(difference.max()) < 6
    assert float(difference.median()) < 1.5


@pytest.mark.parametrize("mode", ["crop", "keep"])
@pytest.mark.parametrize("name", sorted(LENSES))
def test_depth_is_given_back_on_the_distorted_pixels(name, mode):
    """A network that is always right: on the processed grid, and so on the original photo."""
    lens = LENSES[name]
    views = ViewSet((photo(lens), replace(photo(BARREL, "plain"), lens=None)))
    flat = undistorted(views, mode)
    processed = flat.finished(preprocess(flat.views, ResizeRule(98)))
    height, width = processed.images.shape[-2:]
    K = processed.intrinsics.clone()
    K[1] = torch.tensor([[70.0, 0, width / 2], [0, 70, height / 2], [0, 0, 1]])
    depth = torch.stack([plane_depth(directions_cam(k, height, width)) for k in K]).float()
    prediction = Prediction(
        depth=depth,
        images=processed.images,
        names=("photo", "plain"),
        extrinsics=torch.eye(4)[:3].repeat(2, 1, 1),
        intrinsics=K.float(),
        valid=processed.valid,
        original_sizes=processed.original_sizes,
        processed_from_original=processed.processed_from_original.float(),
        lenses=flat.lenses,
    )
    torch.testing.assert_close(
        prediction.original_intrinsics[0].double(), lens.intrinsics(), rtol=1e-5, atol=1e-3
    )
    found = at_original_size(prediction, 0)
    assert found.lens == lens
    expected = plane_depth(lens.unproject(pixel_grid(HEIGHT, WIDTH, dtype=torch.float64)))
    known = ~found.depth.isnan()
    share = float(known.float().mean())
    assert share > (0.5 if mode == "crop" else 0.85)
    error = (found.depth[known].double() / expected[known] - 1).abs()
    assert float(error.max()) < 0.03
    assert float(error.median()) < 1e-3
    plain = at_original_size(prediction, 1)
    assert plain.lens is None
    assert not plain.depth.isnan().any()


def test_blank_borders_are_not_valid():
    flat = undistorted(ViewSet((photo(FISHEYE),)), "keep")
    processed = flat.finished(preprocess(flat.views, ResizeRule(98)))
    blank = ~processed.valid[0]
    assert 0.02 < float(blank.float().mean()) < 0.5
    assert float(processed.images[0][:, blank].float().quantile(0.7)) == 0
    cropped = undistorted(ViewSet((photo(FISHEYE),)), "crop")
    assert cropped.finished(preprocess(cropped.views, ResizeRule(98))).valid is None


def test_views_of_other_shapes_keep_their_padding():
    tall = Lens(90.0, 90.0, 45.0, 80.0, 160, 90, radial=(-0.1,))
    wide = [photo(BARREL, f"wide{i}") for i in range(2)]
    flat = undistorted(ViewSet((*wide, photo(tall, "tall"))), "keep")
    plain = preprocess(flat.views, ResizeRule(98))
    processed = flat.finished(plain)
    assert bool((plain.valid | ~processed.valid).all())
    assert int(processed.valid[2].sum()) < int(plain.valid[2].sum())
    original = torch.linalg.inv(processed.processed_from_original) @ processed.intrinsics
    torch.testing.assert_close(original[2], tall.intrinsics())


def test_masks_are_straightened_too():
    mask = torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)
    mask[:, : WIDTH // 2] = True
    view = replace(photo(FISHEYE), mask=mask)
    flat = undistorted(ViewSet((view,)), "crop")
    K = flat.views.intrinsics[0]
    u = FISHEYE.project(directions_cam(K, HEIGHT, WIDTH))[..., 0]
    straight = flat.views.views[0].mask
    sure = (u - WIDTH / 2).abs() > 1
    assert torch.equal(straight[sure], (u < WIDTH / 2)[sure])


def test_pinholes_and_unknown_cameras_stay_as_they_are():
    pinhole = Lens(90.0, 92.0, 80.0, 60.0, HEIGHT, WIDTH)
    views = ViewSet((photo(pinhole), replace(photo(pinhole, "b"), lens=None)))
    flat = undistorted(views, "crop")
    assert flat.lenses == (None, None)
    assert torch.equal(flat.views.views[0].image, views.views[0].image)
    torch.testing.assert_close(flat.views.intrinsics[0], pinhole.intrinsics())
    assert flat.views.intrinsics[1].isnan().all()
    processed = preprocess(flat.views, ResizeRule(98))
    assert flat.finished(processed) is processed


def test_coefficients_of_another_lens_are_refused_by_name():
    wrong = replace(BARREL, radial=(-50.0,))
    with pytest.raises(InputError, match="photo: The distortion"):
        undistorted(ViewSet((photo(BARREL), replace(photo(BARREL), lens=wrong))), "crop")
