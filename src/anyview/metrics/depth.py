# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How far depth is from the truth, after the freedom that a model is granted is taken out.

A relative model knows depth up to a scale. Several views of one scene share *one* scale: flatten
the axes that share it (``scene_depth_errors`` does so with ``joint=True``). Pixels without truth
are left out; a prediction that is not finite where there is truth gives NaN, never a good score.
"""

import math
from dataclasses import dataclass, fields
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.geometry.scale_align import fit_scale, fit_scale_shift

DepthAlignment = Literal["none", "median", "scale", "scale-shift"]
"""What is taken out first: nothing; the ratio of the medians; the best factor or the best line by
least squares (in depth, not in disparity)."""

LEAST_SHARE = 1e-3
"""Logarithms take aligned depth below this share of the truth, negative too, for this share."""


@dataclass(frozen=True)
class DepthErrors:
    """Errors of each map, over its pixels with truth; NaN where there is none.

    Attributes:
        abs_rel: Mean of abs(predicted - truth) / truth.
        rmse: Root mean square difference, in the unit of the truth.
        log10: Mean absolute difference of the decimal logarithms.
        silog: Standard deviation of the difference of the natural logarithms (not times 100).
        delta1: Share of pixels with max(predicted / truth, truth / predicted) < 1.25, in [0, 1].
        delta2: The same with 1.25^2.
        delta3: The same with 1.25^3.
        count: Pixels with truth.
    """

    abs_rel: Float[Tensor, "*batch"]
    rmse: Float[Tensor, "*batch"]
    log10: Float[Tensor, "*batch"]
    silog: Float[Tensor, "*batch"]
    delta1: Float[Tensor, "*batch"]
    delta2: Float[Tensor, "*batch"]
    delta3: Float[Tensor, "*batch"]
    count: Int[Tensor, "*batch"]

    def __getitem__(self, index: object) -> "DepthErrors":
        """Those of some of the maps."""
        return DepthErrors(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


@dataclass(frozen=True)
class DepthScores:
    """Means of ``DepthErrors`` over maps with truth, each map counting alike; NaN without any.

    Attributes:
        abs_rel: See ``DepthErrors``, as the next six.
        rmse: In the unit of the truth.
        log10: Of decimal logarithms.
        silog: Of natural logarithms.
        delta1: In [0, 1].
        delta2: In [0, 1].
        delta3: In [0, 1].
        maps: How many depth maps.
    """

    abs_rel: float
    rmse: float
    log10: float
    silog: float
    delta1: float
    delta2: float
    delta3: float
    maps: int


def align_depth(
    predicted: Float[Tensor, "*batch N"],
    truth: Float[Tensor, "*batch N"],
    valid: Bool[Tensor, "*batch N"],
    alignment: DepthAlignment = "median",
) -> Float[Tensor, "*batch N"]:
    """Predicted depth brought to the truth: one factor (and shift) for each row of N pixels.

    Args:
        predicted: z-depth.
        truth: z-depth; may hold anything where not valid.
        valid: Pixels to use.
        alignment: What to fit. ``"median"`` is the ratio of the two medians, as monocular depth is
            usually scored (``geometry.scale_align.fit_scale_median`` is the median of the ratios).

    Returns:
        NaN where the fit is not determined.

    Raises:
        OptionError: If there is no such alignment.
    """
    if alignment == "none":
        return predicted
    if alignment == "median":
        # A NaN among the pixels would sort to the end and pass for a large depth.
        broken = (valid & ~predicted.isfinite()).any(-1)
        ratio = _median(truth, valid) / _median(predicted, valid)
        return predicted * torch.where(broken, torch.nan, ratio)[..., None]
    if alignment == "scale":
        return fit_scale(predicted, truth, valid).apply(predicted)
    if alignment == "scale-shift":
        return fit_scale_shift(predicted, truth, valid).apply(predicted)
    raise OptionError(
        f"alignment is {alignment!r}; accepted: 'none', 'median', 'scale', 'scale-shift'."
    )


def depth_errors(
    predicted: Float[Tensor, "*batch N"],
    truth: Float[Tensor, "*batch N"],
    valid: Bool[Tensor, "*batch N"],
) -> DepthErrors:
    """Errors of depth as it is, see ``align_depth``.

    Args:
        predicted: z-depth in the unit of the truth.
        truth: z-depth, positive where valid.
        valid: Pixels that count.
    """
    count = valid.sum(-1)
    # Pixels that do not count are given the answer 1 for 1: they add nothing to any sum.
    t = torch.where(valid, truth, 1.0)
    p = torch.where(valid, predicted, 1.0)
    total = torch.where(count > 0, count.to(t.dtype), torch.nan)
    left_out = truth.shape[-1] - count
    share = p / t
    log_share = share.clamp_min(LEAST_SHARE).log()  # clamp keeps NaN
    mean_log = log_share.sum(-1) / total
    square = torch.where(valid, log_share - mean_log[..., None], 0.0).square()
    unknown = torch.where(share.isnan().any(-1), torch.nan, 1.0)

    def within(limit: float) -> Tensor:
        # Of shares of zero and less the reciprocal would pass or divide by zero.
        hits = ((share < limit) & (share > 1 / limit)).sum(-1) - left_out
        return hits / total * unknown

    return DepthErrors(
        abs_rel=(share - 1).abs().sum(-1) / total,
        rmse=((p - t).square().sum(-1) / total).sqrt(),
        log10=log_share.abs().sum(-1) / total / math.log(10),
        silog=(square.sum(-1) / total).sqrt(),
        delta1=within(1.25),
        delta2=within(1.25**2),
        delta3=within(1.25**3),
        count=count,
    )


def scene_depth_errors(
    predicted: Float[Tensor, "*scenes V H W"],
    truth: Float[Tensor, "*scenes V H W"],
    alignment: DepthAlignment = "median",
    *,
    joint: bool = False,
) -> DepthErrors:
    """Errors of every view, aligned each alone or all views of a scene by one fit.

    Args:
        predicted: z-depth.
        truth: z-depth on the same grid; 0, negative and not finite where unknown.
        alignment: See ``align_depth``.
        joint: Whether the views of a scene share one fit. Errors are of single views in any case.

    Returns:
        Errors of shape [*scenes, V].
    """
    valid = truth.isfinite() & (truth > 0)
    first = -3 if joint else -2
    aligned = align_depth(
        predicted.flatten(first), truth.flatten(first), valid.flatten(first), alignment
    )
    aligned = aligned.reshape(predicted.shape)
    return depth_errors(aligned.flatten(-2), truth.flatten(-2), valid.flatten(-2))


def mean_depth_scores(errors: DepthErrors) -> DepthScores:
    """Means over the maps that have truth; a map whose prediction is NaN makes them NaN."""
    known = errors.count > 0
    means = {
        f.name: float(getattr(errors, f.name)[known].mean())
        for f in fields(errors)
        if f.name != "count"
    }
    return DepthScores(**means, maps=int(known.sum()))


def log_depth_spread(depth: Float[Tensor, "N H W"]) -> float:
    """How much depth maps differ from image to image: 0 for a model that says the same of all.

    Standard deviation over images of the log depth at a pixel, after each image's median is taken
    out, averaged over the pixels that at least two images know. A collapsed model shows it first.

    Args:
        depth: z-depth; 0, negative and not finite where unknown.
    """
    known = depth.isfinite() & (depth > 0)
    log = torch.where(known, depth, 1.0).log()
    log = log - _median(log.flatten(1), known.flatten(1))[:, None, None]
    count = known.sum(0)
    log = torch.where(known, log, 0.0)
    mean = log.sum(0) / count.clamp_min(1)
    variance = torch.where(known, (log - mean).square(), 0.0).sum(0) / count.clamp_min(1)
    return float(variance.sqrt()[count >= 2].mean())


def _median(values: Tensor, mask: Tensor) -> Tensor:
    """Median over the last axis under the mask, the mean of the middle two of an even number.

    Like ``geometry.consensus.masked_median`` but by selection instead of sorting, which on rows as
    long as an image takes less than half of the time. The values under the mask are not NaN.
    """
    known = torch.where(mask, values, torch.nan)
    lower, upper = torch.nanmedian(known, -1).values, -torch.nanmedian(-known, -1).values
    return (lower + upper) / 2
