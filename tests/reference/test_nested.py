# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Nested networks: scale, sky and Gaussians in metres."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.structures.sky import SKY_THRESHOLD

from .closeness import assert_cameras_close, assert_close_in_std, assert_intrinsics_close
from .inputs import random_cameras, random_images
from .pairs import EVERYTHING, Pair

pytestmark = pytest.mark.reference
GetPair = Callable[[str], Pair]


def assert_same(
    ours: NetworkOutput, theirs: dict[str, Any], *, scale: Tensor, tol: float = 1e-3
) -> None:
    """Everything but Gaussians; ``theirs`` has no sky, which ours takes from the metric branch."""
    assert ours.scale is not None
    assert ours.depth is not None
    assert ours.conf is not None
    assert ours.sky is not None
    assert ours.extrinsics is not None
    assert ours.intrinsics is not None
    torch.testing.assert_close(ours.scale, scale, rtol=tol, atol=0)
    certain = (ours.sky - SKY_THRESHOLD).abs() > 1e-3
    assert certain.float().mean() > 0.98
    assert_close_in_std(ours.depth[certain], theirs["depth"][certain], tol)
    assert_close_in_std(ours.conf[certain], theirs["depth_conf"][certain], tol)
    assert_cameras_close(ours.extrinsics[..., :3, :], theirs["extrinsics"][..., :3, :], tol)
    assert_intrinsics_close(ours.intrinsics, theirs["intrinsics"])


@pytest.mark.parametrize("views", [1, 2, 3, 5, 9])
def test_views(pair: GetPair, views: int) -> None:
    """Metres are canonical depth times the predicted focal over 300 pixels (QUIRK-14)."""
    networks = pair("nested")
    images = random_images(1, views, 42, 70, seed=views)
    ours, theirs = networks.run_ours(images), networks.run_reference(images)
    assert abs(theirs["scale_factor"] - 1) > 0.05, "the scale does nothing: no test"
    assert_same(ours, theirs, scale=torch.tensor([theirs["scale_factor"]]))
    assert ours.sky is not None
    is_sky = ours.sky >= SKY_THRESHOLD
    assert 0.1 < is_sky.float().mean() < 0.9
    assert ours.depth is not None
    assert ours.depth[is_sky].unique().numel() == 1


def test_given_cameras(pair: GetPair) -> None:
    networks = pair("nested")
    images, cameras = random_images(1, 3, 42, 70), random_cameras(1, 3, 42, 70)
    theirs = networks.run_reference(images, *cameras)
    scale = torch.tensor([theirs["scale_factor"]])
    assert_same(networks.run_ours(images, *cameras), theirs, scale=scale)


@pytest.mark.parametrize("views", [1, 3, 9])
def test_scenes_are_independent(pair: GetPair, views: int) -> None:
    """A batch equals the reference's loop over scenes; its own batch shares a scale (QUIRK-15)."""
    networks = pair("nested")
    images = random_images(2, views, 42, 70, seed=views)
    images[1] *= 2.0
    alone = networks.run_reference_by_scene(images)
    scales = [
        networks.run_reference(images[b : b + 1])["scale_factor"] for b in range(images.shape[0])
    ]
    assert_same(networks.run_ours(images), alone, scale=torch.tensor(scales))
    assert abs(scales[0] / scales[1] - 1) > 0.01, "both scenes have one scale: no test"


def test_ray_map_goes_along(pair: GetPair) -> None:
    """Origins are lengths and directions are not; the reference drops both before scaling."""
    networks = pair("nested")
    images = random_images(1, 2, 42, 70, seed=5)
    ours, theirs = networks.run_ours(images), networks.run_reference(images)
    assert ours.ray_map is not None
    assert_close_in_std(ours.ray_map[..., :3], theirs["ray"][..., :3] * theirs["scale_factor"])
    assert_close_in_std(ours.ray_map[..., 3:], theirs["ray"][..., 3:])


def test_gaussians_go_along(pair: GetPair) -> None:
    """The reference leaves Gaussians at the relative scale beside metric depth (QUIRK-17)."""
    networks = pair("nested")
    images = random_images(1, 3, 42, 70, seed=6)
    request = replace(EVERYTHING, gaussians=True)
    ours = networks.run_ours(images, request=request).gaussians
    theirs = networks.run_reference(images, infer_gs=True)
    assert ours is not None
    for name in ("means", "scales"):
        in_metres = getattr(theirs["gaussians"], name) * theirs["scale_factor"]
        in_metres = in_metres.abs() if name == "scales" else in_metres
        assert_close_in_std(getattr(ours, name), in_metres)
    for name in ("harmonics", "opacities"):
        assert_close_in_std(getattr(ours, name), getattr(theirs["gaussians"], name))


def test_sky_is_at_most_200_metres_away(pair: GetPair) -> None:
    networks = pair("nested")
    images = random_images(1, 2, 42, 70, seed=7)
    bias = networks.reference.da3_metric.head.scratch.output_conv2[2].bias
    before = bias.detach().clone()
    with torch.no_grad():
        bias.add_(8.0)  # e^8: kilometres
    try:
        ours, theirs = networks.run_ours(images), networks.run_reference(images)
    finally:
        with torch.no_grad():
            bias.copy_(before)
    assert ours.depth is not None
    assert ours.sky is not None
    assert torch.all(ours.depth[ours.sky >= SKY_THRESHOLD] == 200.0)
    assert_same(ours, theirs, scale=torch.tensor([theirs["scale_factor"]]))


def test_only_sky_is_said_and_not_raised(pair: GetPair) -> None:
    """The reference fails; ours gives the scene in scene units, with scale NaN (QUIRK-19)."""
    networks = pair("nested")
    images = random_images(2, 1, 14, 28, seed=8)
    bias = networks.reference.da3_metric.head.scratch.sky_output_conv2[2].bias
    before = bias.detach().clone()
    with torch.no_grad():
        bias.add_(100.0)
    try:
        ours = networks.run_ours(images)
        with pytest.raises(AssertionError, match="Insufficient non-sky"):
            networks.run_reference(images)
    finally:
        with torch.no_grad():
            bias.copy_(before)
    relative = networks.ours.any_view(images, request=OutputRequest())
    assert ours.scale is not None
    assert ours.scale.isnan().all()
    for name in ("depth", "conf", "extrinsics"):
        assert torch.equal(getattr(ours, name), getattr(relative, name))


@pytest.mark.slow
def test_full_size(pair: GetPair) -> None:
    networks = pair("nested-giant-large")
    images = random_images(1, 2, 56, 84, seed=10)
    theirs = networks.run_reference(images)
    scale = torch.tensor([theirs["scale_factor"]])
    assert_same(networks.run_ours(images), theirs, scale=scale)
