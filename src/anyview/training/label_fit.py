# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A teacher's depth brought to the real depth of one frame (DA3, section 3.3: pseudo-labels).

RANSAC least squares over (s > 0, t) of ``s d~ + t`` against sparse or noisy depth; the threshold
of an inlier is the mean absolute deviation from the median of the residuals.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.scale_align import fit_scale_shift_robust
from anyview.training.known_depth import KnownDepth
from anyview.training.label_options import FitLimits

LabelStatus = Literal["aligned", "relative", "failed"]
"""In the scene's unit; right up to scale and shift, for want of depth; no label."""


@dataclass(frozen=True)
class LabelFit:
    """How one frame was aligned.

    Attributes:
        status: What became of it.
        points: Places of known depth that could be compared.
        scale: Of the teacher's depth; None where there is no fit.
        shift: In the scene's unit.
        inlier_share: Share of the places that the fit used.
        residual: Root mean square deviation of those, over their median depth.
        reason: Why there is no label; empty otherwise.
    """

    status: LabelStatus
    points: int = 0
    scale: float | None = None
    shift: float | None = None
    inlier_share: float | None = None
    residual: float | None = None
    reason: str = ""

    def to_document(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Any) -> "LabelFit":
        """Back from JSON.

        Raises:
            InputError: If it is not what ``to_document`` gives.
        """
        names = {f.name for f in fields(cls)}
        if not isinstance(document, dict) or set(document) != names:
            raise InputError(f"How a label was aligned has the fields {sorted(names)}.")
        if document["status"] not in get_args(LabelStatus):
            raise InputError(f"A label cannot be {document['status']!r:.80}.")
        for name in ("scale", "shift", "inlier_share", "residual"):
            if not (document[name] is None or type(document[name]) in (int, float)):
                raise InputError(f"{name} of a label must be a number or null.")
        if type(document["points"]) is not int or not isinstance(document["reason"], str):
            raise InputError("points and reason of a label must be a whole number and text.")
        return cls(**document)


def fit_label(
    teacher: Float[Tensor, "h w"],
    known: KnownDepth | None,
    limits: FitLimits,
    *,
    sky: Bool[Tensor, "h w"] | None = None,
) -> LabelFit:
    """Scale and shift from the teacher's depth to the known depth of the same image.

    Args:
        teacher: z-depth > 0, up to scale and shift.
        known: Of the frame; None if it has no depth at all.
        limits: When to believe the result.
        sky: Where the teacher sees sky; nothing is compared there.
    """
    if known is None:
        return LabelFit("relative")
    source = known.read_off(teacher).double()
    use = source.isfinite() & (source > 0)
    if sky is not None:
        use &= ~known.read_off(sky)
    points = int(use.sum())
    if points < limits.min_points:
        reason = f"only {points} pixels of known depth, {limits.min_points} are wanted"
        return LabelFit("failed", points, reason=reason)
    target = known.depth.double()[use]
    fit = fit_scale_shift_robust(source[use], target)
    if not bool(fit.ok):
        return LabelFit("failed", points, reason=fit.reasons[0])
    share = float(fit.inliers.double().mean())
    residual = float(fit.rms / target[fit.inliers].median())
    reasons = []
    if share < limits.min_inliers:
        reasons.append(f"{share:.0%} of the pixels agree, {limits.min_inliers:.0%} are wanted")
    if residual > limits.max_residual:
        reasons.append(f"those deviate by {residual:.0%}, at most {limits.max_residual:.0%}")
    return LabelFit(
        "failed" if reasons else "aligned",
        points,
        float(fit.scale),
        float(fit.shift),
        share,
        residual,
        "; ".join(reasons),
    )


def label_of(
    teacher: Float[Tensor, "h w"], fit: LabelFit, *, sky: Bool[Tensor, "h w"] | None = None
) -> Float[Tensor, "h w"]:
    """The label: aligned, or as it is; 0 in the sky and where the aligned depth is not positive.

    Args:
        teacher: As given to ``fit_label``.
        fit: What that found; not "failed".
        sky: Where the teacher sees sky.
    """
    assert fit.status != "failed", "a frame without a fit has no label"
    label = teacher.double()
    if fit.status == "aligned":
        assert fit.scale is not None
        assert fit.shift is not None
        label = fit.scale * label + fit.shift
    known = label.isfinite() & (label > 0)
    if sky is not None:
        known &= ~sky
    return torch.where(known, label, 0.0).float()
