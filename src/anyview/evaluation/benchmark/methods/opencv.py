# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""OpenCV alone: poses of pairs from essential matrices, chained; depth by stereo matching."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.core.optional import require
from anyview.core.options import option
from anyview.evaluation.benchmark.methods.essential_chain import ChainSettings, chain_cameras
from anyview.evaluation.benchmark.methods.pinhole_inputs import intrinsics_or_guess, refuse_lenses
from anyview.evaluation.benchmark.methods.rectified_stereo import StereoSettings, stereo_depth
from anyview.evaluation.benchmark.methods.spec import MethodSpec, options_text, typed_options
from anyview.evaluation.benchmark.task import Answer
from anyview.structures.views import ViewSet

EXTRA = "eval"
PURPOSE = "match images by OpenCV"


@dataclass(frozen=True)
class OpenCvOptions:
    """Sizes and limits."""

    stereo: bool = option(True, "Whether to match stereo pairs for depth.")
    max_side: int = option(640, "Longer images are made smaller for stereo matching, pixels.")
    max_features: int = option(4096, "Features of an image.")
    threshold_px: float = option(1.0, "Distance from an epipolar line up to which matches fit.")
    look_back: int = option(3, "How many earlier views a view is matched with until one fits.")
    max_disparity: int = option(128, "Most disparity of a stereo pair, pixels.")

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name in ("max_side", "max_features", "look_back", "max_disparity", "threshold_px"):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} is {getattr(self, name)}; give a positive number.")


@dataclass(frozen=True)
class OpenCvMethod:
    """Classical geometry.

    Attributes:
        name: As it was asked for.
        options: Sizes and limits.
    """

    name: str
    options: OpenCvOptions

    def answer(self, views: ViewSet, task: str) -> Answer:  # noqa: ARG002 - of the protocol
        """Given poses, or those of the chain, and depth under them.

        Raises:
            InputError: If no two views can be placed.
        """
        refuse_lenses(views, "OpenCV's matching")
        cv2 = require("cv2", extra=EXTRA, purpose=PURPOSE)
        K = intrinsics_or_guess(views)
        notes: dict[str, object] = {}
        if views.extrinsics is not None and bool(views.posed.all()):
            cameras: Float64[Tensor, "V 4 4"] = views.extrinsics.double()
        else:
            chain = chain_cameras(
                views.views,
                K,
                ChainSettings(
                    self.options.max_features, self.options.threshold_px, self.options.look_back
                ),
                cv2,
            )
            cameras = chain.cam_from_world
            notes = {"registered": chain.num_placed, "unscaled_links": chain.unscaled_links}
        if len(views) > 1 and int((~cameras[:, 0, 0].isnan()).sum()) < 2:
            raise InputError("No two views could be placed by an essential matrix.")
        depth: tuple[Float[Tensor, "h w"] | None, ...] | None = None
        if self.options.stereo:
            settings = StereoSettings(self.options.max_side, self.options.max_disparity)
            depth = stereo_depth(views.views, K, cameras, settings, cv2)
            if all(one is None for one in depth):
                depth = None
        if len(views) == 1 and depth is None:
            raise InputError("A single view has nothing to be matched with.")
        return Answer(depth=depth, cam_from_world=cameras, intrinsics=K, notes=notes)

    def describe(self) -> Mapping[str, object]:
        """Version and options."""
        cv2 = require("cv2", extra=EXTRA, purpose=PURPOSE)
        return {"options": options_text(self.options), "versions": {"opencv": cv2.__version__}}


def build(spec: MethodSpec) -> OpenCvMethod:
    """Check options and that OpenCV is there.

    Raises:
        OptionError: If an option is not accepted.
        MissingDependencyError: If OpenCV is absent.
    """
    cv2 = require("cv2", extra=EXTRA, purpose=PURPOSE)
    # Its threads are beside torch's; several scenes run in several processes.
    cv2.setNumThreads(torch.get_num_threads())
    return OpenCvMethod(spec.text, typed_options(OpenCvOptions, spec.options, spec.text))
