# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.model.build import build
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS

EVERYTHING = OutputRequest(rays=True)
SMALL_VARIANTS = [name for name in VARIANTS if name.startswith("nano")]


def images(scenes=1, views=2, height=42, width=56, seed=0):
    return torch.randn(
        scenes, views, 3, height, width, generator=torch.Generator().manual_seed(seed)
    )


def cameras(scenes, views):
    extrinsics = torch.eye(4).repeat(scenes, views, 1, 1)
    extrinsics[..., 0, 3] = torch.arange(views) * 0.3
    intrinsics = torch.tensor([[60.0, 0, 28], [0, 60, 21], [0, 0, 1]])
    return extrinsics, intrinsics.repeat(scenes, views, 1, 1)


@pytest.fixture(scope="module")
def nano():
    return build(VARIANTS["nano"].config, seed=3)


@pytest.mark.parametrize("name", SMALL_VARIANTS)
@pytest.mark.parametrize(("scenes", "views", "height", "width"), [(2, 1, 42, 56), (1, 3, 70, 28)])
def test_forward_of_every_small_variant(name, scenes, views, height, width):
    network = build(VARIANTS[name].config, seed=0)
    out = network(images(scenes, views, height, width))
    assert out.depth.shape == (scenes, views, height, width)
    assert out.depth.isfinite().all()
    assert (out.depth > 0).all()


@pytest.mark.parametrize("name", ["nano", "nano-mono"])
def test_gradients_reach_every_parameter(name):
    network = build(VARIANTS[name].config, seed=0).train().requires_grad_(True)
    x = images(1, 3)
    out = network(x, request=EVERYTHING, reference_view="first")
    given = network(x, *cameras(1, 3)) if network.camera_encoder is not None else None
    total = sum(
        value.float().square().mean()
        for result in (out, given)
        if result is not None
        for value in vars(result).values()
        if isinstance(value, torch.Tensor) and value.requires_grad
    )
    total.backward()
    dead = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert dead == []


def test_what_is_not_asked_for_is_absent(nano):
    out = nano(images(), request=OutputRequest(depth=False, cameras=True))
    assert out.depth is None
    assert out.conf is None
    assert out.ray_map is None
    assert out.extrinsics is not None
    assert nano(images(), request=OutputRequest(cameras=False)).extrinsics is None


def test_same_input_same_bits(nano):
    x = images(2, 4)
    first, second = nano(x, request=EVERYTHING), nano(x, request=EVERYTHING)
    for name in ("depth", "conf", "ray_map", "extrinsics", "intrinsics"):
        assert torch.equal(getattr(first, name), getattr(second, name))


def test_given_cameras_change_the_result_and_are_not_normalised(nano):
    x = images(1, 3)
    extrinsics, intrinsics = cameras(1, 3)
    out = nano(x, extrinsics, intrinsics)
    assert not torch.allclose(out.depth, nano(x).depth)
    moved = extrinsics.clone()
    moved[..., :3, 3] *= 2
    assert not torch.allclose(nano(x, moved, intrinsics).depth, out.depth)


def test_features_have_the_shape_of_the_patch_grid(nano):
    out = nano(images(), request=OutputRequest(feature_layers=(0, 3)))
    width = VARIANTS["nano"].config.backbone.width
    assert sorted(out.features) == [0, 3]
    assert all(tuple(f.shape) == (1, 2, 3, 4, width) for f in out.features.values())


@pytest.mark.parametrize("chunk", [1, 3])
def test_head_chunks_change_nothing(nano, chunk):
    x = images(2, 2)
    whole = nano(x, request=EVERYTHING)
    parts = nano(x, request=EVERYTHING, head_chunk=chunk)
    torch.testing.assert_close(parts.depth, whole.depth)
    torch.testing.assert_close(parts.ray_map, whole.ray_map)


def test_sides_must_be_multiples_of_14(nano):
    with pytest.raises(InputError, match="multiples of 14"):
        nano(images(height=40))


def test_half_given_cameras_are_refused(nano):
    extrinsics, intrinsics = cameras(1, 2)
    with pytest.raises(InputError, match="both extrinsics and intrinsics"):
        nano(images(), extrinsics)
    with pytest.raises(InputError, match="both extrinsics and intrinsics"):
        nano(images(), None, intrinsics)


def test_requests_that_the_network_cannot_meet(nano):
    with pytest.raises(OptionError, match="no Gaussian head"):
        nano(images(), request=OutputRequest(gaussians=True))
    with pytest.raises(OptionError, match=r"\[4\] do not exist"):
        nano(images(), request=OutputRequest(feature_layers=(1, 4)))
    mono = build(VARIANTS["nano-mono"].config)
    with pytest.raises(InputError, match="monocular"):
        mono(images(), *cameras(1, 2))
