# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A whole prediction in one NPZ file and back: plain arrays by name, no pickle.

Every array of ``Prediction.numpy()`` is a key, beside ``names``, ``is_metric``, ``unit``,
``scale_note``, ``provenance`` (JSON), ``format_version`` and, if images had distortion, ``lenses``
(JSON). Anyone with NumPy can read it.
"""

import json
import re
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
from anyview.geometry.lens import Lens
from anyview.io.array_archive import write_arrays
from anyview.io.lens_json import lens_from_json, lens_to_json
from anyview.io.numpy_files import load_arrays
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

NPZ_NAME = "prediction.npz"

FORMAT_VERSION = 1
"""Raised when a file could no longer be read by an older reader."""

_GAUSSIANS = "gaussians_"
_FEATURES = "features_"
_KINDS = {"U": "text", "b": "a truth value"}
_DERIVED = ("original_intrinsics", "unit")
_DTYPES: dict[str, type[np.generic]] = {
    "images": np.uint8,
    "original_sizes": np.int64,
    "valid": np.bool_,
}
# A letter is the same number wherever it stands.
_SHAPES = {
    "depth": "V H W",
    "images": "V 3 H W",
    "conf": "V H W",
    "sky": "V H W",
    "valid": "V H W",
    "extrinsics": "V 3 4",
    "intrinsics": "V 3 3",
    "ray_map": "V Hr Wr 6",
    "ray_conf": "V Hr Wr",
    "original_sizes": "V 2",
    "processed_from_original": "V 3 3",
}
_GAUSSIAN_SHAPES = {
    "means": "N 3",
    "scales": "N 3",
    "rotations_wxyz": "N 4",
    "harmonics": "N 3 K",
    "opacities": "N",
}
_FEATURE_SHAPE = "V h w D"

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
    if prediction.lenses is not None:
        lenses = [None if lens is None else lens_to_json(lens) for lens in prediction.lenses]
        arrays["lenses"] = np.array(json.dumps(lenses))
    arrays["format_version"] = np.array(FORMAT_VERSION)
    target = directory / NPZ_NAME
    write_arrays(target, arrays)
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
        with path.open("rb") as file:
            arrays = load_arrays(file, what=path.name)
    except (InputError, OSError) as error:
        raise InputError(
            f"{path} cannot be read as a prediction ({_first_line(error)}). It is damaged, "
            "incomplete or not an npz file: export it again."
        ) from error
    _check_version(path, arrays)
    try:
        return _prediction(arrays)
    except (ValueError, OverflowError, RecursionError) as error:
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
    names = tuple(str(name) for name in _take(left, "names", "U", 1))
    scale_note = str(_take(left, "scale_note", "U", 0))
    provenance = json.loads(str(_take(left, "provenance", "U", 0)))
    if not isinstance(provenance, dict):
        raise ValueError(f"provenance is a {type(provenance).__name__}, expected an object")
    is_metric = bool(_take(left, "is_metric", "b", 0))
    sides: dict[str, int] = {}
    required = {name: _tensor(left, name, _SHAPES[name], sides) for name in ("depth", "images")}
    optional = {n: _tensor(left, n, shape, sides) for n, shape in _SHAPES.items() if n in left}
    for name in ("intrinsics", "processed_from_original"):
        if name in optional and bool(torch.linalg.inv_ex(optional[name]).info.any()):
            raise ValueError(f"{name} has a matrix without an inverse")
    gaussians = None
    if any(name.startswith(_GAUSSIANS) for name in left):
        parts = {
            name: _tensor(left, _GAUSSIANS + name, shape, sides)
            for name, shape in _GAUSSIAN_SHAPES.items()
        }
        gaussians = Gaussians(**parts)
    features = {}
    for name in [name for name in left if re.fullmatch(_FEATURES + r"\d+", name)]:
        sides.pop("D", None)  # layers of two networks may differ in width
        layer = int(name.removeprefix(_FEATURES))
        features[layer] = _tensor(left, name, _FEATURE_SHAPE, sides)
    lenses = _lenses(str(_take(left, "lenses", "U", 0))) if "lenses" in left else None
    if left:
        raise ValueError(f"it holds unknown arrays {sorted(left)}")
    return Prediction(
        names=names,
        gaussians=gaussians,
        features=MappingProxyType(features),
        lenses=lenses,
        is_metric=is_metric,
        scale_note=scale_note,
        provenance=MappingProxyType(provenance),
        **required,
        **optional,
    )


def _lenses(text: str) -> tuple[Lens | None, ...]:
    """A lens or None for each view; how many is for the prediction to check."""
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError(f"lenses is a {type(found).__name__}, expected a list")
    return tuple(
        None if entry is None else lens_from_json(entry, f"lenses[{index}]")
        for index, entry in enumerate(found)
    )


def _tensor(
    left: dict[str, npt.NDArray[Any]], name: str, shape: str, sides: dict[str, int]
) -> Tensor:
    """Take an array out of ``left`` if its type and shape are as written.

    Args:
        left: Arrays that nobody has taken yet.
        name: Which one.
        shape: Numbers and letters for its axes.
        sides: What letters stand for; letters that are new are added.
    """
    array = _take(left, name, "", len(shape.split()))
    dtype = np.dtype(_DTYPES.get(name, np.float32))
    if array.dtype != dtype:
        raise ValueError(f"{name} is {array.dtype}, expected {dtype}")
    for axis, side in zip(shape.split(), array.shape, strict=True):
        wanted = int(axis) if axis.isdigit() else sides.setdefault(axis, side)
        if side != wanted:
            known = {letter: sides[letter] for letter in shape.split() if letter in sides}
            raise ValueError(f"{name} has shape {array.shape}, expected [{shape}] with {known}")
    return torch.from_numpy(np.ascontiguousarray(array))


def _take(
    left: dict[str, npt.NDArray[Any]], name: str, kind: str, num_axes: int
) -> npt.NDArray[Any]:
    """Remove an array from ``left``; ``kind`` is NumPy's letter of the type, or empty for any."""
    if name not in left:
        raise ValueError(f"the array {name} is missing")
    array = left.pop(name)
    if array.ndim != num_axes or (kind and array.dtype.kind != kind):
        raise ValueError(
            f"{name} is {array.dtype} with {array.ndim} axes, expected "
            f"{_KINDS.get(kind, 'numbers')} with {num_axes}"
        )
    return array


def _plain(value: object) -> object:
    """What JSON has no word for: read-only mappings."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"provenance holds a {type(value).__name__}, which JSON cannot express")


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
