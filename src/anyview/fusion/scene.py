# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A prediction as one coloured mesh, in its own frame and unit."""

from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.display_cameras import cameras_for_display
from anyview.export.points import kept_pixels
from anyview.fusion.components import without_small_pieces
from anyview.fusion.options import FuseOptions
from anyview.fusion.surface_nets import extract_mesh
from anyview.fusion.tsdf import TsdfVolume
from anyview.structures.points import Mesh
from anyview.structures.prediction import Prediction

PIXELS_PER_VOXEL = 1.5
"""Finer voxels hold no more than the depth maps do."""

FAR = 8.0
"""Depth beyond so many times the median is left out: it is uncertain and needs endless voxels."""

FEW_VIEWS = 3
"""Up to so many views, places that one view alone saw are kept."""


def fuse_prediction(
    prediction: Prediction,
    options: FuseOptions | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Mesh:
    """Fuse all views into one surface.

    Args:
        prediction: With cameras, or a single view (which gets a guessed one).
        options: How, and which pixels count; None for the defaults.
        on_progress: Told how many views of how many are done.

    Returns:
        Counter-clockwise faces as seen from the cameras, in the frame and unit of the prediction.

    Raises:
        InputError: If there are no cameras, no pixel is left, the voxels are too small, or no
            place was seen by enough views.
    """
    options = options or FuseOptions()
    cameras = cameras_for_display(prediction)
    kept = kept_pixels(prediction, options)
    middle = float(prediction.depth[kept].median())
    limit = options.max_depth if options.max_depth is not None else FAR * middle
    kept &= prediction.depth <= limit
    size = options.voxel_size or PIXELS_PER_VOXEL * median_footprint(
        prediction.depth, cameras.intrinsics, kept
    )
    volume = TsdfVolume(
        size,
        truncation_voxels=options.truncation,
        carve=options.carve,
        max_blocks=options.max_blocks,
    )
    count = len(prediction)
    for view in range(count):
        volume.integrate(
            torch.where(kept[view], prediction.depth[view], 0.0),
            cameras.intrinsics[view],
            cameras.cam_from_world[view],
            prediction.images[view],
        )
        if on_progress is not None:
            on_progress(view + 1, count)
    needed = options.min_views or (1 if count <= FEW_VIEWS else 2)
    mesh = without_small_pieces(extract_mesh(volume, min_weight=needed), options.min_faces)
    if not len(mesh.faces):
        raise InputError(
            f"No surface: with voxels of {size:g}, no connected piece of {options.min_faces} "
            f"triangles was seen by {needed} of {count} views. Lower min_views or min_faces, or "
            "give larger voxels."
        )
    return mesh


def median_footprint(
    depth: Float[Tensor, "V H W"],
    intrinsics: Float[Tensor, "V 3 3"],
    kept: Bool[Tensor, "V H W"],
) -> float:
    """Side of a pixel on the surface, in units of depth: the median over pixels.

    Raises:
        InputError: If no pixel is kept.
    """
    focal = intrinsics[:, [0, 1], [0, 1]].mean(dim=-1)
    sides = (depth / focal[:, None, None])[kept]
    if not len(sides):
        raise InputError("No pixel is left to fuse: allow larger depth with max_depth.")
    return float(sides.median())
