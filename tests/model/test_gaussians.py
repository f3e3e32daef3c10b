# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import pytest
import torch

from anyview.model.build import build
from anyview.model.gaussians import GaussianHead
from anyview.model.initialization import initialize
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS

CONFIG = VARIANTS["nano-gaussians"].config
HEIGHT, WIDTH = 28, 42


def make_head(convention="published"):
    head = GaussianHead(CONFIG, convention)
    initialize(head, 0)
    return head


def inputs(scenes=2, views=3, seed=0):
    rng = torch.Generator().manual_seed(seed)
    width = CONFIG.backbone.width
    patches = HEIGHT // 14 * WIDTH // 14
    taken = [
        tuple(torch.randn(scenes, views, patches, width, generator=rng) for _ in range(2))
        for _ in range(4)
    ]
    images = torch.randn(scenes, views, 3, HEIGHT, WIDTH, generator=rng)
    depth = 1 + torch.rand(scenes, views, HEIGHT, WIDTH, generator=rng)
    extrinsics = torch.eye(4).repeat(scenes, views, 1, 1)
    extrinsics[..., :3, 3] = torch.randn(scenes, views, 3, generator=rng)
    intrinsics = torch.tensor([[40.0, 0, 21], [0, 40, 14], [0, 0, 1]]).repeat(scenes, views, 1, 1)
    return taken, images, depth, extrinsics, intrinsics


def assert_equal(first, second):
    for name, value in vars(first).items():
        torch.testing.assert_close(getattr(second, name), value, atol=1e-5, rtol=1e-4, msg=name)


def test_shapes():
    found = make_head()(*inputs(), head_chunk=8)
    count = 3 * HEIGHT * WIDTH
    assert found.means.shape == (2, count, 3)
    assert found.harmonics.shape == (2, count, 3, 9)
    assert found.opacities.shape == (2, count)


@pytest.mark.parametrize("chunk", [1, 4])
def test_chunks_change_nothing(chunk):
    head = make_head()
    assert_equal(head(*inputs(), head_chunk=8), head(*inputs(), head_chunk=chunk))


def test_scenes_are_independent():
    head = make_head()
    taken, *rest = inputs()
    together = head(taken, *rest, head_chunk=4)
    for b in range(2):
        one = [tuple(s[b : b + 1] for s in streams) for streams in taken]
        alone = head(one, *(x[b : b + 1] for x in rest), head_chunk=4)
        for name, value in vars(alone).items():
            torch.testing.assert_close(getattr(together, name)[b], value[0], atol=1e-5, rtol=1e-4)


def test_images_and_tokens_both_matter():
    head = make_head()
    taken, images, *rest = inputs()
    base = head(taken, images, *rest, head_chunk=8)
    other_images = head(taken, images.flip(-1), *rest, head_chunk=8)
    other_tokens = head(inputs(seed=1)[0], images, *rest, head_chunk=8)
    for other in (other_images, other_tokens):
        assert (base.opacities - other.opacities).abs().max() > 1e-3


def test_inputs_are_not_changed():
    taken, images, *rest = inputs()
    before = [images.clone(), *(s.clone() for streams in taken for s in streams)]
    make_head()(taken, images, *rest, head_chunk=8)
    after = [images, *(s for streams in taken for s in streams)]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("convention", ["published", "correct"])
def test_gradients_reach_every_parameter(convention):
    head = make_head(convention)
    found = head(*inputs(1, 1), head_chunk=8)
    sum(value.square().mean() for value in vars(found).values()).backward()
    dead = [n for n, p in head.named_parameters() if p.grad is None or not p.grad.any()]
    assert dead == []


def test_conventions_share_what_does_not_differ():
    published, correct = (
        make_head(convention)(*inputs(), head_chunk=8) for convention in ("published", "correct")
    )
    for name in ("scales", "harmonics", "opacities"):
        assert torch.equal(getattr(published, name), getattr(correct, name))
    assert not torch.allclose(published.means, correct.means)


def test_the_network_returns_them_in_the_frame_of_its_cameras():
    network = build(CONFIG, seed=1)
    images = inputs()[1]
    out = network(images, request=OutputRequest(gaussians=True))
    assert out.gaussians is not None
    means = out.gaussians.means.unflatten(1, (3, -1))
    extrinsics = out.extrinsics
    in_camera = means @ extrinsics[..., :3, :3].mT + extrinsics[..., None, :3, 3]
    # Published centres lie at distance "depth + offset" along the ray of their (shifted) pixel.
    distance = in_camera.norm(dim=-1)
    ratio = distance / out.depth.flatten(2)
    assert 0.5 < ratio.median() < 2
