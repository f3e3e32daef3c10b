# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Hypersim: photorealistic synthetic interiors with HDF5 depth and camera trajectories.

Layout: README.md of https://github.com/apple/ml-hypersim (public release of 2020; the per-scene
cameras of contrib/mikeroberts3000, 2022). ``depth_meters`` is distance along the ray; positions
are in asset units; cameras look along -z with y up. A trajectory becomes a scene.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.core.optional import require
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.hypersim_camera import (
    SceneCamera,
    metres_per_asset_unit,
    parameters_file,
    scene_camera,
)
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.source_files import image_file
from anyview.data.scene import FloatArray, Frame, ImageArray, Matrix, Origin
from anyview.geometry import se3
from anyview.geometry.rays import directions_cam
from anyview.io.listing import require_file
from anyview.io.naming import natural_key


def find_hypersim(source: Path, options: ConvertOptions) -> list[SceneSource]:
    """The trajectories of a scene's folder (``ai_VVV_NNN``), or of a folder of such.

    Raises:
        InputError: If there is none, or the table of cameras is not found.
    """
    folders = (
        [source]
        if (source / "_detail").is_dir()
        else sorted(
            (path.parent for path in source.glob("*/_detail")), key=lambda p: natural_key(p.name)
        )
    )
    found = []
    for folder in folders:
        for detail in sorted((folder / "_detail").glob("cam_*")):
            name = f"{folder.resolve().name}_{detail.name}"
            read = partial(read_trajectory, folder, detail.name, source, options)
            found.append(SceneSource(name, read))
    if not found:
        raise InputError(
            f"{source}: no Hypersim scene; ai_VVV_NNN with _detail/cam_XX, or a folder of such, "
            "is wanted."
        )
    return found


def read_trajectory(
    folder: Path, camera_name: str, source: Path, options: ConvertOptions
) -> FoundScene:
    """Read one trajectory.

    Args:
        folder: The scene's, ``ai_VVV_NNN``.
        camera_name: Such as ``cam_00``.
        source: Where the search for the table of cameras starts.
        options: ``camera_parameters``.

    Raises:
        InputError: If a file that all frames need is absent or damaged.
        MissingDependencyError: If h5py is not installed.
    """
    scene_name = folder.resolve().name
    camera = scene_camera(parameters_file(source, options.camera_parameters), scene_name)
    metres = metres_per_asset_unit(folder / "_detail" / "metadata_scene.csv")
    trajectory = folder / "_detail" / camera_name
    rotations = read_hdf5(trajectory / "camera_keyframe_orientations.hdf5")
    positions = read_hdf5(trajectory / "camera_keyframe_positions.hdf5")
    if rotations.shape != (len(positions), 3, 3) or positions.shape[1:] != (3,):
        raise InputError(
            f"{trajectory}: orientations {rotations.shape} and positions {positions.shape} must "
            "be [N, 3, 3] and [N, 3]."
        )
    depth_folder = folder / "images" / f"scene_{camera_name}_geometry_hdf5"
    depths = sorted(depth_folder.glob("frame.*.depth_meters.hdf5"), key=lambda p: p.name)
    if not depths:
        raise InputError(f"{depth_folder}: has no frame.IIII.depth_meters.hdf5.")

    def make(depth: Path, stem: str) -> Frame:
        number = int(stem.split(".")[1])
        if number >= len(positions):
            raise InputError(f"{depth}: the trajectory has poses for {len(positions)} frames only.")
        pose = _pose(rotations[number], positions[number] * metres, camera)
        return Frame(
            name=stem,
            size=(camera.height, camera.width),
            read_image=_image(folder, camera_name, stem, camera),
            intrinsics=camera.intrinsics.numpy(),
            cam_from_world=pose.numpy(),
            read_depth=DistanceFile(depth, camera.intrinsics.numpy()),
        )

    makers = []
    for depth in depths:
        stem = depth.name.removesuffix(".depth_meters.hdf5")
        makers.append((stem, partial(make, depth, stem)))
    frames, left_out = gather(makers)
    return FoundScene(
        name=f"{scene_name}_{camera_name}",
        frames=frames,
        origin=Origin(
            source="Hypersim",
            licence="CC-BY-SA-3.0",
            url="https://github.com/apple/ml-hypersim",
            note=f"{metres:g} m an asset unit; distance along the ray made z-depth",
        ),
        depth_kind="exact",
        is_metric=True,
        is_ordered=True,
        left_out=left_out,
    )


