# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.model.build import build
from anyview.model.heads import AnyViewHead, MonocularHead, chunked
from anyview.model.registry import VARIANTS

SIZE = (42, 56)


def taken(config, views=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    width = config.backbone.width
    streams = config.backbone.feature_width // width
    return [
        tuple(torch.randn(views, 12, width, generator=generator) for _ in range(streams))
        for _ in range(4)
    ]


@pytest.fixture(scope="module")
def head() -> AnyViewHead:
    return build(VARIANTS["nano"].config, seed=2).head


def test_shapes_and_ranges(head):
    out = head(taken(VARIANTS["nano"].config), SIZE, depth=True, rays=True)
    assert out.depth.shape == out.conf.shape == (5, *SIZE)
    assert out.ray_map.shape == (5, 24, 32, 6), "8 x the 3 x 4 patch grid"
    assert (out.depth > 0).all()
    assert (out.conf >= 1).all()
    assert (out.ray_conf >= 1).all()
    assert out.sky is None


@pytest.mark.parametrize(("depth", "rays"), [(True, False), (False, True)])
def test_a_branch_that_nobody_asks_for_does_not_run(head, depth, rays):
    ran = []
    handles = [
        getattr(head, name).register_forward_hook(lambda *_, name=name: ran.append(name))
        for name in ("depth_chain", "depth_out", "ray_chain", "ray_out")
    ]
    out = head(taken(VARIANTS["nano"].config), SIZE, depth=depth, rays=rays)
    for handle in handles:
        handle.remove()
    assert ran == (["depth_chain", "depth_out"] if depth else ["ray_chain", "ray_out"])
    assert (out.depth is None) == (not depth)
    assert (out.ray_map is None) == (not rays)


@pytest.mark.parametrize("chunk", [1, 2, 5, 9])
def test_chunks_change_nothing(head, chunk):
    features = taken(VARIANTS["nano"].config)
    whole = head(features, SIZE, rays=True)
    parts = chunked(lambda t: head(t, SIZE, rays=True), features, chunk)
    for name in ("depth", "conf", "ray_map", "ray_conf"):
        torch.testing.assert_close(getattr(parts, name), getattr(whole, name))


def test_unused_ray_levels_do_not_exist(head):
    assert len(head.ray_neck) == 5
    assert sum(name.startswith("ray_out") for name, _ in head.named_children()) == 1


def test_monocular_head_has_sky_and_no_confidence():
    config = VARIANTS["nano-mono"].config
    head: MonocularHead = build(config, seed=2).head
    out = head(taken(config), SIZE)
    assert out.conf is None
    assert (out.sky >= 0).all()
    assert (out.depth > 0).all()
    assert head(taken(config), SIZE, sky=False).sky is None
