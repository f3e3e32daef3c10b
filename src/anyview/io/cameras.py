# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras as plain matrices: JSON or NPZ with ``extrinsics`` and ``intrinsics``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.se3 import to_homogeneous
from anyview.io.camera_set import CameraSet, KnownCamera
from anyview.io.json_fields import table
from anyview.io.lens_json import lens_from_json
from anyview.io.numpy_files import array_names, load_arrays
from anyview.io.transforms_json import DISTORTION_KEYS, lens_of

OWN_FORMAT = "anyview-cameras"
"""Value of ``format`` in the camera files that this package writes."""

_MATRICES = ("extrinsics", "intrinsics")

_ACCEPTED = (
    'Accepted: JSON {"extrinsics": [V, 3 or 4, 4], "intrinsics": [V, 3, 3]}, either alone too, '
    'null for what is unknown, or objects by name of image; {"cameras": {name: {"extrinsics": '
    '..., "intrinsics": ...}}}; NPZ with arrays of these names; cameras.json or prediction.npz '
    "as this program writes them."
)


def cameras_from_json(content: Any, path: Path) -> CameraSet:
    """Cameras of a JSON document that is no transforms.json.

    In files that this program writes, intrinsics are those of the original images, not of the
    resized ones that the network saw.

    Args:
        content: The document.
        path: Where it is from, which starts messages.

    Raises:
        InputError: If it has no matrices of the right shape.
    """
    if not isinstance(content, dict):
        raise InputError(f"{path}: its JSON must be an object. {_ACCEPTED}")
    if content.get("format") == OWN_FORMAT:
        return _own(content, path)
    if "cameras" in content:
        return _by_name(table(content["cameras"], f"{path}: cameras"), path)
    extrinsics, intrinsics = content.get("extrinsics"), content.get("intrinsics")
    if isinstance(extrinsics, dict) or isinstance(intrinsics, dict):
        return _by_name(_merged(extrinsics, intrinsics, path), path)
    return _in_order(content, path)


def cameras_from_npz(path: Path) -> CameraSet:
    """Cameras of an NPZ file; an array ``names`` says which image each belongs to.

    Raises:
        InputError: If it is damaged or has no matrices of the right shape.
    """
    try:
        with path.open("rb") as file:
            wanted = (*_MATRICES, "original_intrinsics", "original_sizes", "names", "lenses")
            found: dict[str, Any] = load_arrays(file, what=str(path), names=wanted)
            others = dict.fromkeys(set(array_names(file, what=str(path))) - set(found))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    sizes = found.pop("original_sizes", None)
    names = found.pop("names", None)
    lenses = found.pop("lenses", None)
    if "original_intrinsics" in found:
        found["intrinsics"] = found.pop("original_intrinsics")
    else:
        sizes = None
    cameras = _in_order({**others, **found}, path)
    if names is None or not len(cameras):
        return cameras
    if names.dtype.kind != "U" or names.shape != (len(cameras),):
        raise InputError(
            f"{path}: names must be {len(cameras)} texts, one for each camera; it is of type "
            f"{names.dtype} and shape {names.shape}."
        )
    if sizes is not None and (sizes.shape != (len(cameras), 2) or sizes.dtype.kind not in "iu"):
        raise InputError(f"{path}: original_sizes must be whole numbers [{len(cameras)}, 2].")
    sized = [None] * len(cameras) if sizes is None else [(int(h), int(w)) for h, w in sizes]
    is_own = "depth" in others
    bent = _lenses_of_npz(lenses, len(cameras), path)
    named = tuple(
        KnownCamera(str(name), camera.extrinsics, camera.intrinsics, _positive(size, path), lens)
        for name, camera, size, lens in zip(names, cameras.cameras, sized, bent, strict=True)
    )
    return CameraSet(path, named, has_view_names=is_own)


