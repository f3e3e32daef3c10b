# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Files of benchmark data: absent ones are named with their source."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.core.optional import require
from anyview.evaluation.benchmark.protocols import ProtocolSpec
from anyview.fusion.mesh_samples import sample_surface
from anyview.geometry.rotations import nearest_rotation
from anyview.geometry.se3 import invert, rigid_transform
from anyview.io.depth_png import read_depth_png16
from anyview.io.formats import first_line
from anyview.io.listing import require_file
from anyview.io.numpy_files import load_array
from anyview.structures.points import Mesh

_DAMAGED_MAT = (ValueError, TypeError, OSError, KeyError, NotImplementedError, IndexError)

MESH_SAMPLES = 1_000_000
"""Points drawn on a true mesh, as published."""


def missing(root: Path, protocol: ProtocolSpec, what: str) -> InputError:
    """The error of a data set that is not there.

    Args:
        root: Where it was looked for.
        protocol: Its protocol.
        what: What was looked for and not found.
    """
    source = protocol.source
    layout = "\n".join(f"  {line}" for line in source.layout)
    return InputError(
        f"{root}: no data of suite {protocol.suite!r} ({what} is not there).\n"
        f"{source.title}; get {source.release} from {source.url} (licence: {source.licence}) and "
        f"lay it out so below the folder that is given:\n{layout}"
    )


def need(path: Path, root: Path, protocol: ProtocolSpec) -> Path:
    """A path that a data set cannot be without.

    Raises:
        InputError: If it is not there.
    """
    if not path.exists():
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        raise missing(root, protocol, str(shown))
    return path


def read_text(path: Path) -> str:
    """A text file.

    Raises:
        InputError: If it is absent or no text.
    """
    require_file(path, "a text file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({first_line(error)}).") from error


def read_rows(path: Path, columns: Sequence[int]) -> Float64[Tensor, "N columns"]:
    """A table of numbers in a text file, lines of ``#`` and empty ones left out.

    Args:
        path: The file.
        columns: Accepted numbers of columns, alike in all lines.

    Raises:
        InputError: If it is absent or something else.
    """
    lines = [line.split() for line in read_text(path).splitlines()]
    rows = [line for line in lines if line and not line[0].startswith("#")]
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not widths <= set(columns):
        raise InputError(
            f"{path}: lines of {' or '.join(map(str, columns))} numbers are wanted, "
            f"there are lines of {sorted(widths) or 'none'}."
        )
    try:
        return torch.tensor([[float(word) for word in row] for row in rows], dtype=torch.float64)
    except ValueError as error:
        raise InputError(f"{path}: holds something that is no number ({error}).") from error


def read_npy(path: Path, shapes: Sequence[tuple[int, int]]) -> Float64[Tensor, "rows columns"]:
    """A matrix in an NPY file.

    Raises:
        InputError: If it is absent, damaged or of another shape.
    """
    require_file(path, "a NumPy array")
    with path.open("rb") as file:
        array = load_array(file, what=str(path))
    if array.dtype.kind not in "fiu" or array.shape not in shapes:
        raise InputError(
            f"{path}: a matrix of {' or '.join(f'{r} x {c}' for r, c in shapes)} is wanted, it is "
            f"{array.shape} of {array.dtype}."
        )
    return torch.from_numpy(array.astype(np.float64))


def rigid(matrix: Float64[Tensor, "rows 4"], where: str) -> Float64[Tensor, "4 4"]:
    """A pose whose rotation may be off by rounding, made exact.

    Raises:
        InputError: If it is not finite or no pose.
    """
    turn = matrix[:3, :3]
    near = bool(matrix.isfinite().all()) and bool(
        (turn.mT @ turn - torch.eye(3, dtype=torch.float64)).abs().max() < 0.02
    )
    if not near or not float(torch.linalg.det(turn)) > 0:
        raise InputError(f"{where}: holds no camera pose (rotation and translation).")
    return rigid_transform(nearest_rotation(turn), matrix[:3, 3])


def camera_of_pose(pose: Float64[Tensor, "rows 4"], where: str) -> Float64[Tensor, "4 4"]:
    """World-to-camera of a camera-to-world pose.

    Raises:
        InputError: If it is none.
    """
    return invert(rigid(pose, where))


def pinhole(fx: float, fy: float, cx: float, cy: float) -> Float64[Tensor, "3 3"]:
    """K, the principal point with pixel centres at +0.5."""
    return torch.tensor([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]], dtype=torch.float64)


def depth_levels(
    path: Path, levels: float, *, unknown: int | None = None
) -> Callable[[], Float[Tensor, "H W"]]:
    """Reads a 16-bit depth image when it is called.

    Args:
        path: The file.
        levels: Grey levels a metre.
        unknown: A level, beside 0, that means unknown.
    """
    return partial(_levels, path, levels, unknown)


def _levels(path: Path, levels: float, unknown: int | None) -> Float[Tensor, "H W"]:
    depth = read_depth_png16(path, scale=levels)
    if unknown is None:
        return depth
    return torch.where((depth * levels).round() == unknown, 0.0, depth)


def sample_mesh_file(path: Path, count: int = MESH_SAMPLES) -> Float[Tensor, "N 3"]:
    """Points spread evenly over a mesh file.

    Raises:
        InputError: If it is absent, damaged, or has no area.
    """
    require_file(path, "a mesh")
    import trimesh  # slow to import

    library: Any = trimesh  # partly typed
    try:
        mesh = library.load(path, process=False, force="mesh")
        vertices = np.ascontiguousarray(mesh.vertices, dtype=np.float32)
        faces = np.ascontiguousarray(mesh.faces, dtype=np.int64)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OSError) as error:
        raise InputError(f"{path}: no readable mesh ({first_line(error)}).") from error
    found = Mesh(
        torch.from_numpy(vertices),
        torch.from_numpy(faces).reshape(-1, 3),
        torch.zeros(len(vertices), 3, dtype=torch.uint8),
    )
    try:
        return sample_surface(found, count)
    except (InputError, IndexError) as error:
        raise InputError(f"{path}: no surface can be made of it ({first_line(error)}).") from error


def read_mat(path: Path, names: Sequence[str]) -> dict[str, Any]:
    """Arrays of a MATLAB file of version 7 or older.

    Args:
        path: The file.
        names: Arrays that it must have.

    Raises:
        InputError: If it is absent, damaged, or lacks one.
        MissingDependencyError: If scipy is not installed.
    """
    require_file(path, "a MATLAB file")
    scipy_io: Any = require("scipy.io", extra="eval", purpose="read MATLAB files")
    try:
        content: dict[str, Any] = scipy_io.loadmat(path)
        return {name: content[name] for name in names}
    except (scipy_io.matlab.MatReadError, *_DAMAGED_MAT) as error:
        raise InputError(
            f"{path}: no readable MATLAB file with {', '.join(names)} ({first_line(error)})."
        ) from error
