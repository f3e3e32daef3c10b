# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.model.build import build
from anyview.model.nested import FAR_LIMIT_M, metric_scale
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS
from anyview.structures.sky import SKY_THRESHOLD

EVERYTHING = OutputRequest(rays=True, gaussians=True, feature_layers=(3,))


@pytest.fixture(scope="module")
def network():
    nested = build(VARIANTS["nano-nested"].config, seed=2)
    # Some sky and some not, as trained weights give.
    nested.metric.head.sky_out.last.bias.fill_(SKY_THRESHOLD)
    return nested


def images(scenes=1, views=2, seed=0):
    return torch.randn(scenes, views, 3, 42, 56, generator=torch.Generator().manual_seed(seed))


def planted(scale=2.5, seed=0, shape=(2, 9, 11)):
    rng = torch.Generator().manual_seed(seed)
    depth = 1 + torch.rand(shape, generator=rng)
    conf = 1 + torch.rand(shape, generator=rng)
    return depth, conf, scale * depth, torch.zeros(shape)


def test_a_planted_scale_is_found():
    torch.testing.assert_close(metric_scale(*planted()), torch.tensor(2.5))


def test_sky_unsure_and_tiny_pixels_have_no_say():
    depth, conf, metres, sky = planted()
    noise = torch.rand(depth.shape, generator=torch.Generator().manual_seed(1))
    sky = torch.where(noise < 0.2, 1.0, sky)
    metres = torch.where(noise < 0.2, 1e4, metres)
    unsure = conf < conf[sky < SKY_THRESHOLD].median()
    metres = torch.where(unsure, 1e3, metres)
    best = conf > conf.quantile(0.9)
    metres = torch.where(best & (noise < 0.5), 0.009, metres)
    depth = torch.where(best & (noise > 0.9), 0.0009, depth)
    torch.testing.assert_close(metric_scale(depth, conf, metres, sky), torch.tensor(2.5))


def test_pixels_that_do_not_count_have_no_say():
    depth, conf, metres, sky = planted()
    valid = torch.rand(depth.shape, generator=torch.Generator().manual_seed(4)) < 0.5
    metres = torch.where(valid, metres, 1e3)
    conf = torch.where(valid, conf, 1e3)  # would shift the median too
    found = metric_scale(depth, conf, metres, sky, valid)
    torch.testing.assert_close(found, torch.tensor(2.5))
    assert metric_scale(depth, conf, metres, sky, torch.zeros_like(valid)).isnan()


def test_twin_of_the_scale():
    depth, conf, metres, sky = planted(seed=3)
    metres = metres * torch.linspace(0.5, 1.5, metres.numel()).view(metres.shape)
    pixels = sorted(torch.stack((conf, depth, metres), dim=-1).flatten(0, -2).tolist())
    sure = pixels[len(pixels) // 2 :]  # an even number: the median lies between two
    expected = sum(d * m for _, d, m in sure) / sum(d * d for _, d, _ in sure)
    assert metric_scale(depth, conf, metres, sky).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("seen", "known"), [(0, False), (10, False), (11, True)], ids=["none", "ten", "eleven"]
)
def test_hardly_anything_but_sky_gives_no_scale(seen, known):
    depth, conf, metres, _ = planted()
    sky = torch.ones(depth.numel())
    sky[:seen] = 0.0
    found = metric_scale(depth, conf, metres, sky.view(depth.shape))
    assert bool(found.isfinite()) is known


def test_no_pixel_to_compare_gives_no_scale():
    depth, conf, metres, sky = planted()
    assert metric_scale(depth, conf, torch.zeros_like(metres), sky).isnan()


def test_everything_is_scaled_alike(network):
    x = images()
    out = network(x, request=EVERYTHING)
    relative = network.any_view(x, request=EVERYTHING)
    scale = out.scale[:, None, None]
    assert (scale > 0).all()
    assert not torch.allclose(scale, torch.ones(()), atol=0.05)
    not_sky = out.sky < SKY_THRESHOLD
    torch.testing.assert_close(out.depth[not_sky], (relative.depth * scale[..., None])[not_sky])
    torch.testing.assert_close(out.extrinsics[..., :3, :3], relative.extrinsics[..., :3, :3])
    torch.testing.assert_close(out.extrinsics[..., :3, 3], relative.extrinsics[..., :3, 3] * scale)
    assert torch.equal(out.extrinsics[..., 3, :], relative.extrinsics[..., 3, :])
    torch.testing.assert_close(out.pose_encoding[..., :3], relative.pose_encoding[..., :3] * scale)
    assert torch.equal(out.pose_encoding[..., 3:], relative.pose_encoding[..., 3:])
    torch.testing.assert_close(
        out.ray_map[..., :3], relative.ray_map[..., :3] * scale[..., None, None]
    )
    assert torch.equal(out.ray_map[..., 3:], relative.ray_map[..., 3:])
    torch.testing.assert_close(out.gaussians.means, relative.gaussians.means * scale)
    torch.testing.assert_close(out.gaussians.scales, relative.gaussians.scales * scale)
    for name in ("rotations_wxyz", "harmonics", "opacities"):
        assert torch.equal(getattr(out.gaussians, name), getattr(relative.gaussians, name))
    assert torch.equal(out.features[3], relative.features[3])


