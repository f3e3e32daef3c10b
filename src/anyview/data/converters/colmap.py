# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP reconstructions: images/ beside sparse/0/, text or binary.

Layout: https://colmap.github.io/format.html, "Output Format", as of COLMAP 3.11 to 4.2. Rigs
and frames, new in 3.12, need no care here: images have their poses in either case. Camera axes
are ours; pixel centres are at +0.5 there too. The scale is the reconstruction's, never metric.
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FrameMaker, WorldPoints
from anyview.data.converters.source_files import image_file
from anyview.data.scene import Frame, Origin
from anyview.geometry import se3
from anyview.geometry.lens import Lens
from anyview.io.colmap_lenses import lens_of_colmap
from anyview.io.colmap_model import find_colmap_model, read_colmap_model
from anyview.io.colmap_records import ColmapImage, ColmapPoints
from anyview.io.naming import natural_key


def find_colmap(source: Path, options: ConvertOptions) -> list[SceneSource]:
    """The one scene of a COLMAP folder.

    Raises:
        InputError: If there is no model.
    """
    folder = _model_folder(source)
    return [SceneSource(source.resolve().name, partial(read_colmap, source, folder, options))]


def read_colmap(source: Path, model_folder: Path, options: ConvertOptions) -> FoundScene:
    """Read a reconstruction.

    Points become sparse depth of the images whose tracks they have, where the 3-D point projects
    (not where the feature was detected, which is off by the reprojection error).

    Args:
        source: The folder with ``images``.
        model_folder: The folder with cameras, images and points3D.
        options: ``min_track_length`` and ``max_error_px`` filter points.

    Raises:
        InputError: If the model is damaged or has no image.
    """
    model = read_colmap_model(model_folder)
    if not model.images:
        raise InputError(f"{model_folder}: the COLMAP model has no images.")
    images = source / "images"
    if not images.is_dir():
        raise InputError(f"{source}: has no folder images/ beside the COLMAP model.")
    points = _Points(model.points, options)
    maker = FrameMaker()

    def make(image: ColmapImage) -> Frame:
        lens = lens_of_colmap(model.cameras[image.camera_id])
        cam_from_world = image.pose.matrix
        return maker.make(
            image_file(images / image.name),
            lens,
            cam_from_world,
            points=points.seen_in(image, cam_from_world, lens),
        )

    ordered = sorted(model.images.values(), key=lambda image: natural_key(image.name))
    makers = [(str(Path(image.name).with_suffix("")), partial(make, image)) for image in ordered]
    frames, left_out = gather(makers)
    return FoundScene(
        name=source.resolve().name,
        frames=frames,
        origin=Origin(
            source="COLMAP reconstruction",
            note=f"{len(points.xyz)} points with tracks of {options.min_track_length} images or "
            f"more and errors up to {options.max_error_px:g} px",
        ),
        depth_kind="sparse" if len(points.xyz) else None,
        is_metric=False,
        left_out=left_out,
    )


class _Points:
    """The points of a model that pass the filters, and who sees them."""

    def __init__(self, points: ColmapPoints, options: ConvertOptions) -> None:
        # An error of -1 says that it was never computed.
        kept = (
            (points.track_lengths >= options.min_track_length)
            & (points.errors <= options.max_error_px)
            & np.isfinite(points.xyz).all(axis=-1)
        )
        order = np.argsort(points.ids[kept], kind="stable")
        self._ids = points.ids[kept][order]
        self._max_error_px = options.max_error_px
        self.xyz = torch.from_numpy(points.xyz[kept][order])

    def seen_in(self, image: ColmapImage, cam_from_world: torch.Tensor, lens: Lens) -> WorldPoints:
        """Points whose sighting in this image agrees with where they project."""
        is_kept = np.isin(image.point_ids, self._ids)
        ids = image.point_ids[is_kept]
        seen = torch.from_numpy(image.points_xy[is_kept])
        xyz = self.xyz[torch.from_numpy(np.searchsorted(self._ids, ids))]
        error = (lens.project(se3.transform_points(cam_from_world, xyz)) - seen).norm(dim=-1)
        agrees = error <= self._max_error_px  # False for NaN: behind the camera
        return WorldPoints(xyz[agrees], ids[agrees.numpy()])


def _model_folder(source: Path) -> Path:
    folder = find_colmap_model(source)
    if folder is None:
        raise InputError(
            f"{source}: no COLMAP model; a folder with images/ and sparse/0/cameras.bin (or .txt) "
            "is wanted."
        )
    return folder
