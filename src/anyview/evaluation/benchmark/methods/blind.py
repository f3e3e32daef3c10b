# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Answers that look at no image, nor at the truth: what any method has to beat.

Cameras that are given are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import radians
from pathlib import Path
from typing import Literal

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.core.options import check_choices, option
from anyview.evaluation.baselines import (
    constant_depth,
    read_mean_shape,
    straight_cameras,
    vertical_ramp,
)
from anyview.evaluation.benchmark.methods.spec import MethodSpec, options_text, typed_options
from anyview.evaluation.benchmark.task import Answer
from anyview.geometry.cameras import intrinsics_from_fov
from anyview.structures.views import View, ViewSet

_STEPS = {
    "identity": (0.0, 0.0, 0.0),
    "straight": (0.0, 0.0, 1.0),
    "sideways": (1.0, 0.0, 0.0),
}
_LONGEST_SIDE = 128

Shape = Callable[[int, int], Float[Tensor, "h w"]]


@dataclass(frozen=True)
class BlindOptions:
    """What is guessed."""

    cameras: Literal["identity", "straight", "sideways"] = option(
        "straight", "All in one place, or one step on (ahead or to the right) from view to view."
    )
    fov_deg: float = option(60.0, "Field of view of the longer side of every image, degrees.")
    shape: str = option("", "Of mean-shape: a folder of scenes, or their stored mean shape (.npz).")

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_choices(self)
        if not 0 < self.fov_deg < 180:
            raise OptionError(f"fov_deg is {self.fov_deg}; give an angle between 0 and 180.")


@dataclass(frozen=True)
class BlindMethod:
    """The same answer whatever is seen.

    Attributes:
        name: As it was asked for.
        options: What is guessed.
        shape: Depth for a size; None for none.
    """

    name: str
    options: BlindOptions
    shape: Shape | None

    def answer(self, views: ViewSet, task: str) -> Answer:  # noqa: ARG002 - of the protocol
        """Depth and cameras for images of these sizes."""
        depth = None
        if self.shape is not None:
            depth = tuple(self.shape(*_small(view)) for view in views.views)
        cameras = straight_cameras(len(views), _STEPS[self.options.cameras]).double()
        if views.extrinsics is not None and bool(views.posed.all()):
            cameras = views.extrinsics.double()
        guessed = torch.stack([self._lens(view) for view in views.views])
        known = views.calibrated[:, None, None]
        K = torch.where(known, views.original_intrinsics, guessed)
        return Answer(depth=depth, cam_from_world=cameras, intrinsics=K)

    def describe(self) -> Mapping[str, object]:
        """The options."""
        options = options_text(self.options)
        return {"options": {**options, "shape": Path(self.options.shape).name}}

    def _lens(self, view: View) -> Float64[Tensor, "3 3"]:
        longest = max(view.height, view.width)
        angle = torch.tensor(radians(self.options.fov_deg), dtype=torch.float64)
        vertical, horizontal = (
            2 * torch.atan(side / longest * torch.tan(angle / 2))
            for side in (view.height, view.width)
        )
        return intrinsics_from_fov(vertical, horizontal, view.height, view.width)


def build(spec: MethodSpec) -> BlindMethod:
    """The baseline of a name.

    Raises:
        OptionError: If an option is not accepted or lacking.
        InputError: If the mean shape cannot be read.
    """
    options = typed_options(BlindOptions, spec.options, spec.text)
    if (spec.name == "mean-shape") != bool(options.shape):
        raise OptionError(
            "mean-shape needs the scenes that the mean is of: mean-shape:shape=PATH, a folder of "
            "training scenes or a stored mean shape; other baselines take no shape."
        )
    if spec.name == "identity":
        if options.cameras != BlindOptions().cameras:
            raise OptionError("identity has all cameras in one place: leave out cameras=.")
        return BlindMethod(spec.text, BlindOptions("identity", options.fov_deg), None)
    shapes: dict[str, Shape] = {"constant": constant_depth, "ramp": vertical_ramp}
    if spec.name == "mean-shape":
        path = Path(options.shape)
        if not path.exists():
            raise InputError(f"{path} does not exist: give a folder of scenes or a mean shape.")
        shapes["mean-shape"] = read_mean_shape(path).depth
    return BlindMethod(spec.text, options, shapes[spec.name])


def _small(view: View) -> tuple[int, int]:
    """A grid over the image that holds all that a blind answer has to say."""
    factor = min(1.0, _LONGEST_SIDE / max(view.height, view.width))
    return max(1, round(view.height * factor)), max(1, round(view.width * factor))