def read_hdf5(path: Path) -> npt.NDArray[np.float64]:
    """The array ``dataset`` of an HDF5 file.

    Raises:
        InputError: If the file is absent or damaged.
        MissingDependencyError: If h5py is not installed.
    """
    h5py = require("h5py", extra="train", purpose="read Hypersim's HDF5 files")
    require_file(path, "an HDF5 file")
    try:
        with h5py.File(path, "r") as file:
            values: npt.NDArray[np.float64] = np.asarray(file["dataset"][:], dtype=np.float64)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path}: not a readable HDF5 file with 'dataset' ({error}).") from error
    return values


@dataclass(frozen=True)
class DistanceFile:
    """Reader of ``depth_meters``: distance along the ray made z-depth.

    Attributes:
        path: The HDF5 file.
        intrinsics: [3, 3] K of the pinhole camera.
    """

    path: Path
    intrinsics: Matrix

    def __call__(self) -> FloatArray:
        """[H, W] float32 in metres; 0 where nothing was hit (NaN in the file)."""
        distance = read_hdf5(self.path)
        if distance.ndim != 2:
            raise InputError(f"{self.path}: must be [H, W], is {distance.shape}.")
        rays = directions_cam(torch.from_numpy(self.intrinsics), *distance.shape)
        depth = distance / rays.norm(dim=-1).numpy()
        known: FloatArray = np.where(np.isfinite(depth) & (depth > 0), depth, 0).astype(np.float32)
        return known


@dataclass(frozen=True)
class TonemappedColor:
    """Reader of a high-dynamic-range image, tone-mapped as Hypersim's own previews are.

    The 90th percentile of brightness over surfaces becomes 0.8 after a gamma of 1 / 2.2.

    Attributes:
        color: frame.IIII.color.hdf5.
        entities: frame.IIII.render_entity_id.hdf5, -1 where there is no surface; None if absent.
    """

    color: Path
    entities: Path | None

    def __call__(self) -> ImageArray:
        """[H, W, 3] uint8."""
        color = read_hdf5(self.color)
        if color.ndim != 3 or color.shape[-1] != 3:
            raise InputError(f"{self.color}: must be [H, W, 3], is {color.shape}.")
        surface = np.isfinite(color).all(axis=-1)
        color = np.nan_to_num(color, nan=0.0, posinf=0.0, neginf=0.0)
        if self.entities is not None:
            surface &= read_hdf5(self.entities) != -1
        brightness = (color @ np.array([0.3, 0.59, 0.11]))[surface]
        bright = float(np.percentile(brightness, 90)) if len(brightness) else 0.0
        scale = 0.8**2.2 / bright if bright > 1e-4 else (0.0 if len(brightness) else 1.0)
        mapped = np.maximum(scale * color, 0) ** (1 / 2.2)
        pixels: ImageArray = np.rint(mapped.clip(0, 1) * 255).astype(np.uint8)
        return pixels


def _image(
    folder: Path, camera_name: str, stem: str, camera: SceneCamera
) -> Callable[[], ImageArray]:
    """The lossless colour if it was downloaded, else the preview JPEG."""
    images = folder / "images"
    color = images / f"scene_{camera_name}_final_hdf5" / f"{stem}.color.hdf5"
    if color.is_file():
        entities = images / f"scene_{camera_name}_geometry_hdf5" / f"{stem}.render_entity_id.hdf5"
        return TonemappedColor(color, entities if entities.is_file() else None)
    preview = images / f"scene_{camera_name}_final_preview" / f"{stem}.tonemap.jpg"
    if not preview.is_file():
        raise InputError(f"{stem}: has neither {color} nor {preview}.")
    file = image_file(preview)
    if (file.height, file.width) != (camera.height, camera.width):
        raise InputError(
            f"{preview}: is {file.width}x{file.height}, its camera {camera.width}x{camera.height}."
        )
    return file.reader


def _pose(
    rotation: npt.NDArray[np.float64], position: npt.NDArray[np.float64], camera: SceneCamera
) -> Float64[Tensor, "4 4"]:
    given = se3.rigid_transform(torch.from_numpy(rotation), torch.from_numpy(position))
    world_from_cam = se3.validate_extrinsics(given, name="the trajectory's pose") @ se3.FLIP_YZ
    return camera.turned_from_cam @ se3.invert(world_from_cam)
