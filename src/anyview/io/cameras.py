# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Known cameras from a file: JSON or NPZ with ``extrinsics`` and ``intrinsics``."""

import json
import os
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from torch import Tensor

from anyview.core.errors import InputError
from anyview.io.listing import require_file

OWN_FORMAT = "anyview-cameras"
"""Value of ``format`` in the camera files that this package writes."""

_ACCEPTED = (
    'Accepted: JSON {"extrinsics": [V, 3 or 4, 4], "intrinsics": [V, 3, 3]}, either alone too; '
    "NPZ with arrays of these names; cameras.json or prediction.npz as this program writes them."
)
# What numpy and zipfile raise on files that are no archives, damaged, or hold pickled objects.
_DAMAGED = (ValueError, OSError, EOFError, struct.error, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class KnownCameras:
    """Camera matrices as a file gives them; only their shapes and types are checked.

    Attributes:
        extrinsics: World-to-camera [R | t], OpenCV axes, or None.
        intrinsics: K in pixels of the original images, one for all views too, or None.
    """

    extrinsics: Float64[Tensor, "V rows 4"] | None
    intrinsics: Float64[Tensor, "... 3 3"] | None


def read_cameras(path: str | os.PathLike[str]) -> KnownCameras:
    """Read known cameras from a file.

    In files that this program writes, intrinsics are those of the original images, not of the
    resized ones that the network saw.

    Args:
        path: ``.json`` or ``.npz`` file, in the order of the images.

    Raises:
        InputError: If the file is absent, damaged, or has no matrices of the right shape.
    """
    path = Path(path)
    require_file(path, "a camera file")
    readers = {".json": _from_json, ".npz": _from_npz}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: camera files end in .json or .npz. {_ACCEPTED}")
    found = reader(path)
    cameras = KnownCameras(
        extrinsics=_matrices(found.get("extrinsics"), "extrinsics", path),
        intrinsics=_matrices(found.get("intrinsics"), "intrinsics", path),
    )
    if cameras.extrinsics is None and cameras.intrinsics is None:
        names = ", ".join(sorted(found)) or "nothing"
        raise InputError(
            f"{path}: has neither extrinsics nor intrinsics (it has {names}). {_ACCEPTED}"
        )
    return cameras


def _from_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise InputError(f"{path}: not a readable JSON file ({error}).") from error
    if not isinstance(document, dict):
        raise InputError(f"{path}: its JSON must be an object. {_ACCEPTED}")
    if document.get("format") != OWN_FORMAT:
        return document
    try:
        views = document["views"]
        return {
            "extrinsics": [view["extrinsics"] for view in views],
            "intrinsics": [view["original_K"] or view["K"] for view in views],
        }
    except (KeyError, TypeError) as error:
        raise InputError(f"{path}: a view of this camera file lacks {error}.") from error


def _from_npz(path: Path) -> dict[str, Any]:
    try:
        # Opened here: NumPy leaves the file open if it is no archive.
        with path.open("rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise InputError(f"{path}: a single array, not an NPZ archive. {_ACCEPTED}")
            wanted = {"extrinsics", "intrinsics", "original_intrinsics"} & set(archive.files)
            found: dict[str, Any] = {name: archive[name] for name in wanted}
            others = dict.fromkeys(set(archive.files) - wanted)
    except InputError:
        raise
    except _DAMAGED as error:
        raise InputError(f"{path}: not a readable NPZ file ({error}).") from error
    if "original_intrinsics" in found:
        found["intrinsics"] = found.pop("original_intrinsics")
    return {**others, **found}


def _matrices(given: Any, name: str, path: Path) -> Tensor | None:
    """Camera matrices in float64, their shape checked."""
    if given is None:
        return None
    try:
        array: NDArray[np.float64] = np.asarray(given, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: {name} is no regular array of numbers ({error}).") from error
    single = name == "intrinsics" and array.shape == (3, 3)
    accepted = ((3, 3),) if name == "intrinsics" else ((3, 4), (4, 4))
    if not single and (array.ndim != 3 or array.shape[1:] not in accepted):
        raise InputError(f"{path}: {name} has shape {array.shape}. {_ACCEPTED}")
    return torch.from_numpy(np.ascontiguousarray(array))
