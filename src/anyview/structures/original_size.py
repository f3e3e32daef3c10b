# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One view of a prediction at the size of the image that was given, with a camera for it.

View by view: images may differ in size, and a long video at full size fits in no memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.depth_sampling import DepthSampling, sample_depth
from anyview.geometry.lens import Lens
from anyview.geometry.projection import sample_map
from anyview.structures.prediction import Prediction

_BAND = 128
"""Rows made at a time: what is needed on the way stays small beside the result."""


@dataclass(frozen=True)
class OriginalView:
    """Results on the pixels of one original image; centres at +0.5.

    Attributes:
        name: Of the view.
        depth: z-depth in the unit of the prediction; NaN where there is none: where the
            prediction is not valid, outside of what a centre crop kept, and where depth is not
            positive and finite.
        conf: Confidence of depth, >= 1; NaN outside of what a crop kept. None without one.
        sky: Sky score, >= 0; NaN as ``conf``. None without one.
        extrinsics: World-to-camera, as in the prediction; None without cameras.
        intrinsics: K in pixels of the original image; None without cameras.
        lens: Distortion of the original image, with the same K, or None: its pixels see along
            ``lens.unproject``, not along the rays of K alone.
    """

    name: str
    depth: Float[Tensor, "H W"]
    conf: Float[Tensor, "H W"] | None = None
    sky: Float[Tensor, "H W"] | None = None
    extrinsics: Float[Tensor, "3 4"] | None = None
    intrinsics: Float[Tensor, "3 3"] | None = None
    lens: Lens | None = None


def at_original_size(
    prediction: Prediction,
    view: int,
    *,
    method: DepthSampling = "sharp",
    image: UInt8[Tensor, "3 H W"] | None = None,
) -> OriginalView:
    """Bring one view to the size of its original image.

    Confidence and sky are interpolated bilinearly.

    Args:
        prediction: It knows the sizes of its original images.
        view: Position of the view, from 0.
        method: How depth is interpolated, see ``sample_depth``.
        image: The original image, upright: pixels beside an edge of depth take the side whose
            colour is theirs.

    Raises:
        InputError: If there is no such view, the sizes are not known, or the image has another.
    """
    if not 0 <= view < len(prediction):
        raise InputError(f"There is no view {view}: this prediction has {len(prediction)}, from 0.")
    if prediction.original_sizes is None or prediction.processed_from_original is None:
        raise InputError(
            "This prediction does not know the sizes of its original images (original_sizes and "
            "processed_from_original); use its own size."
        )
    height, width = (int(side) for side in prediction.original_sizes[view])
    if image is not None and tuple(image.shape[1:]) != (height, width):
        raise InputError(
            f"The image of view {prediction.names[view]!r} has {image.shape[2]} x "
            f"{image.shape[1]} pixels, the prediction was made from {width} x {height}. Give the "
            "original image, upright."
        )
    depth = prediction.depth[view]
    if prediction.valid is not None:
        depth = torch.where(prediction.valid[view], depth, torch.nan)
    scores = {name: getattr(prediction, name) for name in ("conf", "sky")}
    smooth = {name: value[view][None] for name, value in scores.items() if value is not None}
    parts: dict[str, list[Tensor]] = {name: [] for name in ("depth", *smooth)}
    for top in range(0, height, _BAND):
        bottom = min(top + _BAND, height)
        pixels = _processed_pixels(prediction, view, (top, bottom), width)
        colors = None if image is None else image[:, top:bottom].permute(1, 2, 0).float()
        parts["depth"].append(
            sample_depth(
                depth,
                pixels,
                method=method,
                guide=None if image is None else prediction.images[view].float(),
                colors=colors,
            )
        )
        for name, value in smooth.items():
            parts[name].append(sample_map(value, pixels)[0])
    original = prediction.original_intrinsics
    return OriginalView(
        name=prediction.names[view],
        extrinsics=None if prediction.extrinsics is None else prediction.extrinsics[view],
        intrinsics=None if original is None else original[view],
        lens=None if prediction.lenses is None else prediction.lenses[view],
        **{name: torch.cat(bands) for name, bands in parts.items()},
    )


def views_at_original_size(
    prediction: Prediction, *, method: DepthSampling = "sharp"
) -> Iterator[OriginalView]:
    """All views, one after the other: only one is held at a time. See ``at_original_size``."""
    for view in range(len(prediction)):
        yield at_original_size(prediction, view, method=method)


def _processed_pixels(
    prediction: Prediction, view: int, rows: tuple[int, int], width: int
) -> Float[Tensor, "H W 2"]:
    """Where the pixels of some rows of the original image lie in the processed one."""
    assert prediction.processed_from_original is not None
    to_processed = prediction.processed_from_original[view].double()
    y = torch.arange(*rows, dtype=torch.float64) + 0.5
    x = torch.arange(width, dtype=torch.float64) + 0.5
    lens = None if prediction.lenses is None else prediction.lenses[view]
    if lens is not None:
        grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
        straight = lens.unproject(grid) @ (to_processed @ lens.intrinsics()).mT
        return straight[..., :2].to(prediction.depth.dtype)
    u = to_processed[0, 0] * x + to_processed[0, 2]
    v = to_processed[1, 1] * y + to_processed[1, 2]
    return torch.stack(torch.meshgrid(u, v, indexing="xy"), dim=-1).to(prediction.depth.dtype)
