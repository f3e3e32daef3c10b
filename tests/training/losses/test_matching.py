# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.training.losses.matching import (
    flow_loss,
    match_accuracy,
    match_loss,
    match_scores,
)
from anyview.training.matches import Matches

SCENES, VIEWS, PATCHES, HEADS, SIZE = 2, 3, 4, 2, 5


def planted(seed=0):
    """Queries and keys of 4 patches behind one camera token, and matches at random."""
    g = torch.Generator().manual_seed(seed)
    shape = (2, SCENES, VIEWS, 1 + PATCHES, HEADS, SIZE)
    query, key = torch.randn(shape, generator=g, dtype=torch.float64).unbind()
    pairs = (SCENES, VIEWS, VIEWS, PATCHES)
    visible = torch.rand(pairs, generator=g) > 0.4
    visible &= ~torch.eye(VIEWS, dtype=torch.bool)[:, :, None]
    patch = torch.randint(PATCHES, pairs, generator=g) * visible
    flow = torch.randn(*pairs, 2, generator=g, dtype=torch.float64) * visible[..., None]
    matches = Matches(patch, flow, torch.zeros_like(flow), visible, (2, 2))
    return query.requires_grad_(), key.requires_grad_(), matches


def loop(query, key, matches, symmetric):
    """Mean -log softmax of the true match; and whether it is the best, by head."""
    losses, right = [], [[] for _ in range(HEADS)]
    for b, i, j, p in matches.visible.nonzero().tolist():
        true = matches.patch[b, i, j, p].item()
        for h in range(HEADS):
            if symmetric:  # keys of this view and queries of the other
                scores = [(key[b, i, 1 + p, h] @ query[b, j, 1 + s, h]).item() for s in range(4)]
            else:
                scores = [(query[b, i, 1 + p, h] @ key[b, j, 1 + s, h]).item() for s in range(4)]
            scores = [s / math.sqrt(SIZE) for s in scores]
            losses.append(math.log(sum(map(math.exp, scores))) - scores[true])
            right[h].append(max(scores) == scores[true])
    return sum(losses) / len(losses), [sum(r) / len(r) for r in right]


@pytest.mark.parametrize("symmetric", [False, True])
def test_cross_entropy_is_the_formula(symmetric):
    query, key, matches = planted()
    expected, _ = loop(query, key, matches, symmetric=False)
    if symmetric:
        expected = (expected + loop(query, key, matches, symmetric=True)[0]) / 2
    loss = match_loss(match_scores(query, key, PATCHES), matches, symmetric=symmetric)
    assert loss.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("symmetric", [False, True])
def test_gradient(symmetric):
    query, key, matches = planted()
    assert torch.autograd.gradcheck(
        lambda q, k: match_loss(match_scores(q, k, PATCHES), matches, symmetric=symmetric),
        (query, key),
        fast_mode=True,
    )


def test_accuracy_is_the_share_of_best_scores():
    query, key, matches = planted()
    expected = loop(query, key, matches, symmetric=False)[1]
    accuracy = match_accuracy(match_scores(query, key, PATCHES), matches)
    assert accuracy.tolist() == pytest.approx(expected)
    assert 0 < accuracy.mean() < 1


def test_only_some_pairs():
    query, key, matches = planted()
    source, target = torch.tensor([0, 2]), torch.tensor([1, 0])
    scores = match_scores(query, key, PATCHES, source=source, target=target)
    assert scores.values.shape == (SCENES, 2, HEADS, PATCHES, PATCHES)
    chosen = torch.zeros_like(matches.visible)
    chosen[:, source, target] = matches.visible[:, source, target]
    others = Matches(matches.patch, matches.flow, matches.within, chosen, matches.grid)
    expected, accuracy = loop(query, key, others, symmetric=False)
    assert match_loss(scores, matches).item() == pytest.approx(expected, rel=1e-12)
    assert match_accuracy(scores, matches).tolist() == pytest.approx(accuracy)


def test_right_scores_cost_nothing():
    _, _, matches = planted()
    scores = match_scores(*planted()[:2], PATCHES)
    patch = matches.patch[:, scores.source, scores.target]
    values = 100 * torch.nn.functional.one_hot(patch, PATCHES).double()
    right = type(scores)(
        values[:, :, None].expand_as(scores.values).contiguous(), scores.source, scores.target
    )
    assert match_loss(right, matches) < 1e-12
    assert match_accuracy(right, matches).tolist() == [1, 1]


def test_without_matches_all_is_zero():
    query, key, matches = planted()
    none = Matches(
        matches.patch, matches.flow, matches.within, matches.visible & False, matches.grid
    )
    scores = match_scores(query, key, PATCHES)
    loss = match_loss(scores, none, symmetric=True)
    assert loss == 0
    assert not torch.autograd.grad(loss, query)[0].any()
    assert match_accuracy(scores, none).tolist() == [0, 0]
    flow = torch.randn_like(matches.flow).requires_grad_()
    loss = flow_loss(flow, matches.flow, none.visible)
    assert loss == 0
    assert not torch.autograd.grad(loss, flow)[0].any()


def test_one_view_has_no_pairs():
    query, key, matches = planted()
    parts = (matches.patch, matches.flow, matches.within, matches.visible)
    single = Matches(*(v[:, :1, :1] for v in parts), matches.grid)
    scores = match_scores(query[:, :1], key[:, :1], PATCHES)
    loss = match_loss(scores, single)
    loss.backward()
    assert loss == 0
    assert not query.grad.any()
    assert match_accuracy(scores, single).tolist() == [0, 0]


def test_half_precision_scores_are_compared_in_single():
    query, key, matches = planted()
    q, k = (v.detach().bfloat16().requires_grad_() for v in (query, key))
    loss = match_loss(match_scores(q, k, PATCHES), matches)
    assert loss.dtype == torch.float32
    loss.backward()
    expected, _ = loop(query, key, matches, symmetric=False)
    assert loss.item() == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
def test_flow_is_the_mean_length(norm):
    _, _, matches = planted()
    g = torch.Generator().manual_seed(1)
    flow = torch.randn(matches.flow.shape, generator=g, dtype=torch.float64).requires_grad_()
    lengths = []
    for key in matches.visible.nonzero().tolist():
        x, y = (flow - matches.flow)[tuple(key)].tolist()
        lengths.append({"l1": abs(x) + abs(y), "l2": math.hypot(x, y), "squared": x * x + y * y})
    expected = sum(v[norm] for v in lengths) / len(lengths)
    loss = flow_loss(flow, matches.flow, matches.visible, norm=norm)
    assert loss.item() == pytest.approx(expected, rel=1e-12)
    assert torch.autograd.gradcheck(
        lambda f: flow_loss(f, matches.flow, matches.visible, norm=norm), (flow,), fast_mode=True
    )
