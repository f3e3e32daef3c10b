# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Does confidence predict error? What is left of the error as the least sure pixels are taken away.

The sparsification curve (Ilg et al., 2018) is the mean error of the pixels that are kept, relative
to that of all; the oracle takes the worst pixels away first. ``confidence/ause`` is the area
between the two: 0 for a confidence that orders pixels as their errors do. ``confidence/gain`` is
what of the error the confidence takes away on average, 0 for one that says nothing (negative for
one that misleads); ``confidence/oracle_gain`` is the most that there is to be had.
"""

from collections.abc import Sequence
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.evaluation.benchmark.task_scores import TaskScores

STEPS = 20
"""Shares that are taken away: 0, 5, ... 95 percent."""

LEAST_PIXELS = 100
"""Views with fewer pixels have no curve."""


def score_confidence(
    views: Sequence[tuple[Float[Tensor, " _N"], Float[Tensor, " _N"]]],
) -> TaskScores:
    """Score confidence against error, the mean over views; empty if there is none.

    Args:
        views: Confidence and error of the pixels of each view. Views of constant confidence count:
            it says nothing.
    """
    curves, oracles = [], []
    for conf, error in views:
        usable = error.isfinite() & conf.isfinite()
        if int(usable.sum()) < LEAST_PIXELS or not float(error[usable].mean()) > 0:
            continue
        curves.append(error_kept(conf[usable], error[usable]))
        oracles.append(error_kept(-error[usable], error[usable]))
    if not curves:
        return TaskScores()
    curve, oracle = (torch.stack(kept).mean(0) for kept in (curves, oracles))
    numbers = {
        "confidence/ause": float((curve - oracle).mean()),
        "confidence/gain": 1 - float(curve.mean()),
        "confidence/oracle_gain": 1 - float(oracle.mean()),
    }
    shown = {
        "confidence/error_kept": tuple(curve.tolist()),
        "confidence/error_oracle": tuple(oracle.tolist()),
    }
    return TaskScores(numbers, MappingProxyType(shown))


def error_kept(conf: Float[Tensor, " N"], error: Float[Tensor, " N"]) -> Float[Tensor, " steps"]:
    """Mean error of the surest 100, 95, ... 5 percent over the mean error of all.

    Pixels of equal confidence share alike what falls to them: their order is no information.
    """
    order = conf.argsort(descending=True, stable=True)
    _, group, size = torch.unique_consecutive(conf[order], return_inverse=True, return_counts=True)
    total = torch.zeros(len(size), dtype=torch.float64).index_add_(0, group, error[order].double())
    sums = (total / size)[group].cumsum(0)
    # In whole numbers: 1 - 7 / 20 is a little more than 0.65, and would keep a pixel too many.
    kept = [max(1, -(-len(error) * (STEPS - step) // STEPS)) for step in range(STEPS)]
    count = torch.tensor(kept)
    return sums[count - 1] / count / error.double().mean()
