# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Known cameras from whatever has them: JSON, NPZ, COLMAP models, transforms.json."""

import os
from pathlib import Path

from anyview.core.errors import InputError
from anyview.io.camera_set import CameraSet, KnownCamera
from anyview.io.cameras import cameras_from_json, cameras_from_npz
from anyview.io.colmap_lenses import lens_of_colmap
from anyview.io.colmap_model import MODEL_FILES, find_colmap_model, read_colmap_model
from anyview.io.colmap_rigs import rig_of_colmap
from anyview.io.formats import open_image
from anyview.io.json_fields import read_json
from anyview.io.listing import require_file
from anyview.io.naming import natural_key
from anyview.io.transforms_json import TRANSFORMS, Transforms, TransformsFrame, transforms_of

_ACCEPTED = (
    "Accepted: a .json or .npz file, a folder with a COLMAP model (or with sparse/0), "
    f"{TRANSFORMS} or its folder."
)


def read_cameras(path: str | os.PathLike[str]) -> CameraSet:
    """Read known cameras.

    Of a folder with both, a COLMAP model in it, in sparse/0 or sparse is taken before
    transforms.json, and that before a model in colmap/.

    Args:
        path: A file or folder.

    Returns:
        The cameras; which image each belongs to is found by ``camera_matching``.

    Raises:
        InputError: If there is nothing of the kind, it is damaged, or a camera has a model that
            cannot be undistorted.
    """
    path = Path(path)
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror or error}).") from error
    if is_folder:
        return _from_folder(path)
    require_file(path, "a camera file")
    if path.name in MODEL_FILES:
        return cameras_from_colmap(path.parent)
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return cameras_from_npz(path)
    if suffix != ".json":
        raise InputError(f"{path}: is no file of cameras by its name. {_ACCEPTED}")
    content = read_json(path)
    if isinstance(content, dict) and "frames" in content:
        return cameras_from_transforms(transforms_of(content, path))
    return cameras_from_json(content, path)


def cameras_from_colmap(folder: Path) -> CameraSet:
    """Cameras of a COLMAP model, in natural order of the images' names, with their rig.

    Args:
        folder: Holds cameras and images, .bin or .txt.

    Raises:
        InputError: If the model is damaged, has no images, or a camera cannot be undistorted.
    """
    model = read_colmap_model(folder, read_points=False)
    if not model.images:
        raise InputError(f"{folder}: the COLMAP model has no images.")
    try:
        lenses = {key: lens_of_colmap(camera) for key, camera in model.cameras.items()}
    except InputError as error:
        raise InputError(f"{folder}: {error}") from error
    images = sorted(model.images.values(), key=lambda image: natural_key(image.name))
    cameras = []
    for image in images:
        pose = image.pose.matrix
        known = pose if bool(pose.isfinite().all()) else None
        cameras.append(KnownCamera.of_lens(image.name, known, lenses[image.camera_id]))
    rig = rig_of_colmap(model, [image.id for image in images])
    return CameraSet(folder, tuple(cameras), rig=rig)


def cameras_from_transforms(transforms: Transforms) -> CameraSet:
    """Cameras of a transforms.json.

    Raises:
        InputError: If a frame lacks its name or pose, or its camera cannot be undistorted.
    """
    cameras = []
    for frame in transforms.frames:
        path = frame.image_path
        name = path.relative_to(frame.folder).as_posix()
        pose = frame.cam_from_world()
        if frame.has_intrinsics:
            cameras.append(KnownCamera.of_lens(name, pose, frame.lens(_size(frame))))
        else:
            cameras.append(KnownCamera(name, pose))
    return CameraSet(transforms.path, tuple(cameras))


def _size(frame: TransformsFrame) -> tuple[int, int] | None:
    """Height and width by the image's header, where the file does not say them."""
    if frame.camera.get("w") is not None and frame.camera.get("h") is not None:
        return None
    path = frame.image_path
    if not path.is_file():
        return None
    with open_image(path) as image:
        return image.height, image.width


def _from_folder(folder: Path) -> CameraSet:
    model = find_colmap_model(folder)
    transforms = folder / TRANSFORMS
    is_nested = model is not None and model.is_relative_to(folder / "colmap")
    if transforms.is_file() and (model is None or is_nested):
        return read_cameras(transforms)
    if model is None:
        raise InputError(f"{folder}: holds no cameras. {_ACCEPTED}")
    return cameras_from_colmap(model)
