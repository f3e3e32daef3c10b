# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of scenes with what is known of their depth: one look shows most mistakes."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.data.batch import SPARSE
from anyview.data.frame_sample import sample_of
from anyview.data.scene import Scene
from anyview.export.legend import NO_VALUE, Legend
from anyview.export.painting import Painting
from anyview.export.value_scale import scale_for
from anyview.io.atomic import atomic_path
from anyview.training.picture_table import draw_table

_SIDE = 252
_DOT = 5
"""Side of the square that stands for a point, in pixels."""


def write_scene_sheet(path: str | Path, scenes: Sequence[Scene], *, frames: int = 4) -> Path:
    """Write a PNG with photo and depth of some frames of each scene, evenly spread.

    Depth is on one scale for all; captions say how much of a frame has depth, and what it is.

    Args:
        path: File to write.
        scenes: At least one.
        frames: Most frames of each.

    Returns:
        The file.

    Raises:
        OptionError: If there is nothing to show.
        InputError: If a picture cannot be read.
    """
    if not scenes or frames < 1:
        raise OptionError(
            f"There is nothing to show of {len(scenes)} scenes, {frames} frames each."
        )
    images, depths, captions = [], [], []
    size = _size(scenes)
    for scene in scenes:
        rows = np.linspace(0, len(scene.frames) - 1, min(frames, len(scene.frames)))
        for row in rows.round().astype(int).tolist():
            sample = sample_of(scene, [row], size, torch.Generator())
            depth = sample.depth[0, 0]
            images.append(sample.images[0, 0])
            captions.append(_caption(scene, row, depth, bool(sample.has_pose[0])))
            depths.append(_as_dots(depth) if int(sample.depth_kind[0]) == SPARSE else depth)
    values = np.stack([depth.masked_fill(depth == 0, torch.nan).numpy() for depth in depths])
    known = values[~np.isnan(values)]
    if not known.size:
        raise InputError("No frame that would be shown has any depth; see 'anyview data check'.")
    unknown = ((NO_VALUE, "unknown"),)
    scale = scale_for(known, "log", small_is_high=True)
    painting = Painting(values, None, Legend("depth", scale, "depth", unknown))
    picture = draw_table(torch.stack(images), [painting], captions, title="photo and depth")
    with atomic_path(path) as temporary:
        picture.save(temporary, format="PNG")
    return Path(path)


def _size(scenes: Sequence[Scene]) -> tuple[int, int]:
    """Height and width of the median aspect."""
    aspect = math.exp(
        float(np.median([math.log(f.size[1] / f.size[0]) for s in scenes for f in s.frames]))
    )
    return max(1, round(_SIDE * min(1.0, 1 / aspect))), max(1, round(_SIDE * min(1.0, aspect)))


def _as_dots(depth: Float[Tensor, "H W"]) -> Float[Tensor, "H W"]:
    """Points as squares, the nearest in front."""
    near = torch.where(depth > 0, 1 / depth.clamp_min(1e-12), 0.0)
    near = F.max_pool2d(near[None], _DOT, stride=1, padding=_DOT // 2)[0]
    return torch.where(near > 0, 1 / near.clamp_min(1e-12), 0.0)


def _caption(scene: Scene, row: int, depth: Float[Tensor, "H W"], has_pose: bool) -> str:
    frame = scene.frames[row]
    if frame.read_depth is None and frame.read_sparse is not None:
        what = f"{len(frame.read_sparse().depth)} points"
    else:
        what = f"depth of {float((depth > 0).float().mean()):.0%}, {scene.depth_kind}"
    unit = "metres" if scene.is_metric else "scene units"
    return f"{scene.name}/{frame.name}: {what}, {unit}, {'posed' if has_pose else 'no pose'}"
