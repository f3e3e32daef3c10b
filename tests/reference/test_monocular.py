# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Monocular and metric networks: depth and sky."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from anyview.model.outputs import NetworkOutput
from anyview.structures.sky import SKY_THRESHOLD

from .closeness import assert_close_in_std
from .inputs import random_images
from .pairs import Pair

pytestmark = pytest.mark.reference
GetPair = Callable[[str], Pair]


def assert_same(ours: NetworkOutput, theirs: dict[str, Any]) -> None:
    """Sky everywhere, depth where rounding cannot decide what is sky."""
    assert ours.depth is not None
    assert ours.sky is not None
    assert ours.conf is None
    assert ours.extrinsics is None
    assert_close_in_std(ours.sky, theirs["sky"])
    certain = (theirs["sky"] - SKY_THRESHOLD).abs() > 1e-3
    assert certain.float().mean() > 0.98
    assert theirs["depth"].log().std() > 0.2, "depth hardly varies: no test"
    assert_close_in_std(ours.depth[certain], theirs["depth"][certain])


def is_sky(theirs: dict[str, Any]) -> Tensor:
    """Sky as both see it."""
    sky: Tensor = theirs["sky"] >= SKY_THRESHOLD
    return sky


@pytest.mark.parametrize(
    ("name", "views"),
    [*(("monocular", views) for views in (1, 2, 3, 5, 9)), ("metric-short", 2)],
)
def test_views(pair: GetPair, name: str, views: int) -> None:
    networks = pair(name)
    images = random_images(1, views, 42, 70, seed=views)
    theirs = networks.run_reference(images)
    assert 0.1 < is_sky(theirs).float().mean() < 0.9, "sky is not filled: no test"
    assert_same(networks.run_ours(images), theirs)


def test_one_sky_depth_for_all_views(pair: GetPair) -> None:
    """The far quantile is pooled over the views of a scene, in both."""
    networks = pair("monocular")
    images = random_images(1, 3, 42, 70, seed=3)
    ours = networks.run_ours(images)
    assert ours.depth is not None
    assert ours.sky is not None
    assert ours.depth[ours.sky >= SKY_THRESHOLD].unique().numel() == 1


@pytest.mark.parametrize("views", [1, 2, 5])
def test_scenes_are_independent(pair: GetPair, views: int) -> None:
    """Ours is the reference's loop over scenes; its batch pools sky over scenes (QUIRK-15)."""
    networks = pair("monocular")
    images = random_images(2, views, 42, 70, seed=views)
    images[1] *= 2.0
    ours, alone = networks.run_ours(images), networks.run_reference_by_scene(images)
    assert_same(ours, alone)
    pooled = networks.run_reference(images)
    far = [d[s].unique() for d, s in zip(alone["depth"], is_sky(alone), strict=True)]
    assert (far[0] - far[1]).abs() > 0.01 * alone["depth"].std()
    assert pooled["depth"][is_sky(pooled)].unique().numel() == 1


def test_many_views_of_several_scenes(pair: GetPair) -> None:
    """The reference fails there (QUIRK-18)."""
    networks = pair("monocular")
    images = random_images(2, 9, 28, 42, seed=1)
    with pytest.raises(RuntimeError, match="invalid for input"):
        networks.run_reference(images)
    assert_same(networks.run_ours(images), networks.run_reference_by_scene(images))


def test_little_sky_is_left_as_it_is(pair: GetPair) -> None:
    networks = pair("monocular")
    images = random_images(1, 1, 14, 14, seed=2)
    bias = networks.reference.head.scratch.sky_output_conv2[2].bias
    ours_bias = networks.ours.head.sky_out.last.bias
    assert bias.data_ptr() == ours_bias.data_ptr(), "the pair shares its weights"
    raw = networks.run_reference(images)["sky"]
    before = bias.detach().clone()
    with torch.no_grad():
        bias.add_(SKY_THRESHOLD - raw.flatten().sort(descending=True).values[7:9].mean())
    try:
        theirs, ours = networks.run_reference(images), networks.run_ours(images)
    finally:
        with torch.no_grad():
            bias.copy_(before)
    assert int(is_sky(theirs).sum()) == 8
    assert ours.depth is not None
    assert theirs["depth"][is_sky(theirs)].unique().numel() == 8
    assert_close_in_std(ours.depth, theirs["depth"])


@pytest.mark.parametrize("size", [(14, 28), (98, 56)])
def test_image_sizes(pair: GetPair, size: tuple[int, int]) -> None:
    networks = pair("monocular")
    images = random_images(1, 2, *size, seed=4)
    assert_same(networks.run_ours(images), networks.run_reference(images))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mono-large", "metric-large"])
def test_full_size(pair: GetPair, name: str) -> None:
    networks = pair(name)
    images = random_images(1, 3, 56, 84, seed=10)
    assert_same(networks.run_ours(images), networks.run_reference(images))
