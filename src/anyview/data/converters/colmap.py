# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP reconstructions: images/ beside sparse/0/, text or binary.

Layout: https://colmap.github.io/format.html, "Output Format", as of COLMAP 3.11 to 4.2 (rigs and
frames, new in 3.12, are read by pycolmap and need no care here). Camera axes are ours; pixel
centres are at +0.5 there too. The scale is that of the reconstruction, never metric.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.core.optional import require
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FrameMaker, WorldPoints
from anyview.data.converters.source_files import image_file
from anyview.data.scene import Frame, Origin
from anyview.geometry import se3
from anyview.geometry.lens import Lens
from anyview.io.naming import natural_key

_MODEL_FILES = ("cameras.bin", "cameras.txt")
_MODEL_FOLDERS = ("sparse/0", "sparse", "colmap/sparse/0", "colmap", ".")

CAMERA_MODELS: dict[str, tuple[str, int, int, bool]] = {
    "SIMPLE_PINHOLE": ("perspective", 1, 0, False),
    "PINHOLE": ("perspective", 2, 0, False),
    "SIMPLE_RADIAL": ("perspective", 1, 1, False),
    "RADIAL": ("perspective", 1, 2, False),
    "OPENCV": ("perspective", 2, 2, True),
    "SIMPLE_RADIAL_FISHEYE": ("fisheye", 1, 1, False),
    "RADIAL_FISHEYE": ("fisheye", 1, 2, False),
    "OPENCV_FISHEYE": ("fisheye", 2, 4, False),
}
"""Family of each model that is read, its numbers of focal lengths and of radial coefficients, and
whether tangential ones follow."""


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
        MissingDependencyError: If pycolmap is not installed.
    """
    pycolmap = require("pycolmap", extra="colmap", purpose="read COLMAP reconstructions")
    try:
        model = pycolmap.Reconstruction(str(model_folder))
    except (ValueError, RuntimeError, IndexError, OverflowError) as error:
        raise InputError(
            f"{model_folder}: not a readable COLMAP model ({' '.join(str(error).split())})."
        ) from error
    if not model.images:
        raise InputError(f"{model_folder}: the COLMAP model has no images.")
    images = source / "images"
    if not images.is_dir():
        raise InputError(f"{source}: has no folder images/ beside the COLMAP model.")
    points = _Points(model, options)
    maker = FrameMaker()

    def make(image: Any) -> Frame:
        if not image.has_pose:
            raise InputError("not registered: it has no pose.")
        pose = image.cam_from_world
        pose = pose() if callable(pose) else pose  # a property up to pycolmap 3.11
        cam_from_world = se3.to_homogeneous(torch.from_numpy(np.array(pose.matrix())))
        lens = lens_of(model.cameras[image.camera_id])
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


def lens_of(camera: Any) -> Lens:
    """A COLMAP camera as a lens.

    Raises:
        InputError: If its model is none of those that can be undistorted.
    """
    name = str(camera.model.name)
    if name not in CAMERA_MODELS:
        raise InputError(
            f"COLMAP camera {camera.camera_id} has the model {name}; accepted are "
            f"{', '.join(CAMERA_MODELS)}. Run 'colmap image_undistorter' and convert its output."
        )
    family, num_focals, num_radial, has_tangential = CAMERA_MODELS[name]
    values = [float(value) for value in camera.params]
    focals, (cx, cy) = values[:num_focals], values[num_focals : num_focals + 2]
    rest = values[num_focals + 2 :]
    return Lens(
        fx=focals[0],
        fy=focals[-1],
        cx=cx,
        cy=cy,
        height=int(camera.height),
        width=int(camera.width),
        model="fisheye" if family == "fisheye" else "perspective",
        radial=tuple(rest[:num_radial]),
        tangential=(rest[num_radial], rest[num_radial + 1]) if has_tangential else (0.0, 0.0),
    )


class _Points:
    """The points of a model that pass the filters, and who sees them."""

    def __init__(self, model: Any, options: ConvertOptions) -> None:
        kept = {
            key: point.xyz
            for key, point in model.points3D.items()
            # An error of -1 says that it was never computed.
            if point.track.length() >= options.min_track_length
            and point.error <= options.max_error_px
            and np.isfinite(point.xyz).all()
        }
        self._row = {key: row for row, key in enumerate(kept)}
        self._max_error_px = options.max_error_px
        self.xyz = torch.from_numpy(np.array(list(kept.values()), dtype=np.float64).reshape(-1, 3))

    def seen_in(self, image: Any, cam_from_world: torch.Tensor, lens: Lens) -> WorldPoints:
        """Points whose sighting in this image agrees with where they project."""
        sightings = [
            (self._row[point.point3D_id], point.point3D_id, point.xy)
            for point in image.points2D
            if point.point3D_id in self._row
        ]
        rows = torch.tensor([row for row, _, _ in sightings], dtype=torch.long)
        ids = np.array([key for _, key, _ in sightings], dtype=np.int64)
        seen = torch.from_numpy(np.array([xy for *_, xy in sightings]).reshape(-1, 2))
        xyz = self.xyz[rows]
        error = (lens.project(se3.transform_points(cam_from_world, xyz)) - seen).norm(dim=-1)
        agrees = error <= self._max_error_px  # False for NaN: behind the camera
        return WorldPoints(xyz[agrees], ids[agrees.numpy()])


def _model_folder(source: Path) -> Path:
    for name in _MODEL_FOLDERS:
        if any((source / name / file).is_file() for file in _MODEL_FILES):
            return source / name
    raise InputError(
        f"{source}: no COLMAP model; a folder with images/ and sparse/0/cameras.bin (or .txt) is "
        "wanted."
    )
