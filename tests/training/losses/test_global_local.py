# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest
import torch

from anyview.geometry.rays import unproject
from anyview.training.losses.alignment import align_affine
from anyview.training.losses.global_local import (
    GlobalLocalOptions,
    _Scene,
    global_local_loss,
)

HEIGHT, WIDTH = 20, 26
K = torch.tensor([[30.0, 0.2, 13.3], [0, 28.0, 9.9], [0, 0, 1]]).double().expand(2, 3, 3)
SMALL = GlobalLocalOptions(whole_samples=20, radii=(0.5, 0.2), balls=4, side=4)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def planted():
    g = generator(1)
    depth, truth, chance = torch.rand(3, 2, HEIGHT, WIDTH, generator=g, dtype=torch.float64)
    ramp = torch.linspace(0, 2, WIDTH).double()
    valid = chance > 0.2
    depth = 1 + 0.5 * ramp + 0.3 * depth
    return depth.requires_grad_(), torch.where(valid, 2 + ramp + 0.3 * truth, 0), valid


def test_the_whole_image_is_the_formula():
    depth, truth, valid = planted()
    loss = global_local_loss(depth, truth, K, valid, generator(), SMALL)
    total, count, slope = 0.0, 0, torch.zeros_like(depth)
    aligned = loss.fit.apply(depth.detach())
    rays = unproject(torch.ones_like(truth), K)
    for place in map(tuple, valid.nonzero().tolist()):
        predicted, true = aligned[place] * rays[place], truth[place] * rays[place]
        total += ((predicted - true).abs().sum() / truth[place]).item()
        count += 1
        sign = (aligned[place] - truth[place]).sign()
        slope[place] = loss.fit.scale[place[0]] * sign * rays[place].abs().sum() / truth[place]
    assert loss.whole.item() == pytest.approx(total / count, rel=1e-12)
    (gradient,) = torch.autograd.grad(loss.whole, depth)
    torch.testing.assert_close(gradient, slope.detach() / count)


def test_balls_are_the_formula():
    depth, truth, valid = planted()
    options = dataclasses.replace(SMALL, radii=(0.3,))
    loss = global_local_loss(depth, truth, K, valid, generator(), options)
    g = generator()
    scene = _Scene(depth.detach(), truth, K, valid)
    scene.draw(options.whole_samples, g)  # the same draws as inside
    pixels, weight = scene.sample_ball(0.3, options, g)
    total, count, slope = 0.0, 0, torch.zeros_like(depth).flatten()
    rays = unproject(torch.ones_like(truth), K).flatten(0, 2)
    source, target = depth.detach().flatten()[pixels], truth.flatten()[pixels]
    fit = align_affine(source, target, weight, limit=options.limit)
    for ball in fit.ok.nonzero().flatten().tolist():
        for n in (weight[ball] > 0).nonzero().flatten().tolist():
            place = pixels[ball, n].item()
            residual = fit.scale[ball] * source[ball, n] + fit.shift[ball] - target[ball, n]
            inverse_radius = weight[ball, n] / rays[place].abs().sum()
            total += (residual * rays[place]).abs().sum().item() * inverse_radius.item()
            slope[place] += fit.scale[ball] * residual.sign() * weight[ball, n]
            count += 1
    assert count > 20
    assert loss.local.item() == pytest.approx(total / count, rel=1e-12)
    (gradient,) = torch.autograd.grad(loss.local, depth)
    torch.testing.assert_close(gradient.flatten(), slope.detach() / count)


def test_points_of_a_ball_lie_in_it():
    depth, truth, valid = planted()
    scene = _Scene(depth.detach(), truth, K, valid)
    radius = 0.3
    centres = scene.draw(SMALL.balls, generator(3))
    pixels, weight = scene.sample_ball(radius, SMALL, generator(3))
    points = unproject(torch.where(valid, truth, 1), K).flatten(1, 2)
    focal = (K[0, 0, 0] * K[0, 1, 1]).sqrt()
    half_diagonal = (HEIGHT**2 + WIDTH**2) ** 0.5 / 2
    pixels, weight = (v.view(2, SMALL.balls, -1) for v in (pixels, weight))
    inside_counts, outside = [], 0
    for image in range(2):
        for ball, centre in enumerate(centres[image].tolist()):
            middle = points[image, centre]
            size = (radius * half_diagonal * middle[2] / focal).item()
            own = pixels[image, ball] - image * HEIGHT * WIDTH
            assert ((own >= 0) & (own < HEIGHT * WIDTH)).all()
            used = weight[image, ball] > 0
            distance = (points[image, own] - middle).norm(dim=-1)
            assert (distance[used] <= size * (1 + 1e-9)).all()
            assert valid[image].flatten()[own[used]].all()
            rays = (points[image, own] / points[image, own, 2:]).abs().sum(dim=-1)
            torch.testing.assert_close(weight[image, ball][used], rays[used] / size)
            inside_counts.append(int(used.sum()))
            outside += int(((distance > size) & ~used).sum())
    assert outside > 0
    assert min(inside_counts) >= 1
    assert sum(inside_counts) / len(inside_counts) > SMALL.side**2 / 4


@pytest.mark.parametrize(("scale", "shift"), [(3.0, 0.0), (0.2, 0.7)])
def test_scale_and_shift_of_depth_cost_nothing(scale, shift):
    _, truth, valid = planted()
    depth = torch.where(valid, scale * truth + shift, 1).requires_grad_()
    loss = global_local_loss(depth, truth, K, valid, generator(), SMALL)
    assert loss.whole < 1e-12
    assert loss.local < 1e-12
    torch.testing.assert_close(loss.fit.scale, torch.full((2,), 1 / scale).double())
    torch.testing.assert_close(loss.fit.shift, torch.full((2,), -shift / scale).double())


def test_the_same_seed_gives_the_same_loss_and_another_does_not():
    depth, truth, valid = planted()
    first, again, other = (
        global_local_loss(depth, truth, K, valid, generator(s), SMALL).local for s in (0, 0, 1)
    )
    assert first == again
    assert first != other


def test_an_image_without_truth_adds_nothing():
    depth, truth, valid = planted()
    valid[1] = False
    loss = global_local_loss(depth, truth, K, valid, generator(), SMALL)
    (loss.whole + loss.local).backward()
    assert not loss.fit.ok[1]
    assert loss.whole > 0
    assert depth.grad[0].any()
    assert not depth.grad[1].any()


def test_without_any_truth_it_is_zero():
    depth, truth, valid = planted()
    loss = global_local_loss(depth, truth * 0, K, valid & False, generator(), SMALL)
    total = loss.whole + loss.local
    total.backward()
    assert total == 0
    assert not depth.grad.any()
    assert not loss.fit.ok.any()


def test_defaults_and_single_precision_predictions_in_half():
    depth, truth, valid = planted()
    half = depth.detach().bfloat16().requires_grad_()
    loss = global_local_loss(half, truth.float(), K.float(), valid, generator())
    (loss.whole + loss.local).backward()
    assert half.grad.dtype == torch.bfloat16
    assert half.grad.isfinite().all()
