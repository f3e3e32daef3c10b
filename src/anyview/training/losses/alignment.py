# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The scale and shift that bring a prediction to the truth, whatever its outliers do.

Minimised is ``sum_i min(limit, w_i |s x_i + t - y_i|)`` over s and t, exactly (the robust alignment
of MoGe, arXiv 2410.19115, section 3.2, for depth along known rays). An optimal line passes through
two of the points: among the points that are not cut off at the optimum, the sum of absolute
residuals is piecewise linear and so has a minimum at a corner, where two residuals are zero, and
cutting the others off again cannot raise it. So it is enough to try every pair. Lines that do not
rise are left out: where the best of all falls, the best rising line through two points is taken,
and its loss pulls the prediction the right way round.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

_CHUNK = 1 << 19  # residuals at once: they stay in the processor's cache


@dataclass(frozen=True)
class AffineFit:
    """``target = scale * source + shift``; carries no gradient.

    Attributes:
        scale: Positive; 1 where not ``ok``.
        shift: In the target's unit; 0 where not ``ok``.
        ok: Whether two points lie on a rising line.
    """

    scale: Float[Tensor, " *batch"]
    shift: Float[Tensor, " *batch"]
    ok: Bool[Tensor, " *batch"]

    def apply(self, source: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
        """The source brought to the target; any number of axes may follow the batch axes."""
        shape = (*self.scale.shape, *(1 for _ in range(source.dim() - self.scale.dim())))
        return self.scale.view(shape) * source + self.shift.view(shape)


@torch.no_grad()
def align_affine(
    source: Float[Tensor, "M N"],
    target: Float[Tensor, "M N"],
    weight: Float[Tensor, "M N"],
    *,
    limit: float = float("inf"),
) -> AffineFit:
    """The best line of positive slope through two points, for each of M small problems.

    The cost grows with N^3: meant for samples of 30 to 100 points.

    Args:
        source: Predictions, finite.
        target: Truth, finite.
        weight: Not negative; 0 leaves a point out.
        limit: What a single point can cost at most.
    """
    problems, points = source.shape
    first, second = torch.triu_indices(points, points, offset=1, device=source.device)
    if len(first) == 0:
        none = torch.zeros(problems, dtype=torch.bool, device=source.device)
        return AffineFit(torch.ones_like(weight[:, 0]), torch.zeros_like(weight[:, 0]), none)
    run = source[:, second] - source[:, first]
    scale = (target[:, second] - target[:, first]) / torch.where(run == 0, 1, run)
    shift = target[:, first] - scale * source[:, first]
    usable = (run != 0) & (scale > 0) & (weight[:, first] > 0) & (weight[:, second] > 0)
    scale, shift = (torch.where(usable, v, 0) for v in (scale, shift))

    lines = torch.stack((scale, shift, -torch.ones_like(scale)), dim=-1)  # [M, pairs, 3]
    columns = torch.stack((weight * source, weight, weight * target), dim=1)  # [M, 3, N]
    step = max(1, _CHUNK // (len(first) * points))
    costs = [
        (lines[i : i + step] @ columns[i : i + step]).abs_().clamp_max_(limit).sum(dim=-1)
        for i in range(0, problems, step)
    ]
    best = torch.where(usable, torch.cat(costs), torch.inf).min(dim=-1)
    ok = best.values.isfinite()
    scale, shift = (v.gather(-1, best.indices[:, None])[:, 0] for v in (scale, shift))
    return AffineFit(torch.where(ok, scale, 1), torch.where(ok, shift, 0), ok)
