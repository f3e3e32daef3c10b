# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a teacher made of a scene: image, raw depth, teacher, label, error; a row a frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from anyview.export.legend import NO_VALUE, Legend
from anyview.export.painting import Painting
from anyview.export.value_scale import ValueScale, format_number, scale_for
from anyview.io.atomic import atomic_path
from anyview.training.label_fit import LabelFit
from anyview.training.picture_table import array_or_nan, draw_table

MAX_ERROR = 0.25
"""Relative deviation of the label from raw depth at the bright end of the map."""


@dataclass(frozen=True)
class LabelRow:
    """One frame; all maps are on the teacher's grid.

    Attributes:
        name: Of the frame.
        image: sRGB in [0, 1].
        raw: The frame's own depth, 0 where unknown.
        teacher: As the network gave it.
        label: What was stored, 0 where nothing was.
        fit: How it was aligned.
    """

    name: str
    image: Float[Tensor, "3 H W"]
    raw: Float[Tensor, "H W"]
    teacher: Float[Tensor, "H W"]
    label: Float[Tensor, "H W"]
    fit: LabelFit


def write_label_sheet(path: str | Path, rows: Sequence[LabelRow], *, title: str) -> Path:
    """Write the picture as PNG.

    Raw depth and labels of all rows share one scale of colours; the teacher's own depth has
    another one, as its unit is its own.

    Args:
        path: File to write.
        rows: At least one, all of one size: frames of other sizes are left out.
        title: First line.
    """
    rows = [row for row in rows if row.image.shape == rows[0].image.shape]
    raw, teacher, label = (
        array_or_nan(torch.stack([getattr(row, name) for row in rows]))
        for name in ("raw", "teacher", "label")
    )
    is_relative = np.array([row.fit.status == "relative" for row in rows])[:, None, None]
    in_unit = np.where(is_relative, np.float32(np.nan), label).astype(np.float32)
    known = raw if np.isfinite(raw).any() else label
    common = scale_for(known[~np.isnan(known)], "log", small_is_high=True)
    own = scale_for(teacher[~np.isnan(teacher)], "log", small_is_high=True)
    error = np.abs(in_unit - raw) / raw
    none = ((NO_VALUE, "none"),)
    paintings = [
        Painting(raw, None, Legend("raw depth", common, "depth", none)),
        Painting(teacher, None, Legend("teacher", own, "depth")),
        Painting(label, None, Legend("label", common, "depth", none)),
        Painting(
            error,
            None,
            Legend("relative deviation", ValueScale("linear", 0.0, MAX_ERROR), "confidence", none),
        ),
    ]
    images = torch.stack([row.image for row in rows])
    picture = draw_table(images, paintings, [_caption(row) for row in rows], title=title)
    with atomic_path(path) as temporary:
        picture.save(temporary, format="PNG")
    return Path(path)


def _caption(row: LabelRow) -> str:
    fit = row.fit
    if fit.status == "relative":
        return f"{row.name}: no depth to align to, relative"
    if fit.scale is None or fit.shift is None or fit.residual is None or fit.inlier_share is None:
        return f"{row.name}: {fit.status}, {fit.reason}"
    numbers = (
        f"x {format_number(fit.scale)} {fit.shift:+.3g}, {fit.inlier_share:.0%} agree, "
        f"deviation {fit.residual:.1%}"
    )
    tail = f" ({fit.reason})" if fit.reason else ""
    return f"{row.name}: {fit.status}, {numbers}{tail}"
