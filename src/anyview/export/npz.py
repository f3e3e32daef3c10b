# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A whole prediction in one NPZ file and back: plain arrays by name, no pickle.

Every array of ``Prediction.numpy()`` is a key, beside ``names``, ``is_metric``, ``unit``,
``scale_note``, ``provenance`` (JSON) and ``format_version``. Anyone with NumPy can read it.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.options import ExportOptions
from anyview.io.atomic import atomic_path
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

NPZ_NAME = "prediction.npz"

FORMAT_VERSION = 1
"""Raised when a file could no longer be read by an older reader."""

_GAUSSIANS = "gaussians_"
_FEATURES = "features_"
_DERIVED = ("original_intrinsics", "unit")
_DTYPES: dict[str, type[np.generic]] = {"images": np.uint8, "original_sizes": np.int64}
_RANKS = {
    "depth": 3,
    "images": 4,
    "conf": 3,
    "sky": 3,
    "extrinsics": 3,
    "intrinsics": 3,
    "ray_map": 4,
    "ray_conf": 3,
    "original_sizes": 2,
    "processed_from_original": 3,
}
_GAUSSIAN_RANKS = {"means": 2, "scales": 2, "rotations_wxyz": 2, "harmonics": 3, "opacities": 1}
_FEATURE_RANK = 4

# What numpy, zipfile and json raise on damaged input. A plain RuntimeError is an encrypted member.
_DAMAGE = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    RuntimeError,
    MemoryError,
    SyntaxError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

Arrays = Mapping[str, npt.NDArray[Any]]


def write_npz(prediction: Prediction, directory: Path, _options: ExportOptions) -> list[Path]:
    """Write ``prediction.npz``: everything, unfiltered and lossless.

    Stored without compression: floating-point maps hardly shrink and cost most of the time.

    Args:
        prediction: Anything.
        directory: Existing directory.

    Returns:
        The file.
    """
    arrays = prediction.numpy()
    arrays["names"] = np.array(prediction.names)
    arrays["is_metric"] = np.array(prediction.is_metric)
    arrays["unit"] = np.array(prediction.unit)
    arrays["scale_note"] = np.array(prediction.scale_note)
    arrays["provenance"] = np.array(json.dumps(prediction.provenance, default=_plain))
    arrays["format_version"] = np.array(FORMAT_VERSION)
    target = directory / NPZ_NAME
    with atomic_path(target) as path, zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            # A fresh ZipInfo carries a fixed date: the same prediction gives the same bytes.
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
    return [target]


def read_npz(path: str | Path) -> Prediction:
    """Read what ``write_npz`` wrote.

    Args:
        path: The file.

    Raises:
        InputError: If the file is absent, damaged, not from this program, or from a newer one.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"There is no file {path}; give the prediction.npz of an earlier export.")
    try:
        with np.load(path, allow_pickle=False) as file:
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise InputError(f"{path} holds one bare array, not a prediction written as npz.")
            arrays = {name: file[name] for name in file.files}
    except InputError:
        raise
    except _DAMAGE as error:
        raise InputError(
            f"{path} cannot be read as a prediction ({_first_line(error)}). It is damaged, "
            "incomplete or not an npz file: export it again."
        ) from error
    _check_version(path, arrays)
    try:
        return _prediction(arrays)
    except _DAMAGE as error:
        raise InputError(f"{path} is not a valid prediction: {_first_line(error)}") from error


def _check_version(path: Path, arrays: Arrays) -> None:
    version = arrays.get("format_version")
    if version is None or version.shape != () or version.dtype.kind != "i":
        known = ", ".join(sorted(arrays)[:12]) or "no arrays"
        raise InputError(
            f"{path} was not written by this program: it has no format_version (it holds {known})."
        )
    if not 1 <= int(version) <= FORMAT_VERSION:
        raise InputError(
            f"{path} has format version {int(version)}; this program reads up to "
            f"{FORMAT_VERSION}. Update anyview or export the prediction again."
        )


def _prediction(arrays: Arrays) -> Prediction:
    left = dict(arrays)
    for name in ("format_version", *_DERIVED):
        left.pop(name, None)
    names = tuple(str(name) for name in _text(left, "names", rank=1))
    scale_note = str(_text(left, "scale_note", rank=0))
    provenance = json.loads(str(_text(left, "provenance", rank=0)))
    if not isinstance(provenance, dict):
        raise ValueError(f"provenance is {type(provenance).__name__}, expected an object")
    is_metric = left.pop("is_metric")
    if is_metric.dtype != np.bool_ or is_metric.shape != ():
        raise ValueError(f"is_metric is {is_metric.dtype} {is_metric.shape}, expected one bool")
    tensors = {name: _tensor(left, name, rank) for name, rank in _RANKS.items() if name in left}
    missing = sorted({"depth", "images"} - set(tensors))
    if missing:
        raise ValueError(f"the arrays {missing} are missing")
    gaussians = None
    if any(name.startswith(_GAUSSIANS) for name in left):
        gaussians = Gaussians(
            **{n: _tensor(left, _GAUSSIANS + n, rank) for n, rank in _GAUSSIAN_RANKS.items()}
        )
    features = {}
    for name in [name for name in left if name.startswith(_FEATURES)]:
        features[int(name.removeprefix(_FEATURES))] = _tensor(left, name, _FEATURE_RANK)
    if left:
        raise ValueError(f"unknown arrays {sorted(left)}")
    return Prediction(
        names=names,
        gaussians=gaussians,
        features=MappingProxyType(features),
        is_metric=bool(is_metric),
        scale_note=scale_note,
        provenance=MappingProxyType(provenance),
        **tensors,
    )


def _tensor(left: dict[str, npt.NDArray[Any]], name: str, rank: int) -> Tensor:
    """Take an array out of ``left`` as a tensor, if type and number of axes are as written."""
    if name not in left:
        raise ValueError(f"the array {name} is missing")
    array, dtype = left.pop(name), _DTYPES.get(name, np.float32)
    if array.dtype != dtype or array.ndim != rank:
        raise ValueError(
            f"{name} is {array.dtype} with {array.ndim} axes, "
            f"expected {np.dtype(dtype)} with {rank}"
        )
    return torch.from_numpy(np.ascontiguousarray(array))


def _text(left: dict[str, npt.NDArray[Any]], name: str, rank: int) -> npt.NDArray[Any]:
    if name not in left:
        raise ValueError(f"the array {name} is missing")
    array = left.pop(name)
    if array.dtype.kind != "U" or array.ndim != rank:
        raise ValueError(f"{name} is {array.dtype} with {array.ndim} axes, expected text")
    return array


def _plain(value: object) -> object:
    """What JSON has no word for: read-only mappings."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"provenance holds a {type(value).__name__}, which JSON cannot express")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