def test_sky_is_far_and_certain(network):
    out = network(images())
    is_sky = out.sky >= SKY_THRESHOLD
    assert 0 < is_sky.sum() < is_sky.numel()
    far = out.depth[~is_sky].double().quantile(0.99).clamp(max=FAR_LIMIT_M)
    torch.testing.assert_close(out.depth[is_sky].double(), far.expand(int(is_sky.sum())))
    assert (out.conf[is_sky] == 1).all()
    assert (out.conf[~is_sky] > 1).all()


def test_a_batch_is_a_loop_over_scenes(network):
    x = images(3, 3)
    x[1] *= 3
    together = network(x)
    assert together.scale.unique().numel() == 3
    for b in range(3):
        alone = network(x[b : b + 1])
        for name in ("depth", "conf", "sky", "extrinsics", "scale"):
            torch.testing.assert_close(
                getattr(together, name)[b], getattr(alone, name)[0], atol=1e-4, rtol=1e-4
            )


def test_a_scene_of_sky_says_so_and_leaves_its_neighbour_alone(network):
    x = images(2, 1)
    whole = network(x)
    bias = network.metric.head.sky_out.last.bias
    before = bias.clone()
    bias.fill_(1e3)
    try:
        only_sky = network(x)
    finally:
        bias.copy_(before)
    assert only_sky.scale.isnan().all()
    relative = network.any_view(x)
    assert torch.equal(only_sky.depth, relative.depth)
    assert torch.equal(only_sky.conf, relative.conf)
    assert torch.equal(only_sky.extrinsics, relative.extrinsics)
    assert whole.scale.isfinite().all()


def test_same_input_same_bits(network):
    x = images(1, 4)
    first, second = network(x), network(x)
    for name in ("depth", "conf", "extrinsics", "scale"):
        assert torch.equal(getattr(first, name), getattr(second, name))


def test_what_is_not_asked_for_is_absent_and_not_computed(network, monkeypatch):
    x = images()
    out = network(x, request=OutputRequest(depth=False, cameras=True, sky=False))
    assert out.depth is None
    assert out.conf is None
    assert out.sky is None
    assert out.extrinsics is not None
    assert out.scale is not None
    sky_only = network(x, request=OutputRequest(depth=False, cameras=False))
    assert sky_only.sky is not None
    assert sky_only.extrinsics is None
    assert sky_only.scale is None
    monkeypatch.setattr(
        network.metric, "forward", lambda *a, **k: pytest.fail("metric network ran")
    )
    nothing = OutputRequest(depth=False, cameras=False, sky=False, feature_layers=(1,))
    assert network(x, request=nothing).features[1] is not None


def test_request_parts_agree(network):
    """Cameras are the same numbers whether depth is asked for or not."""
    x = images()
    whole = network(x)
    part = network(x, request=replace(OutputRequest(), depth=False, sky=False))
    assert torch.equal(whole.extrinsics, part.extrinsics)


def test_half_given_cameras_are_refused(network):
    with pytest.raises(InputError, match="both extrinsics and intrinsics"):
        network(images(), torch.eye(4).repeat(1, 2, 1, 1))


def test_padding_changes_neither_scale_nor_sky(network):
    """Pixels that do not count may say anything: scale and far end come from the others."""
    x = images()
    valid = torch.ones(1, 2, 42, 56, dtype=torch.bool)
    whole = network(x, request=OutputRequest(), valid=valid)
    plain = network(x, request=OutputRequest())
    torch.testing.assert_close(whole.depth, plain.depth)
    torch.testing.assert_close(whole.scale, plain.scale)
    valid[..., :14] = False
    found = network(x, request=OutputRequest(), valid=valid)
    assert found.scale != plain.scale
    relative = network.any_view(x, request=OutputRequest(sky=False))
    single = network.metric(x, request=OutputRequest(cameras=False))
    focal = (relative.intrinsics[..., 0, 0] + relative.intrinsics[..., 1, 1]) / 2
    metres = single.depth * (focal / 300)[..., None, None]
    expected = metric_scale(relative.depth[0], relative.conf[0], metres[0], single.sky[0], valid[0])
    torch.testing.assert_close(found.scale[0], expected)
    nothing = network(x, request=OutputRequest(), valid=torch.zeros_like(valid))
    assert nothing.scale.isnan().all()
    torch.testing.assert_close(nothing.depth, relative.depth)
