# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Any-view networks: depth, confidence, cameras, rays."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.model.reference_view import select_reference_view

from .closeness import assert_cameras_close, assert_close_in_std, assert_intrinsics_close
from .inputs import random_cameras, random_images
from .official import Official
from .pairs import Pair

pytestmark = pytest.mark.reference
GetPair = Callable[[str], Pair]

STRATEGIES = ("first", "middle", "saddle_balanced", "saddle_sim_range")


def assert_same(ours: NetworkOutput, theirs: dict[str, Any]) -> None:
    """Everything that an any-view network returns."""
    assert theirs["depth"].log().std() > 0.3, "depth hardly varies: no test"
    assert ours.depth is not None
    assert ours.conf is not None
    assert ours.extrinsics is not None
    assert ours.intrinsics is not None
    assert ours.ray_map is not None
    assert ours.ray_conf is not None
    assert_close_in_std(ours.depth, theirs["depth"])
    assert_close_in_std(ours.depth.log(), theirs["depth"].log())
    assert_close_in_std(ours.conf, theirs["depth_conf"])
    assert_cameras_close(ours.extrinsics[..., :3, :], theirs["extrinsics"][..., :3, :])
    assert_intrinsics_close(ours.intrinsics, theirs["intrinsics"])
    for part in (slice(0, 3), slice(3, 6)):
        assert_close_in_std(ours.ray_map[..., part], theirs["ray"][..., part])
    assert_close_in_std(ours.ray_conf, theirs["ray_conf"])


@pytest.mark.parametrize("scenes", [1, 2])
@pytest.mark.parametrize("views", [1, 2, 3, 5, 9])
@pytest.mark.parametrize("name", ["even", "odd"])
def test_views_and_scenes(pair: GetPair, name: str, views: int, scenes: int) -> None:
    networks = pair(name)
    images = random_images(scenes, views, 56, 84, seed=views)
    assert_same(networks.run_ours(images), networks.run_reference(images))


@pytest.mark.parametrize("size", [(14, 14), (14, 70), (70, 28), (98, 126)])
def test_image_sizes(pair: GetPair, size: tuple[int, int]) -> None:
    networks = pair("even")
    images = random_images(1, 3, *size, seed=3)
    assert_same(networks.run_ours(images), networks.run_reference(images))


def test_the_position_tables_own_grid(pair: GetPair) -> None:
    """37 x 37 patches: the table is used as it is (QUIRK-06)."""
    networks = pair("even")
    images = random_images(1, 1, 518, 518, seed=4)
    assert_same(networks.run_ours(images), networks.run_reference(images))


@pytest.mark.parametrize("strategy", ["first", "middle", "saddle_balanced"])
@pytest.mark.parametrize("name", ["even", "odd"])
def test_reference_view_strategies(pair: GetPair, name: str, strategy: Any) -> None:
    networks = pair(name)
    images = random_images(3, 5, 42, 56, seed=5)
    ours = networks.run_ours(images, reference_view=strategy)
    assert_same(ours, networks.run_reference(images, ref_view_strategy=strategy))