def _lenses_of_npz(text: Any, count: int, path: Path) -> list[Lens | None]:
    """Lenses as ``prediction.npz`` has them: JSON in an array of text."""
    if text is None:
        return [None] * count
    try:
        found = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: lenses is no JSON ({error}).") from error
    if not isinstance(found, list) or len(found) != count:
        raise InputError(f"{path}: lenses must be a list of {count}, null where there is none.")
    return [
        None if record is None else lens_from_json(record, f"{path}: lenses[{index}]")
        for index, record in enumerate(found)
    ]


def _in_order(found: dict[str, Any], path: Path) -> CameraSet:
    extrinsics = _matrices(found.get("extrinsics"), "extrinsics", path)
    intrinsics = _matrices(found.get("intrinsics"), "intrinsics", path)
    if extrinsics is None and intrinsics is None:
        names = ", ".join(sorted(map(str, found))[:12]) or "nothing"
        raise InputError(
            f"{path}: has neither extrinsics nor intrinsics (it has {names}). {_ACCEPTED}"
        )
    shared = None
    if intrinsics is not None and intrinsics.ndim == 2:
        shared, intrinsics = intrinsics, None
    if extrinsics is not None and intrinsics is not None and len(extrinsics) != len(intrinsics):
        raise InputError(
            f"{path}: has {len(extrinsics)} extrinsics and {len(intrinsics)} intrinsics; give as "
            "many of each, null where one is unknown, or one K for all."
        )
    given = extrinsics if extrinsics is not None else intrinsics
    cameras = tuple(
        KnownCamera(
            extrinsics=None if extrinsics is None else _known(extrinsics[index]),
            intrinsics=None if intrinsics is None else _known(intrinsics[index]),
        )
        for index in range(0 if given is None else len(given))
    )
    return CameraSet(path, cameras, shared_intrinsics=shared)


def _by_name(records: dict[str, Any], path: Path) -> CameraSet:
    if not records:
        raise InputError(f"{path}: names no camera. {_ACCEPTED}")
    cameras = []
    for name, record in records.items():
        where = f"{path}: {name!r}"
        fields = {} if record is None else table(record, where)
        cameras.append(
            _camera(name, fields.get("extrinsics"), fields.get("intrinsics"), fields, where)
        )
    if all(camera.extrinsics is None and camera.intrinsics is None for camera in cameras):
        raise InputError(f"{path}: no camera has extrinsics or intrinsics. {_ACCEPTED}")
    return CameraSet(path, tuple(cameras))


def camera_of_record(name: str, record: dict[str, Any], where: str) -> KnownCamera:
    """K, size and lens of a JSON object with ``intrinsics``, ``width``, ``height``, ``k1`` ...

    Args:
        name: Of the camera's image, or of the camera.
        record: Without extrinsics.
        where: Its place, which starts messages.

    Raises:
        InputError: If K has another shape, or distortion comes without K and size.
    """
    return _camera(name, None, record.get("intrinsics"), record, where)


def _camera(
    name: str, extrinsics: Any, intrinsics: Any, fields: dict[str, Any], where: str
) -> KnownCamera:
    pose = _one(extrinsics, "extrinsics", where)
    K = _one(intrinsics, "intrinsics", where)
    size = None
    if fields.get("height") is not None or fields.get("width") is not None:
        size = _positive((fields.get("height"), fields.get("width")), Path(where))
    lens = _lens(K, size, fields, where)
    return KnownCamera(name, pose, K, size, lens)


def _lens(
    K: Tensor | None, size: tuple[int, int] | None, fields: dict[str, Any], where: str
) -> Lens | None:
    """The distorted lens that the names of transforms.json describe beside K, or None."""
    described = {key: fields[key] for key in DISTORTION_KEYS if fields.get(key) is not None}
    if not described:
        return None
    if K is None or size is None:
        raise InputError(
            f"{where}: {', '.join(described)} need 'intrinsics', 'width' and 'height' beside them."
        )
    fx, fy, cx, cy = (float(x) for x in (K[0, 0], K[1, 1], K[0, 2], K[1, 2]))
    camera = {"fl_x": fx, "fl_y": fy, "cx": cx, "cy": cy, "h": size[0], "w": size[1]}
    lens = lens_of({**camera, **described}, None, where)
    return None if lens.is_pinhole else lens


