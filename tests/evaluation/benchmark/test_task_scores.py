# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark.task_scores import (
    TaskScores,
    joined,
    on_depth_grid,
    on_grid,
    quantile_curve,
)


def test_parts_are_joined():
    whole = joined([TaskScores({"a": 1.0}), TaskScores({"b": 2.0}, {"c": (1.0, 2.0)})])
    assert dict(whole.numbers) == {"a": 1.0, "b": 2.0}
    assert dict(whole.curves) == {"c": (1.0, 2.0)}


def test_quantiles_run_from_the_smallest_to_the_largest():
    values = torch.tensor([3.0, 1.0, 2.0, 5.0, 4.0])
    assert quantile_curve(values, 3) == (1.0, 3.0, 5.0)
    assert quantile_curve(values[:0]) == ()
    assert quantile_curve(values[:1], 4) == (3.0,) * 4


def test_a_nearest_grid_mixes_nothing():
    values = torch.tensor([[1.0, 9.0], [3.0, 7.0]])
    fine = on_grid(values, (4, 4), smooth=False)
    assert torch.equal(fine[::2, ::2], values)
    assert torch.equal(fine[1::2, 1::2], values)
    assert set(on_grid(fine, (2, 2), smooth=False).flatten().tolist()) == {1.0, 9.0, 3.0, 7.0}
    smooth = on_grid(values, (1, 1), smooth=True)
    assert float(smooth) == pytest.approx(5.0)


def test_holes_do_not_grow():
    depth = torch.full((4, 4), 2.0)
    depth[1, 1] = 0
    fine = on_depth_grid(depth, (8, 8))
    assert int(fine.isnan().sum()) == 4
    assert bool((fine[~fine.isnan()] == 2).all())
    assert not bool(on_depth_grid(torch.rand(4, 4) + 1, (9, 9)).isnan().any())
