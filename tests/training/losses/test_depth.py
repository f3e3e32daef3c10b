# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math
import statistics

import pytest
import torch

from anyview.training.losses import depth as losses

SHAPE = (2, 3, 4, 5)


def planted(seed=0):
    """Predicted depth, confidence, truth (0 where unknown) and mask; one view without truth."""
    g = torch.Generator().manual_seed(seed)
    depth, conf, truth, chance = torch.rand(4, *SHAPE, generator=g, dtype=torch.float64).unbind()
    valid = chance > 0.3
    valid[1, 2] = False
    depth, conf, truth = 0.5 + depth, 1 + conf, torch.where(valid, 0.5 + truth, 0)
    return depth.requires_grad_(), conf.requires_grad_(), truth, valid


def length(e, norm):
    return e * e if norm == "squared" else abs(e)


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
@pytest.mark.parametrize("log_depth", [False, True])
@pytest.mark.parametrize("detached", [False, True])
def test_confidence_weighted_depth_is_the_formula(norm, log_depth, detached):
    depth, conf, truth, valid = planted()
    options = {"log_weight": 0.3, "norm": norm, "log_depth": log_depth}
    loss = losses.confidence_depth_loss(depth, conf, truth, valid, detached=detached, **options)
    total, count = 0.0, 0
    for d, c, t, v in zip(
        *(x.flatten().tolist() for x in (depth, conf, truth, valid)), strict=True
    ):
        if v:
            e = length(math.log(d) - math.log(t) if log_depth else d - t, norm)
            total += c * e - 0.3 * math.log(c) + (e if detached else 0)
            count += 1
    assert loss.item() == pytest.approx(total / count, rel=1e-12)


@pytest.mark.parametrize("norm", ["l1", "squared"])
@pytest.mark.parametrize("log_depth", [False, True])
def test_gradient_of_confidence_weighted_depth(norm, log_depth):
    depth, conf, truth, valid = planted()
    assert torch.autograd.gradcheck(
        lambda d, c: losses.confidence_depth_loss(
            d, c, truth, valid, norm=norm, log_depth=log_depth
        ),
        (depth, conf),
        fast_mode=True,
    )


def test_detached_confidence_leaves_the_gradient_of_depth_alone():
    depth, conf, truth, valid = planted()
    losses.confidence_depth_loss(depth, conf, truth, valid, detached=True).backward()
    expected = torch.where(valid, (depth.detach() - truth).sign() / valid.sum(), 0)
    torch.testing.assert_close(depth.grad, expected)
    joint = planted()
    losses.confidence_depth_loss(joint[0], joint[1], truth, valid).backward()
    torch.testing.assert_close(conf.grad, joint[1].grad)


@pytest.mark.parametrize("norm", ["l1", "squared"])
def test_log_depth_is_the_formula(norm):
    depth, _, truth, valid = planted()
    terms = [
        length(math.log(d / t), norm)
        for d, t in zip(depth[valid].tolist(), truth[valid].tolist(), strict=True)
    ]
    loss = losses.log_depth_loss(depth, truth, valid, norm=norm)
    assert loss.item() == pytest.approx(statistics.mean(terms), rel=1e-12)
    assert torch.autograd.gradcheck(
        lambda d: losses.log_depth_loss(d, truth, valid, norm=norm), (depth,), fast_mode=True
    )


@pytest.mark.parametrize("centre", ["median", "mean"])
@pytest.mark.parametrize("norm", ["l1", "squared"])
def test_scale_invariant_depth_is_the_formula(centre, norm):
    depth, _, truth, valid = planted()
    terms = []
    for scene in range(SHAPE[0]):
        for view in range(SHAPE[1]):
            v = valid[scene, view]
            pairs = zip(depth[scene, view][v].tolist(), truth[scene, view][v].tolist(), strict=True)
            logs = [math.log(d / t) for d, t in pairs]
            if logs:
                middle = statistics.median_low if centre == "median" else statistics.mean
                terms += [length(e - middle(logs), norm) for e in logs]
    loss = losses.scale_invariant_depth_loss(depth, truth, valid, centre=centre, norm=norm)
    assert loss.item() == pytest.approx(statistics.mean(terms), rel=1e-12)
    assert torch.autograd.gradcheck(
        lambda d: losses.scale_invariant_depth_loss(d, truth, valid, centre=centre, norm=norm),
        (depth,),
        fast_mode=True,
    )


@pytest.mark.parametrize("centre", ["median", "mean"])
def test_scale_invariant_depth_does_not_see_the_scale_of_an_image(centre):
    depth, _, truth, valid = planted()
    scales = torch.tensor([1, 2, 3.0, 4, 0.1, 7]).view(2, 3, 1, 1)
    losses_ = [
        losses.scale_invariant_depth_loss(d, truth, valid, centre=centre)
        for d in (depth, depth * scales)
    ]
    torch.testing.assert_close(*losses_)
    assert losses.scale_invariant_depth_loss(truth * scales + ~valid, truth, valid) < 1e-12


def all_losses(depth, conf, truth, valid):
    return [
        losses.confidence_depth_loss(depth, conf, truth, valid),
        losses.confidence_depth_loss(depth, conf, truth, valid, log_depth=True),
        losses.log_depth_loss(depth, truth, valid),
        losses.scale_invariant_depth_loss(depth, truth, valid),
        losses.scale_invariant_depth_loss(depth, truth, valid, centre="mean"),
    ]


def test_without_truth_all_is_zero():
    depth, conf, truth, valid = planted()
    for loss in all_losses(depth, conf, torch.zeros_like(truth), torch.zeros_like(valid)):
        assert loss == 0
        gradients = torch.autograd.grad(loss, (depth, conf), allow_unused=True)
        assert all(g is None or not g.any() for g in gradients)


def test_what_is_not_valid_does_not_matter_and_gets_no_gradient():
    depth, conf, truth, valid = planted()
    other = torch.where(valid, truth, -7.0)
    pairs = (all_losses(depth, conf, t, valid) for t in (truth, other))
    for first, second in zip(*pairs, strict=True):
        assert first == second
        (gradient,) = torch.autograd.grad(first, depth)
        assert gradient.isfinite().all()
        assert not gradient[~valid].any()


def test_half_precision_predictions_are_compared_in_the_type_of_the_truth():
    depth, conf, truth, valid = planted()
    depth = depth.detach().bfloat16().requires_grad_()
    loss = losses.confidence_depth_loss(depth, conf.detach().bfloat16(), truth.float(), valid)
    assert loss.dtype == torch.float32
    loss.backward()
    assert depth.grad.dtype == torch.bfloat16
