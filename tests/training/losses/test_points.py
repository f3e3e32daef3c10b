# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.geometry import se3
from anyview.geometry.rotations import random_rotation
from anyview.training.losses.points import points_loss, points_loss_at_pixels
from anyview.training.normalization import normalize_scene

HEIGHT, WIDTH, ROWS, COLUMNS = 14, 28, 8, 16


def planted():
    g = torch.Generator().manual_seed(0)
    depth = 1 + torch.rand(1, 2, HEIGHT, WIDTH, generator=g, dtype=torch.float64)
    valid = torch.rand(1, 2, HEIGHT, WIDTH, generator=g) > 0.05
    K = torch.tensor([[20.0, 0, 13], [0, 22, 8], [0, 0, 1]]).double().expand(1, 2, 3, 3)
    translation = torch.randn(1, 2, 3, generator=g, dtype=torch.float64)
    cameras = se3.rigid_transform(random_rotation((1, 2), g, dtype=torch.float64), translation)
    truth = normalize_scene(depth, K, cameras, valid)
    predicted = 1 + torch.rand(1, 2, HEIGHT, WIDTH, generator=g, dtype=torch.float64)
    rays = torch.randn(1, 2, ROWS, COLUMNS, 6, generator=g, dtype=torch.float64)
    return predicted.requires_grad_(), rays.requires_grad_(), truth


def bilinear(values, x, y):
    """Value at a position and the least of the validity-like values that enter it, by hand."""
    parts = []
    for j in (math.floor(x - 0.5), math.floor(x - 0.5) + 1):
        for i in (math.floor(y - 0.5), math.floor(y - 0.5) + 1):
            share = (1 - abs(x - 0.5 - j)) * (1 - abs(y - 0.5 - i))
            row, column = min(max(i, 0), HEIGHT - 1), min(max(j, 0), WIDTH - 1)
            parts.append((share, values[row, column].item()))
    return sum(s * v for s, v in parts), min(v for s, v in parts if s > 0)


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
def test_it_is_the_formula_at_the_centres_of_the_cells(norm):
    depth, rays, truth = planted()
    true_rays = truth.ray_map(ROWS, COLUMNS)
    total, count = 0.0, 0
    for view in range(2):
        for r in range(ROWS):
            for c in range(COLUMNS):
                x, y = (c + 0.5) * WIDTH / COLUMNS, (r + 0.5) * HEIGHT / ROWS
                if not bilinear(truth.valid[0, view].double(), x, y)[1]:
                    continue
                d, _ = bilinear(depth[0, view], x, y)
                t, _ = bilinear(truth.depth[0, view], x, y)
                ray, true = rays[0, view, r, c], true_rays[0, view, r, c]
                e = (ray[:3] + d * ray[3:] - true[:3] - t * true[3:]).tolist()
                squared = sum(v * v for v in e)
                lengths = {"l1": sum(map(abs, e)), "l2": math.sqrt(squared), "squared": squared}
                total, count = total + lengths[norm], count + 1
    assert 30 < count < 2 * ROWS * COLUMNS
    loss = points_loss(depth, rays, truth.depth, true_rays, truth.valid, norm=norm)
    assert loss.item() == pytest.approx(total / count, rel=1e-9)


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
def test_gradient(norm):
    depth, rays, truth = planted()
    true_rays = truth.ray_map(ROWS, COLUMNS)
    assert torch.autograd.gradcheck(
        lambda d, r: points_loss(d, r, truth.depth, true_rays, truth.valid, norm=norm),
        (depth, rays),
        fast_mode=True,
    )


def test_the_truth_costs_nothing():
    _, _, truth = planted()
    rays = truth.ray_map(ROWS, COLUMNS)
    loss = points_loss(truth.depth, rays, truth.depth, rays, truth.valid)
    assert loss.item() < 1e-15


def test_without_truth_it_is_zero():
    depth, rays, truth = planted()
    true_rays = truth.ray_map(ROWS, COLUMNS)
    loss = points_loss(depth, rays, truth.depth, true_rays, torch.zeros_like(truth.valid))
    loss.backward()
    assert loss == 0
    assert not depth.grad.any()
    assert not rays.grad.any()


def few_points(truth, share=0.06):
    chosen = torch.rand(truth.depth.shape, generator=torch.Generator().manual_seed(4)) < share
    return truth.valid & chosen


def test_the_truth_costs_nothing_at_a_few_pixels():
    _, _, truth = planted()
    valid = few_points(truth)
    true_rays = truth.ray_map(ROWS, COLUMNS)
    loss = points_loss_at_pixels(truth.depth, true_rays, truth.points(), valid)
    assert loss.item() < 1e-12
    wrong = points_loss_at_pixels(1.1 * truth.depth, true_rays, truth.points(), valid)
    assert wrong.item() > 0.01
    # The other form has nothing to look at there.
    args = (1.1 * truth.depth, true_rays, truth.depth, true_rays, valid)
    assert points_loss(*args).item() == 0


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
def test_it_is_the_mean_over_the_pixels_between_cells(norm):
    depth, rays, truth = planted()
    valid, points = few_points(truth, 0.3), truth.points()
    total, count = 0.0, 0
    for view in range(2):
        for i in range(HEIGHT):
            for j in range(WIDTH):
                r, c = (i + 0.5) * ROWS / HEIGHT - 0.5, (j + 0.5) * COLUMNS / WIDTH - 0.5
                between = 0 <= r <= ROWS - 1 and 0 <= c <= COLUMNS - 1
                if not (between and valid[0, view, i, j]):
                    continue
                ray = torch.zeros(6, dtype=torch.float64)
                for row in (math.floor(r), math.ceil(r)):
                    for column in (math.floor(c), math.ceil(c)):
                        part = (1 - abs(r - row)) * (1 - abs(c - column))
                        ray += part * rays[0, view, row, column].detach()
                e = (ray[:3] + depth[0, view, i, j] * ray[3:] - points[0, view, i, j]).tolist()
                squared = sum(v * v for v in e)
                lengths = {"l1": sum(map(abs, e)), "l2": math.sqrt(squared), "squared": squared}
                total, count = total + lengths[norm], count + 1
    assert 100 < count < valid.sum()
    loss = points_loss_at_pixels(depth, rays, points, valid, norm=norm)
    assert loss.item() == pytest.approx(total / count, rel=1e-9)


def test_without_a_point_nothing_is_lost_or_learnt():
    depth, rays, truth = planted()
    nowhere = torch.zeros_like(truth.valid)
    loss = points_loss_at_pixels(depth, rays, truth.points(), nowhere)
    loss.backward()
    assert loss.item() == 0
    assert depth.grad.abs().max() == 0
    assert rays.grad.abs().max() == 0
