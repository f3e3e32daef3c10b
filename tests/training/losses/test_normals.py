# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.geometry.rays import unproject
from anyview.training.losses.normals import normal_loss

HEIGHT, WIDTH = 6, 7
K = torch.tensor([[9.0, 0.2, 3.3], [0, 8.0, 2.9], [0, 0, 1]]).double()


def planted():
    g = torch.Generator().manual_seed(0)
    depth, truth, chance = torch.rand(3, 2, HEIGHT, WIDTH, generator=g, dtype=torch.float64)
    valid = chance > 0.05
    return (2 + depth).requires_grad_(), torch.where(valid, 2 + truth, 0), valid


def five_normals(depth, i, j):
    """Weighted mean of the unit normals, then the four, by the formula."""
    points = unproject(depth, K)
    p = points[i, j]
    around = [points[i - 1, j], points[i, j - 1], points[i + 1, j], points[i, j + 1]]
    normals = [torch.linalg.cross(around[k] - p, around[(k + 1) % 4] - p) for k in range(4)]
    lengths = [n.norm() for n in normals]
    mean = sum((sum(lengths) - s) * n / s for n, s in zip(normals, lengths, strict=True))
    return [mean, *normals]


def loop(depth, truth, valid, stride):
    angles = []
    for image in range(2):
        for i in range(1, HEIGHT - 1, stride):
            for j in range(1, WIDTH - 1, stride):
                places = [(i, j), (i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]
                if all(valid[image][place] for place in places):
                    total = 0.0
                    both = (five_normals(d[image], i, j) for d in (depth, truth))
                    for a, b in zip(*both, strict=True):
                        total += math.acos((a @ b / (a.norm() * b.norm())).item())
                    angles.append(total)
    assert len(angles) > 3
    return sum(angles) / len(angles)


@pytest.mark.parametrize("stride", [1, 2])
def test_it_is_the_formula_and_its_gradient_is_right(stride):
    depth, truth, valid = planted()
    intrinsics = K.expand(2, 3, 3)
    loss = normal_loss(depth, truth, intrinsics, valid, stride=stride)
    assert loss.item() == pytest.approx(loop(depth.detach(), truth, valid, stride), rel=1e-9)
    assert torch.autograd.gradcheck(
        lambda d: normal_loss(d, truth, intrinsics, valid, stride=stride), (depth,), fast_mode=True
    )


def test_the_truth_costs_nothing_at_any_scale_and_has_a_finite_gradient():
    _, truth, valid = planted()
    filled = torch.where(valid, truth, 1)
    depth = (3 * filled).requires_grad_()
    loss = normal_loss(depth, filled, K.expand(2, 3, 3), valid)
    assert loss < 1e-7
    loss.backward()
    assert depth.grad.isfinite().all()


def test_a_shift_of_depth_turns_normals():
    _, truth, valid = planted()
    filled = torch.where(valid, truth, 1)
    assert normal_loss(filled + 2, filled, K.expand(2, 3, 3), valid) > 0.1


def test_constant_depth_in_single_precision_has_finite_gradient():
    depth = torch.ones(2, HEIGHT, WIDTH, requires_grad=True)
    truth = torch.full((2, HEIGHT, WIDTH), 1e-3)
    loss = normal_loss(depth, truth, K.float().expand(2, 3, 3), truth > 0)
    loss.backward()
    assert loss < 1e-3
    assert depth.grad.isfinite().all()


def test_without_valid_pixels_it_is_zero():
    depth, truth, valid = planted()
    loss = normal_loss(depth, truth * 0, K.expand(2, 3, 3), valid & False)
    loss.backward()
    assert loss == 0
    assert not depth.grad.any()
