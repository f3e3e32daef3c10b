# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Answers that look at no image. A model that does not beat them has learned nothing of use.

One depth everywhere; a ramp from near at the bottom to far at the top; the mean shape of given
scenes; cameras that step straight on without turning; one field of view for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import InputError
from anyview.data.synthetic.world_files import WorldSet
from anyview.evaluation.frozen_worlds import INDEX_NAME, read_worlds
from anyview.geometry.cameras import fov_from_intrinsics, intrinsics_from_fov
from anyview.geometry.consensus import masked_median
from anyview.geometry.se3 import rigid_transform
from anyview.io.atomic import atomic_path
from anyview.io.listing import require_file
from anyview.io.numpy_files import load_arrays, whole_number
from anyview.metrics.pose import area_under_recall, pair_errors

MOST_SCENES = 256
"""Scenes of a folder that its mean shape is taken of: more change it little and fill memory."""


@dataclass(frozen=True)
class MeanShape:
    """The depth that given images have on average.

    Attributes:
        log_depth: Mean over images of the logarithm of depth over the image's median depth.
        images: How many images it is the mean of.
    """

    log_depth: Float[Tensor, "H W"]
    images: int

    def depth(self, height: int, width: int) -> Float[Tensor, "{height} {width}"]:
        """The shape stretched to an image size, median depth about 1."""
        size = (height, width)
        log = self.log_depth[None, None]
        return functional.interpolate(log, size=size, mode="bilinear")[0, 0].exp()


def constant_depth(height: int, width: int) -> Float[Tensor, "{height} {width}"]:
    """One depth everywhere."""
    return torch.ones(height, width)


def vertical_ramp(height: int, width: int) -> Float[Tensor, "{height} {width}"]:
    """Depth that falls evenly from 2 in the top row to 1 in the bottom row."""
    return torch.linspace(2, 1, height)[:, None].repeat(1, width)


def mean_shape(depths: Sequence[Float[Tensor, "H W"]] | Float[Tensor, "N H W"]) -> MeanShape:
    """The mean shape of depth maps, each counted alike whatever its scale.

    Pixels that no map knows take the mean of those that are known.

    Args:
        depths: z-depth of one size; 0, negative and not finite where unknown. Maps without any
            known pixel are left out.

    Raises:
        InputError: If no pixel of any map is known.
    """
    stacked = depths if isinstance(depths, Tensor) else torch.stack(list(depths))
    known = stacked.isfinite() & (stacked > 0)
    log = torch.where(known, stacked.double(), 1.0).log()
    log = log - masked_median(log.flatten(1), known.flatten(1))[:, None, None]
    count = known.sum(0)
    if not bool(count.any()):
        raise InputError("A mean shape needs depth maps with known pixels; there are none.")
    total = torch.where(known, log, 0.0).sum(0)
    mean = total / count.clamp_min(1)
    mean = torch.where(count > 0, mean, mean[count > 0].mean())
    return MeanShape(mean.float(), int(known.flatten(1).any(1).sum()))


def write_mean_shape(file: Path, shape: MeanShape) -> None:
    """Write a mean shape as ``.npz``."""
    with atomic_path(file) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(
            stream, log_depth=shape.log_depth.numpy(), images=np.int64(shape.images)
        )


def read_mean_shape(path: Path) -> MeanShape:
    """The mean shape of a folder of scenes, or one that was written before.

    Args:
        path: A folder of training scenes (``anyview data make``; the first ``MOST_SCENES`` count),
            or in the format of ``frozen_worlds``, or an ``.npz`` with ``log_depth``.

    Raises:
        InputError: If it is none of these.
    """
    if (path / INDEX_NAME).is_file():
        return mean_shape(read_worlds(path).truth.depth.flatten(0, 1))
    if path.is_dir():
        scenes = WorldSet(path)
        count = min(len(scenes), MOST_SCENES)
        return mean_shape(torch.cat([scenes.scene(number).depth for number in range(count)]))
    require_file(path, "a stored mean shape")
    try:
        with path.open("rb") as file:
            arrays = load_arrays(file, what=str(path), names=("log_depth", "images"))
        log = torch.from_numpy(arrays["log_depth"].astype(np.float32))
        images = whole_number(arrays, "images", what=str(path)) if "images" in arrays else 0
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InputError(
            f"{path} is neither a folder of scenes nor a stored mean shape: {error}."
        ) from error
    if log.ndim != 2 or not bool(log.isfinite().all()):
        raise InputError(f"{path}: log_depth must be finite and [H, W], got {tuple(log.shape)}.")
    return MeanShape(log, images)


def straight_cameras(
    views: int, direction: tuple[float, float, float] = (0.0, 0.0, 1.0)
) -> Float[Tensor, "V 4 4"]:
    """World-to-camera of cameras that never turn and step the same way from view to view.

    Args:
        views: How many.
        direction: Of the steps in the camera's own axes; the default is straight ahead.
    """
    steps = torch.arange(views, dtype=torch.float32)[:, None]
    return rigid_transform(torch.eye(3).repeat(views, 1, 1), -steps * torch.tensor(direction))


def best_straight_cameras(
    truth: Float[Tensor, "S V 4 4"], *, min_baseline: int | float = 0.0
) -> Float[Tensor, "S V 4 4"]:
    """``straight_cameras`` along the axis, of six, that comes nearest to the truth.

    So the guess of the direction is made with knowledge of the truth: the largest area under the
    recall curve up to 30 degrees over all pairs of all scenes.

    Args:
        truth: World-to-camera.
        min_baseline: See ``pair_errors``.
    """
    scenes, views = truth.shape[:2]
    best, most = straight_cameras(views), -1.0
    for axis in range(3):
        for sign in (1.0, -1.0):
            x, y, z = (sign * float(axis == own) for own in range(3))
            cameras = straight_cameras(views, (x, y, z))
            every = cameras.to(truth).expand(scenes, views, 4, 4)
            errors = pair_errors(every, truth, min_baseline=min_baseline)
            area = area_under_recall(errors.worst_deg, 30)
            if area > most:
                best, most = cameras, area
    return best.to(truth).expand(scenes, views, 4, 4)


def constant_lens(
    intrinsics: Float[Tensor, "*batch 3 3"], height: int, width: int
) -> Float[Tensor, "*batch 3 3"]:
    """One K for all views: the one constant of least mean absolute error of the field of view.

    That is the median of the true fields of view, so it is chosen with knowledge of the truth.

    Args:
        intrinsics: True K of all views.
        height: Of the images.
        width: Of the images.
    """
    vertical, horizontal = fov_from_intrinsics(intrinsics, height, width)
    middle = (vertical.flatten().quantile(0.5), horizontal.flatten().quantile(0.5))
    return intrinsics_from_fov(*middle, height, width).expand_as(intrinsics)