def _own(document: dict[str, Any], path: Path) -> CameraSet:
    try:
        cameras = []
        for index, view in enumerate(document["views"]):
            where = f"{path}: views[{index}]"
            pose = _one(view["extrinsics"], "extrinsics", where)
            is_original = view["original_K"] is not None
            K = _one(view["original_K"] if is_original else view["K"], "intrinsics", where)
            size = view.get("original_size" if is_original else "size")
            lens = view.get("original_lens") if is_original else None
            cameras.append(
                KnownCamera(
                    name=None if view.get("name") is None else str(view["name"]),
                    extrinsics=pose,
                    intrinsics=K,
                    size=None if size is None else _positive(size, path),
                    lens=None if lens is None else lens_from_json(lens, f"{where}: original_lens"),
                )
            )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: a view of this camera file lacks {error}.") from error
    if not cameras:
        raise InputError(f"{path}: this camera file has no views.")
    # Names for some views only are of no use.
    if any(camera.name is None for camera in cameras):
        cameras = [KnownCamera(None, c.extrinsics, c.intrinsics) for c in cameras]
    return CameraSet(path, tuple(cameras), has_view_names=True)


def _merged(extrinsics: Any, intrinsics: Any, path: Path) -> dict[str, Any]:
    """One record for each name; K may be one for all."""
    poses = {} if extrinsics is None else table(extrinsics, f"{path}: extrinsics")
    if isinstance(intrinsics, dict) or intrinsics is None:
        matrices = intrinsics or {}
    else:
        matrices = dict.fromkeys(poses, intrinsics)
    names = dict.fromkeys([*poses, *matrices])
    return {
        name: {"extrinsics": poses.get(name), "intrinsics": matrices.get(name)} for name in names
    }


def _positive(size: Any, path: Path) -> tuple[int, int] | None:
    """Height and width."""
    if size is None:
        return None
    sides = list(size) if isinstance(size, list | tuple) else []
    if len(sides) != 2 or not all(type(side) is int and side > 0 for side in sides):
        raise InputError(
            f"{path}: the size of an image must be two positive whole numbers, is {size}."
        )
    return sides[0], sides[1]


def _known(matrix: Tensor) -> Tensor | None:
    """None for a matrix whose rows but the last, which is often left at its constants, are NaN."""
    return None if bool(matrix[: matrix.shape[1] - 1].isnan().all()) else matrix


def _one(given: Any, name: str, where: str) -> Tensor | None:
    """A single matrix, extrinsics as [4, 4]; None stays None."""
    if given is None:
        return None
    matrices = _matrices([given], name, Path(where))
    return None if matrices is None else _known(matrices[0])


def _matrices(given: Any, name: str, path: Path) -> Float64[Tensor, "*rest rows columns"] | None:
    """Camera matrices in float64, extrinsics as [V, 4, 4]; NaN for null."""
    if given is None:
        return None
    shapes = ((3, 3),) if name == "intrinsics" else ((3, 4), (4, 4))
    if isinstance(given, list) and None in given:
        like = next((entry for entry in given if entry is not None), None)
        rows = len(like) if isinstance(like, list) else 0
        blank = np.full((rows, shapes[0][1]) if rows in (3, 4) else shapes[0], np.nan).tolist()
        given = [blank if entry is None else entry for entry in given]
    try:
        array: NDArray[np.float64] = np.asarray(given, dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(f"{path}: {name} is no regular array of numbers ({error}).") from error
    single = name == "intrinsics" and array.shape == (3, 3)
    if not single and (array.ndim != 3 or array.shape[1:] not in shapes):
        raise InputError(f"{path}: {name} has shape {array.shape}. {_ACCEPTED}")
    matrices = torch.from_numpy(np.ascontiguousarray(array))
    return matrices if name == "intrinsics" else to_homogeneous(matrices)
