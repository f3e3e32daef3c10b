# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.geometry import homography


def planted(sets=3, count=400, seed=0, noise=0.0):
    g = torch.Generator().manual_seed(seed)
    source = 2 * torch.rand(count, 3, generator=g, dtype=torch.float64) - 1
    source[:, 2] = 1
    H = torch.eye(3).double() + 0.2 * torch.randn(sets, 3, 3, generator=g, dtype=torch.float64)
    mapped = source @ H.mT
    target = mapped[..., :2] / mapped[..., 2:]
    target = target + noise * torch.randn(target.shape, generator=g, dtype=torch.float64)
    return source, target, torch.ones(sets, count).double(), H


def estimate(source, target, weights, *, tighten=True, seed=0, threshold=0.2):
    return homography.estimate(
        source,
        target,
        weights,
        candidates=len(source) // 3,
        threshold=threshold,
        tighten=tighten,
        generator=torch.Generator().manual_seed(seed),
    )


def unit(H):
    H = H / H.flatten(1).norm(dim=1)[:, None, None]
    return H * torch.linalg.det(H).sign()[:, None, None]


def test_recovers_planted_homographies():
    source, target, weights, H = planted()
    fit = estimate(source, target, weights)
    torch.testing.assert_close(fit.matrix, unit(H), rtol=0, atol=1e-9)
    assert fit.inliers.all()
    assert (fit.eigenvalue_ratio > 1e-5).all()


def test_outliers_among_candidates_do_not_move_a_tightened_fit():
    source, target, weights, H = planted()
    g = torch.Generator().manual_seed(5)
    wild = torch.rand(weights.shape, generator=g) < 0.4
    target[wild] = 2 * torch.rand(int(wild.sum()), 2, generator=g, dtype=torch.float64) - 1
    fit = estimate(source, target, weights)
    torch.testing.assert_close(fit.matrix, unit(H), rtol=0, atol=1e-6)
    assert torch.equal(fit.fitted, ~wild)
    loose = estimate(source, target, weights, tighten=False)
    assert (loose.matrix - unit(H)).abs().max() > 1e-3  # near misses pull on the plain fit


def test_points_without_weight_have_no_say():
    source, target, weights, H = planted()
    weights[:, ::2] = 0
    target[:, ::2] = 50.0
    fit = estimate(source, target, weights)
    torch.testing.assert_close(fit.matrix, unit(H), rtol=0, atol=1e-9)


def test_draws_are_made_from_the_heaviest_points():
    """Six in ten are outliers of low weight: one draw in 1500 from all points would be clean."""
    source, target, weights, H = planted()
    wild = torch.rand(weights.shape, generator=torch.Generator().manual_seed(5)) < 0.6
    g = torch.Generator().manual_seed(6)
    target[wild] += 1 + torch.rand(int(wild.sum()), 2, generator=g, dtype=torch.float64)
    weights[wild] = 0.9
    fit = estimate(source, target, weights, tighten=False, threshold=1e-3)
    torch.testing.assert_close(fit.matrix, unit(H), rtol=0, atol=1e-9)


def test_heavier_points_pull_harder():
    source, target, weights, _ = planted(noise=0.02)
    source = torch.cat((source, source))
    shifted = torch.cat((target, target + torch.tensor([0.1, 0.0])), dim=1)
    at_origin = []
    for share in (0.1, 0.9):
        w = torch.cat((weights * (1 - share), weights * share), dim=1)
        H = estimate(source, shifted, w, tighten=False).matrix
        at_origin.append(H[:, 0, 2] / H[:, 2, 2])
    moved = at_origin[1] - at_origin[0]
    assert (moved > 0.06).all()
    assert (moved < 0.1).all()


def test_moments_are_the_weighted_algebraic_cost():
    source, target, weights, _ = planted(sets=1, count=30, noise=0.1)
    weights = torch.rand(weights.shape, generator=torch.Generator().manual_seed(1)).double()
    fit = estimate(source, target, weights, tighten=False)
    H = torch.randn(3, 3, generator=torch.Generator().manual_seed(2)).double()
    cost = 0.0
    for i in range(30):
        if fit.fitted[0, i]:
            x, y, z = (H @ source[i]).tolist()
            u, v = target[0, i].tolist()
            cost += weights[0, i].item() * ((x - u * z) ** 2 + (y - v * z) ** 2)
    assert (H.flatten() @ fit.moments[0] @ H.flatten()).item() == pytest.approx(cost)


def test_a_set_does_not_depend_on_its_neighbours():
    source, target, weights, _ = planted(noise=0.05)
    together = estimate(source, target, weights).matrix
    for index in range(3):
        alone = estimate(source, target[index : index + 1], weights[index : index + 1]).matrix
        torch.testing.assert_close(alone[0], together[index], rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["line", "point", "no weight"])
def test_degenerate_sets_are_told(kind):
    source, target, weights, _ = planted(sets=1)
    if kind == "line":
        source[::2, 1] = 0.3
        weights[:, 1::2] = 0
    elif kind == "point":
        target[:] = 0.3
    else:
        weights[:] = 0
    fit = estimate(source, target, weights)
    assert fit.matrix.isfinite().all()
    assert (fit.eigenvalue_ratio < 1e-9).all()
