# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points of an image that can be found again in others (SIFT, Lowe 2004)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.io.resize import resize_area
from anyview.sfm.settings import MatchSettings
from anyview.structures.views import View

_GREY = (0.299, 0.587, 0.114)
_DOUBLED_UP_TO = 1100  # pixels; larger images have enough features without


@dataclass(frozen=True)
class Features:
    """Features of one image.

    Attributes:
        keypoints: x and y in pixels of the view's image (centres at +0.5), size, orientation.
        descriptors: One row each.
    """

    keypoints: npt.NDArray[np.float32]
    descriptors: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        """How many."""
        return len(self.keypoints)

    @property
    def pixels(self) -> Float[Tensor, "N 2"]:
        """Their positions."""
        return torch.from_numpy(self.keypoints[:, :2].copy())


def extract_features(
    views: Sequence[View], settings: MatchSettings, pycolmap: ModuleType
) -> list[Features]:
    """Find the features of every view; none lie where its mask says to leave pixels out.

    Args:
        views: Images at their own sizes.
        settings: How.
        pycolmap: The library.
    """
    few = len(views) <= settings.doubled_up_to
    threads = min(settings.num_threads, len(views))
    if threads == 1:
        extractors: dict[bool, Any] = {}
        return [_extract(view, few, settings, pycolmap, extractors) for view in views]

    def every(start: int) -> list[Features]:
        # An extractor keeps buffers between calls: one of each kind for each thread.
        own: dict[bool, Any] = {}
        return [_extract(view, few, settings, pycolmap, own) for view in views[start::threads]]

    with ThreadPoolExecutor(threads, "anyview-features") as pool:
        stripes = list(pool.map(every, range(threads)))
    return [stripes[index % threads][index // threads] for index in range(len(views))]


def _extract(
    view: View,
    few: bool,
    settings: MatchSettings,
    pycolmap: ModuleType,
    extractors: dict[bool, Any],
) -> Features:
    image, scale = _reduced(view.image, settings.max_side)
    doubled = few and max(image.shape[1:]) <= _DOUBLED_UP_TO
    if doubled not in extractors:
        extractors[doubled] = _extractor(settings, pycolmap, doubled=doubled)
    found, descriptors = extractors[doubled].extract(pycolmap.Bitmap.from_array(_grey(image)))
    keypoints = pycolmap.keypoints_to_matrix(found)
    if not len(keypoints):
        return Features(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8))
    # Strongest first, so that the cap keeps them; ties in the order found.
    order = np.argsort(-keypoints[:, 2], kind="stable")[: settings.max_features]
    keypoints, rows = keypoints[order], np.asarray(descriptors.data)[order]
    keypoints[:, :3] *= scale
    if view.mask is not None:
        x, y = keypoints[:, 0].astype(np.int64), keypoints[:, 1].astype(np.int64)
        mask = view.mask.numpy()
        kept = ~mask[y.clip(0, view.height - 1), x.clip(0, view.width - 1)]
        keypoints, rows = keypoints[kept], rows[kept]
    return Features(np.ascontiguousarray(keypoints), np.ascontiguousarray(rows))


def _extractor(settings: MatchSettings, pycolmap: ModuleType, *, doubled: bool) -> Any:
    options = pycolmap.FeatureExtractionOptions()
    options.use_gpu = False
    options.num_threads = 1
    options.sift.max_num_features = settings.max_features
    options.sift.first_octave = -1 if doubled else 0
    return pycolmap.FeatureExtractor.create(options, pycolmap.Device.cpu)


def _reduced(image: UInt8[Tensor, "3 H W"], max_side: int) -> tuple[UInt8[Tensor, "3 h w"], float]:
    """The image no longer than a side, and what its pixels are multiplied by to lead back."""
    height, width = image.shape[1:]
    longest = max(height, width)
    if longest <= max_side:
        return image, 1.0
    size = [max(1, round(side * max_side / longest)) for side in (height, width)]
    return resize_area(image, *size), longest / max_side


def _grey(image: UInt8[Tensor, "3 H W"]) -> npt.NDArray[np.uint8]:
    weights = torch.tensor(_GREY)[:, None, None]
    grey = (image.float() * weights).sum(0).round().to(torch.uint8)
    return np.ascontiguousarray(grey.numpy())