@pytest.mark.parametrize("name", ["even", "odd"])
def test_similarity_range(
    package: Official, pair: GetPair, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no two views are dissimilar the two most similar ones tie (QUIRK-20).

    Rounding decides in the reference. It is made to follow our choice, once that is known to be
    as good as its own.
    """
    networks = pair(name)
    images = random_images(3, 5, 42, 56, seed=5)
    ours = networks.run_ours(images, reference_view="saddle_sim_range")
    module = package.module("model.dinov2.vision_transformer")
    choose = module.select_reference_view
    differing = []

    def follow(tokens: Tensor, strategy: str) -> Tensor:
        chosen, theirs = ours.reference_view, choose(tokens, strategy=strategy)
        unit = F.normalize(tokens[:, :, 0], dim=-1)
        low, high = (unit @ unit.mT - torch.eye(tokens.shape[1])).aminmax(dim=-1)
        scene = torch.arange(tokens.shape[0])
        torch.testing.assert_close((high - low)[scene, chosen], (high - low)[scene, theirs])
        differing.append(int((chosen != theirs).sum()))
        return chosen

    monkeypatch.setattr(module, "select_reference_view", follow)
    theirs = networks.run_reference(images, ref_view_strategy="saddle_sim_range")
    assert differing, "the reference chose no reference view"
    assert_same(ours, theirs)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_chosen_view(package: Official, strategy: Any) -> None:
    """Class tokens that differ in direction and length, so that nothing ties."""
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(32, 7, 1, 24, generator=generator)
    tokens = tokens * torch.rand(32, 7, 1, 1, generator=generator)
    choose = package.module("model.reference_view_selector").select_reference_view
    assert torch.equal(
        select_reference_view(tokens[:, :, 0], strategy), choose(tokens, strategy=strategy)
    )


def test_strategies_choose_different_views(pair: GetPair) -> None:
    """Otherwise the test above would compare one choice four times."""
    networks = pair("even")
    images = random_images(3, 5, 42, 56, seed=5)
    chosen = [networks.run_ours(images, reference_view=s).reference_view for s in STRATEGIES]
    rows = {tuple(c.tolist()) for c in chosen if c is not None}
    assert len(rows) >= 3, rows


@pytest.mark.parametrize("views", [1, 2, 4])
@pytest.mark.parametrize("name", ["even", "odd"])
def test_given_cameras(pair: GetPair, name: str, views: int) -> None:
    networks = pair(name)
    images = random_images(2, views, 56, 70, seed=6)
    cameras = random_cameras(2, views, 56, 70, seed=6)
    assert_same(networks.run_ours(images, *cameras), networks.run_reference(images, *cameras))


def test_given_cameras_matter(pair: GetPair) -> None:
    networks = pair("even")
    images = random_images(1, 3, 56, 70, seed=6)
    depths = [
        networks.run_ours(images, *cameras).depth
        for cameras in ((), random_cameras(1, 3, 56, 70, seed=1), random_cameras(1, 3, 56, 70))
    ]
    for other in depths[1:]:
        assert isinstance(depths[0], Tensor)
        assert isinstance(other, Tensor)
        assert (depths[0] - other).abs().max() > 0.05 * depths[0].std()


@pytest.mark.parametrize("name", ["large-short", "giant-short"])
def test_published_widths(pair: GetPair, name: str) -> None:
    networks = pair(name)
    images = random_images(1, 3, 28, 42, seed=7)
    assert_same(networks.run_ours(images), networks.run_reference(images))


@pytest.mark.parametrize(("scenes", "views", "size"), [(1, 3, (56, 84)), (2, 2, (70, 98))])
def test_small(pair: GetPair, scenes: int, views: int, size: tuple[int, int]) -> None:
    networks = pair("small")
    images = random_images(scenes, views, *size, seed=8)
    assert_same(networks.run_ours(images), networks.run_reference(images))


def test_small_with_given_cameras(pair: GetPair) -> None:
    networks = pair("small")
    images, cameras = random_images(1, 3, 56, 84, seed=9), random_cameras(1, 3, 56, 84, seed=9)
    assert_same(networks.run_ours(images, *cameras), networks.run_reference(images, *cameras))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", "large", "giant"])
def test_full_size(pair: GetPair, name: str) -> None:
    networks = pair(name)
    images = random_images(1, 3, 56, 84, seed=10)
    assert_same(networks.run_ours(images), networks.run_reference(images))


@pytest.mark.parametrize("views", [2, 5])
def test_features(pair: GetPair, views: int) -> None:
    """Views in input order; the reference leaves them in the order of its blocks (QUIRK-09)."""
    networks = pair("even")
    images = random_images(1, views, 42, 56, seed=5)
    request = OutputRequest(feature_layers=(1, 3, 4))
    ours = networks.run_ours(images, request=request, reference_view="middle")
    theirs = networks.run_reference(
        images, export_feat_layers=[1, 3, 4], ref_view_strategy="middle"
    )["aux"]
    moved = [views // 2, *(i for i in range(views) if i != views // 2)] if views >= 3 else [0, 1]
    for layer in request.feature_layers:
        expected = theirs[f"feat_layer_{layer}"]
        assert_close_in_std(ours.features[layer][:, moved], expected)
        if views >= 3:
            assert (ours.features[layer] - expected).abs().max() > 0.1 * expected.std()
