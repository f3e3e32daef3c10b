# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The camera of a Hypersim scene, from the tables that describe it.

Some scenes shift or tilt the lens. ``M_cam_from_uv`` of ``metadata_camera_parameters.csv``
(contrib/mikeroberts3000 of https://github.com/apple/ml-hypersim, 2022) maps image coordinates (u, v
in [-1, 1], v upwards) to rays; its product with the pixel grid is split into a rotation and an
upper triangular K^-1, so that a tilted image plane becomes an exact pinhole camera that is turned.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.cameras import validate_intrinsics
from anyview.io.listing import require_file

PARAMETERS = "metadata_camera_parameters.csv"


@dataclass(frozen=True)
class SceneCamera:
    """The camera model that all trajectories of a Hypersim scene share.

    Attributes:
        intrinsics: K in pixels.
        turned_from_cam: Rotation from Hypersim's camera, in our axes, to the pinhole camera of
            ``intrinsics``; the identity unless the lens is tilted.
        height: Pixels.
        width: Pixels.
    """

    intrinsics: Float64[Tensor, "3 3"]
    turned_from_cam: Float64[Tensor, "4 4"]
    height: int
    width: int


def scene_camera(table_path: Path, scene_name: str) -> SceneCamera:
    """The camera of a scene from metadata_camera_parameters.csv.

    Raises:
        InputError: If the table or its row is absent or damaged.
    """
    row = next((r for r in _csv(table_path) if r.get("scene_name") == scene_name), None)
    if row is None:
        raise InputError(f"{table_path}: has no row for the scene {scene_name!r}.")
    try:
        height = int(float(row["settings_output_img_height"]))
        width = int(float(row["settings_output_img_width"]))
        entries = [float(row[f"M_cam_from_uv_{i}{j}"]) for i in range(3) for j in range(3)]
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{table_path}: row {scene_name}: no camera ({error}).") from error
    cam_from_uv = torch.tensor(entries, dtype=torch.float64).view(3, 3)
    if not bool(cam_from_uv.isfinite().all()) or float(cam_from_uv.det().abs()) < 1e-9:
        raise InputError(f"{table_path}: row {scene_name}: M_cam_from_uv is singular or NaN.")
    return split_rays(cam_from_uv, height, width)


def split_rays(cam_from_uv: Float64[Tensor, "3 3"], height: int, width: int) -> SceneCamera:
    """A pinhole camera, perhaps turned, with the same rays.

    Args:
        cam_from_uv: Maps (u, v, 1) to a ray with OpenGL axes.
        height: Pixels.
        width: Pixels.
    """
    uv_from_pixel = torch.tensor(
        [[2 / width, 0, -1], [0, -2 / height, 1], [0, 0, 1]], dtype=torch.float64
    )
    rays = se3.FLIP_YZ[:3, :3] @ cam_from_uv @ uv_from_pixel
    rotation, upper = torch.linalg.qr(rays)
    # The signs that make the diagonal positive: then K is positive too.
    signs = torch.sign(upper.diagonal())
    rotation, upper = rotation * signs, upper * signs[:, None]
    if float(rotation.det()) < 0:
        raise InputError("M_cam_from_uv is a mirror: it does not map the image to rays ahead.")
    K = torch.linalg.inv(upper)
    turned = se3.rigid_transform(rotation.mT, torch.zeros(3, dtype=torch.float64))
    K = K / K[2, 2]
    validate_intrinsics(K[None], [(height, width)], ["M_cam_from_uv"])
    return SceneCamera(K, turned, height, width)


def metres_per_asset_unit(path: Path) -> float:
    """The factor of metadata_scene.csv.

    Raises:
        InputError: If it is absent or not positive.
    """
    for row in _csv(path):
        if row.get("parameter_name") == "meters_per_asset_unit":
            try:
                value = float(row["parameter_value"])
            except (KeyError, ValueError, TypeError):
                break
            if 0 < value < float("inf"):
                return value
    raise InputError(f"{path}: has no positive meters_per_asset_unit.")


def parameters_file(source: Path, given: str | None) -> Path:
    """Where the table of cameras is.

    Args:
        source: Looked into, and into the three folders above it.
        given: The path if the user names it.

    Raises:
        InputError: If it is not found.
    """
    if given is not None:
        return Path(given)
    places = [source, *source.resolve().parents[:3]]
    for place in places:
        for path in (place / PARAMETERS, place / "contrib" / "mikeroberts3000" / PARAMETERS):
            if path.is_file():
                return path
    raise InputError(
        f"{PARAMETERS} is neither in {source} nor above it. Take it from contrib/mikeroberts3000 "
        "of github.com/apple/ml-hypersim and put it there, or name it with camera_parameters. "
        "Without it scenes with shifted lenses would get a wrong K."
    )


def _csv(path: Path) -> list[dict[str, Any]]:
    require_file(path, "a CSV file")
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"{path}: not a readable CSV file ({error}).") from error
