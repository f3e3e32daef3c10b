# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The Gaussian head and its step to the world frame."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from anyview.geometry.spherical_harmonics import rotate_harmonics
from anyview.model.gaussian_adapter import gaussians_from_raw
from anyview.model.outputs import OutputRequest
from anyview.structures.gaussians import Gaussians

from .closeness import assert_close_in_std
from .inputs import random_cameras, random_images, random_rotations
from .official import Official, silence
from .pairs import Pair

pytestmark = pytest.mark.reference
GetPair = Callable[[str], Pair]
REQUEST = OutputRequest(gaussians=True)


def assert_same_gaussians(
    ours: Gaussians | None, theirs: Any, *, factor: Tensor | float = 1.0
) -> None:
    """All five parts; ``factor`` is the reference's extra scale with given cameras."""
    assert ours is not None
    assert_close_in_std(ours.means * factor, theirs.means)
    # The reference's scales turn negative where the depth offset exceeds the depth.
    assert_close_in_std(ours.scales * factor, theirs.scales.abs())
    assert (ours.scales > 0).all()
    assert_close_in_std(ours.harmonics, theirs.harmonics)
    assert_close_in_std(ours.harmonics[..., 1:], theirs.harmonics[..., 1:])
    assert_close_in_std(ours.opacities, theirs.opacities)
    # q and -q are one rotation; the sign is a matter of rounding where the real part is near 0.
    agreement = (ours.rotations_wxyz * theirs.rotations).sum(-1, keepdim=True).sign()
    assert_close_in_std(ours.rotations_wxyz * agreement, theirs.rotations)


@pytest.mark.parametrize(("scenes", "views"), [(1, 1), (1, 3), (2, 2), (2, 5), (1, 9)])
def test_gaussians(pair: GetPair, scenes: int, views: int) -> None:
    """Centres along unit rays (QUIRK-01), rotations with two slips (QUIRK-02)."""
    networks = pair("odd")
    images = random_images(scenes, views, 42, 56, seed=views)
    theirs = networks.run_reference(images, infer_gs=True)
    assert_same_gaussians(networks.run_ours(images, request=REQUEST).gaussians, theirs["gaussians"])


def test_many_views_of_several_scenes(pair: GetPair) -> None:
    """The reference fails there; each of its scenes alone is the truth (QUIRK-18)."""
    networks = pair("odd")
    images = random_images(2, 9, 28, 42, seed=1)
    with pytest.raises(RuntimeError, match="invalid for input"):
        networks.run_reference(images, infer_gs=True)
    ours = networks.run_ours(images, request=REQUEST).gaussians
    assert ours is not None
    for scene in range(2):
        theirs = networks.run_reference(images[scene : scene + 1], infer_gs=True)["gaussians"]
        alone = {name: getattr(ours, name)[scene : scene + 1] for name in vars(ours)}
        assert_same_gaussians(Gaussians(**alone), theirs)


@pytest.mark.parametrize("views", [2, 4])
def test_given_cameras(package: Official, pair: GetPair, views: int) -> None:
    """Ours stay with depth and cameras; the reference's leave them by a factor (QUIRK-16)."""
    networks = pair("odd")
    images, cameras = random_images(2, views, 42, 56), random_cameras(2, views, 42, 56)
    ours = networks.run_ours(images, *cameras, request=REQUEST)
    theirs = networks.run_reference(images, *cameras, infer_gs=True)
    factor = _their_factor(package, cameras[0], theirs["extrinsics"])
    if views > 2:
        assert (factor != 1).all()
    assert_same_gaussians(ours.gaussians, theirs["gaussians"], factor=factor)


def _their_factor(package: Official, given: Tensor, predicted: Tensor) -> Tensor:
    """The scale that the reference's own solver gives, on exactly what it is given there.

    With two views it is the rounding of a singular value that decides whether there is one.
    """
    align = package.module("utils.pose_align").align_poses_umeyama
    predicted = F.pad(predicted, (0, 0, 0, 1))
    predicted[..., 3, 3] = 1.0
    factors = []
    for scene_given, scene_predicted in zip(given, predicted, strict=True):
        scale = 1.0
        with contextlib.suppress(package.degenerate_alignment), silence():
            _, _, scale = align(scene_given.numpy(), scene_predicted.numpy())
        factors.append(float(scale))
    return torch.tensor(factors).clamp(1 / 3, 3)[:, None, None]


def test_harmonics_turn_as_theirs(package: Official) -> None:
    """The basis, its order and its signs."""
    generator = torch.Generator().manual_seed(0)
    coefficients = torch.randn(6, 4, 3, 9, generator=generator)
    rotation = random_rotations(6, generator=generator)
    with silence():
        theirs = package.module("utils.sh_helpers").rotate_sh(coefficients, rotation[:, None, None])
    torch.testing.assert_close(
        rotate_harmonics(coefficients, rotation), theirs, atol=2e-5, rtol=1e-4
    )


@pytest.mark.parametrize("offset", [0.0, -5.0])
def test_adapter_alone(package: Official, offset: float) -> None:
    """Any cameras, principal points off centre, depth offsets that exceed the depth (QUIRK-23)."""
    generator = torch.Generator().manual_seed(1)
    views, height, width = 3, 5, 7
    raw = torch.randn(1, views, height, width, 38, generator=generator)
    raw[..., 36] += offset
    depth = 0.5 + torch.rand(1, views, height, width, generator=generator)
    extrinsics, intrinsics = random_cameras(1, views, height, width, seed=2)
    intrinsics[..., :2, 2] += torch.randn(1, views, 2, generator=generator)
    adapter = package.module("model.gs_adapter").GaussianAdapter(
        sh_degree=2, pred_offset_depth=True, pred_offset_xy=True
    )
    with silence():
        theirs = adapter(
            extrinsics,
            intrinsics,
            depth,
            opacities=raw[..., 37].sigmoid(),
            raw_gaussians=raw[..., :37].clone(),
            image_shape=(height, width),
        )
    ours = gaussians_from_raw(
        raw[0], depth[0], extrinsics[0], intrinsics[0], convention="published"
    )
    as_scene = {name: value.flatten(0, 1)[None] for name, value in vars(ours).items()}
    assert_same_gaussians(Gaussians(**as_scene), theirs)


@pytest.mark.slow
def test_full_giant(pair: GetPair) -> None:
    networks = pair("giant")
    images = random_images(1, 2, 56, 84, seed=11)
    theirs = networks.run_reference(images, infer_gs=True)
    assert_same_gaussians(networks.run_ours(images, request=REQUEST).gaussians, theirs["gaussians"])
