# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of reading and predicting, once, with its default; the command line is made of these.

A field carries its help text (see ``core.options``).
"""

from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, check_seed, option
from anyview.model.config import PATCH, ReferenceView

RAY_POSES = ("rays", "rays-centred", "rays-published")
"""Values of ``pose`` that take cameras from the ray map."""

MATCHED_POSES = ("sfm", "refine")
"""Values of ``pose`` that take cameras from matches between the images."""


MAX_RESOLUTION = 16_384
"""Longest side that is tried; attention of a single view fills any memory long before."""

_MAX_MEMORY_GB = 1e6


@dataclass(frozen=True)
class InputOptions:
    """How files become views."""

    video_fps: float | None = option(None, "Take this many video frames a second.")
    video_count: int | None = option(
        None, "Take this many video frames, evenly spread (default: 16)."
    )
    video_every: int | None = option(None, "Take every n-th video frame.")
    on_error: Literal["stop", "skip"] = option(
        "stop", "What to do with an image that cannot be read: stop, or report it and go on."
    )
    max_pixels: int = option(
        200_000_000, "Refuse images with more pixels than this (decompression bombs)."
    )
    masks: str | None = option(
        None,
        "Folder of masks, black (0) where pixels are left out: photo.jpg.png or photo.png for "
        "photo.jpg.",
    )
    alpha: Literal["ignore", "mask"] = option(
        "ignore", "Whether transparent parts of images are left out as by a mask."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_choices(self)


@dataclass(frozen=True)
class PredictOptions:
    """How views become a prediction."""

    resolution: int | None = option(
        None, "Side in pixels that images are resized to (default: what the model was trained at)."
    )
    resize: Literal["longest", "shortest"] = option(
        "longest", "Whether --resolution is the longest or the shortest side."
    )
    fit: Literal["resize", "crop"] = option(
        "resize", "Reach multiples of 14 by a small resize or by a centre crop."
    )
    pose: Literal["camera", "rays", "rays-centred", "rays-published", "sfm", "refine"] = option(
        "camera",
        "Cameras from the camera decoder, from the ray map (rays: any principal point; "
        "rays-centred: it is taken to be the image centre, steadier under noise; "
        "rays-published: the published solver), or by matches between the images (sfm: structure "
        "from motion; refine: the decoder's cameras, bundle-adjusted; both need pycolmap).",
    )
    reference_view: ReferenceView | None = option(
        None, "How the reference view is chosen (default: what the model was trained with)."
    )
    known_cameras: Literal["keep", "align"] = option(
        "keep",
        "With given cameras: return them as given, or the network's own aligned to them; depth is "
        "in their units either way.",
    )
    mask_fill: Literal["none", "black", "mean"] = option(
        "none",
        "What the network sees where masks leave pixels out: the image, black, or the mean "
        "colour of images (as in padding).",
    )
    focal: Literal["predicted", "exif"] = option(
        "predicted", "Which focal length to trust when intrinsics are not given."
    )
    known_unit: Literal["own", "m"] = option(
        "own", "Unit of given poses and of a given rig: one of their own, or metres (m)."
    )
    undistort: Literal["crop", "keep"] = option(
        "crop",
        "Images of a lens with distortion: cut to what leaves no blank pixel, or the whole view "
        "with blank borders.",
    )
    rays: bool = option(False, "Also return the ray map.")
    gaussians: bool = option(False, "Also return 3-D Gaussians (models that have the head).")
    feature_layers: tuple[int, ...] = option((), "Also return features of these layers.")
    seed: int = option(0, "Seed of everything that draws (robust pose fits).")
    max_memory_gb: float | None = option(
        None, "Memory the run may use; refused beforehand if it needs more (default: what is free)."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_choices(self)
        if self.resolution is not None and not PATCH <= self.resolution <= MAX_RESOLUTION:
            raise OptionError(
                f"resolution is {self.resolution}; give a number of pixels, at least {PATCH} (one "
                f"patch) and at most {MAX_RESOLUTION}, usually 252 to 1008."
            )
        check_seed(self.seed)
        if self.max_memory_gb is not None and not 0 < self.max_memory_gb < _MAX_MEMORY_GB:
            raise OptionError(f"max_memory_gb is {self.max_memory_gb}; give a positive number.")
