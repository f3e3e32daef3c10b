# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Factors of depth maps that are planted, wrong points among them; Gaussians move along."""

from dataclasses import replace

import pytest
import torch

from anyview.geometry.rays import points_from_depth
from anyview.inference.depth_to_points import depth_ratios, fit_depth, with_depth_factors
from anyview.sfm.sparse_scene import SparseScene
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction
from tests.sfm.textured import cameras, planted, reconstructed, rendered


def prediction_of(factors: list[float], *, half: bool = False) -> Prediction:
    """Exact depth of the rendered views, each map divided by its factor."""
    scene = rendered(4)
    depth = scene.depth / torch.tensor(factors)[:, None, None]
    images, maps = scene.images, torch.eye(3).repeat(4, 1, 1)
    if half:
        depth, images = depth[:, ::2, ::2], images[:, :, ::2, ::2]
        maps = torch.diag(torch.tensor([0.5, 0.5, 1.0])).repeat(4, 1, 1)
    return Prediction(
        depth=depth.contiguous(),
        images=images.contiguous(),
        names=("a", "b", "c", "d"),
        extrinsics=cameras(4)[0][:, :3].float(),
        intrinsics=(maps @ scene.intrinsics),
        processed_from_original=maps,
    )


def scene_in_metres() -> SparseScene:
    """Points on the rendered surfaces with exact cameras, some of them wrong."""
    scene, (poses, K) = rendered(4), cameras(4)
    world = points_from_depth(scene.depth.double(), poses, K)
    generator = torch.Generator().manual_seed(0)
    views, numbers, pixels, points = [], [], [], []
    for view in range(4):
        for _ in range(60):
            row = int(torch.randint(10, 170, (), generator=generator))
            column = int(torch.randint(10, 230, (), generator=generator))
            point = world[view, row, column]
            if not bool(point.isfinite().all()):
                continue
            other = (view + 1) % 4
            for seen_by in (view, other):
                in_camera = poses[seen_by, :3, :3] @ point + poses[seen_by, :3, 3]
                pixel = (K[seen_by] @ in_camera)[:2] / in_camera[2]
                inside = (pixel > 1).all() and bool((pixel < torch.tensor([239, 179])).all())
                if not inside or (seen_by == other and len(points) % 2):
                    continue
                views.append(seen_by)
                numbers.append(len(points))
                pixels.append(pixel)
            points.append(point if len(points) % 10 else 1.6 * point)
    return SparseScene(
        poses,
        K,
        torch.stack(points),
        torch.tensor(views),
        torch.tensor(numbers),
        torch.stack(pixels),
    )


@pytest.mark.parametrize("half", [False, True], ids=["same grid", "half grid"])
def test_planted_factors_are_found(half):
    wanted = [1.0, 2.0, 0.5, 1.3]
    found = fit_depth(prediction_of(wanted, half=half), scene_in_metres())
    assert found.fitted.all()
    torch.testing.assert_close(
        found.factors, torch.tensor(wanted, dtype=torch.float64), rtol=0.02, atol=0
    )
    assert found.spread == pytest.approx(4.0, rel=0.03)


def test_views_without_points_take_the_median():
    scene = scene_in_metres()
    kept = scene.observed_view != 2
    scene = replace(
        scene,
        observed_view=scene.observed_view[kept],
        observed_point=scene.observed_point[kept],
        observed_pixel=scene.observed_pixel[kept],
    )
    found = fit_depth(prediction_of([2.0, 2.2, 9.0, 2.1]), scene)
    assert found.fitted.tolist() == [True, True, False, True]
    assert float(found.factors[2]) == pytest.approx(2.1, rel=0.03)


def test_ratios_are_of_depths_at_the_features():
    scene = reconstructed(4).scene
    assert scene is not None
    ratios = depth_ratios(prediction_of([1.0] * 4), scene)
    known = ratios[ratios.isfinite()]
    # The reconstruction has a unit of its own: one ratio for all.
    middle = float(known.quantile(0.5))
    assert float((known / middle - 1).abs().quantile(0.5)) < 0.02


def test_points_seen_at_no_angle_do_not_count():
    scene = planted()
    still = scene.cam_from_world[:1].repeat(3, 1, 1)
    prediction = prediction_of([1.0] * 4)
    assert not depth_ratios(prediction, replace(scene, cam_from_world=still)).isfinite().any()


def test_gaussians_keep_their_pixels():
    prediction = prediction_of([1.0] * 4)
    K, pose = prediction.intrinsics.double(), cameras(4)[0]
    means = points_from_depth(prediction.depth.double(), pose, K).flatten(0, 2)
    means = means.nan_to_num(0).float()
    count = len(means)
    gaussians = Gaussians(
        means=means,
        scales=torch.ones(count, 3),
        rotations_wxyz=torch.tensor([1.0, 0, 0, 0]).repeat(count, 1),
        harmonics=torch.zeros(count, 3, 1),
        opacities=torch.ones(count),
    )
    factors = torch.tensor([1.0, 2.0, 0.5, 3.0], dtype=torch.float64)
    moved = with_depth_factors(replace(prediction, gaussians=gaussians), factors)
    each = prediction.depth[0].numel()
    for view, factor in enumerate(factors.tolist()):
        torch.testing.assert_close(moved.depth[view], prediction.depth[view] * factor)
        part = slice(view * each, (view + 1) * each)
        old, new = (
            g.means[part].double() @ pose[view, :3, :3].mT + pose[view, :3, 3]
            for g in (gaussians, moved.gaussians)
        )
        torch.testing.assert_close(new, old * factor, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(moved.gaussians.scales[part], gaussians.scales[part] * factor)
