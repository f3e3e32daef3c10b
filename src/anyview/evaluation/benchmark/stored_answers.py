# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as files: what a run keeps, and what any other program can write to be scored.

One NPZ for each task, ``FOLDER/SUITE/TASK.npz``, every array optional:

===================  =========================  =================================================
``depth``            [V, h, w]                  z-depth on any grid over the whole image; 0, NaN
                                                or infinite where unknown
``depth_0``, ...     [h, w]                     instead of ``depth``, where grids differ by view
``conf``             as ``depth``               larger is surer
``extrinsics``       [V, 3, 4] or [V, 4, 4]     world-to-camera, OpenCV axes; NaN where unknown
``intrinsics``       [V, 3, 3]                  K in pixels of the original images
``points``           [P, 3]                     in the frame of the cameras
``unit_is_metre``    scalar                     whether lengths are claimed to be metres
``seconds``          scalar                     what the answer took
``peak_bytes``       scalar                     the memory that it took
===================  =========================  =================================================
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.task import Answer, Cost
from anyview.geometry.se3 import to_homogeneous
from anyview.io.atomic import atomic_path
from anyview.io.numpy_files import load_arrays

Arrays = Mapping[str, npt.NDArray[Any]]


def answer_file(folder: Path, suite: str, task: str) -> Path:
    """Where the answer of a task lies."""
    return folder / suite / f"{task}.npz"


def write_answer(path: Path, answer: Answer) -> None:
    """Write an answer, compressed, depth and confidence as float32.

    Raises:
        OutputError: If the file cannot be written.
    """
    arrays: dict[str, Any] = {
        "unit_is_metre": np.bool_(answer.unit_is_metre),
        "seconds": np.float64(answer.cost.seconds),
    }
    if answer.cost.peak_bytes is not None:
        arrays["peak_bytes"] = np.int64(answer.cost.peak_bytes)
    for name, maps in (("depth", answer.depth), ("conf", answer.conf)):
        for view, values in enumerate(maps or ()):
            if values is not None:
                arrays[f"{name}_{view}"] = values.numpy().astype(np.float32)
    for name, value in (
        ("extrinsics", answer.cam_from_world),
        ("intrinsics", answer.intrinsics),
        ("points", answer.points),
    ):
        if value is not None:
            arrays[name] = value.numpy()
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, **arrays)


def read_answer(path: Path, num_views: int) -> Answer:
    """Read an answer.

    Args:
        path: The file.
        num_views: Of the task.

    Raises:
        InputError: If it is absent or damaged, an array has another shape than it should, or there
            is nothing in it to score.
    """
    try:
        with path.open("rb") as file:
            arrays = load_arrays(file, what=str(path))
    except OSError as error:
        raise InputError(
            f"There is no answer at {path} ({error.strerror or error}). Give the folder that holds "
            "SUITE/TASK.npz for each task."
        ) from error
    depth = _maps(arrays, "depth", num_views, path)
    conf = _maps(arrays, "conf", num_views, path)
    if conf is not None:
        _check_conf(depth, conf, path)
    cameras = _matrices(arrays, "extrinsics", ((num_views, 3, 4), (num_views, 4, 4)), path)
    K = _matrices(arrays, "intrinsics", ((num_views, 3, 3),), path)
    points = arrays.get("points")
    if points is not None and (points.ndim != 2 or points.shape[1] != 3):
        raise InputError(f"{path}: points must be [P, 3], got {list(points.shape)}.")
    if depth is None and cameras is None and K is None and points is None:
        raise InputError(
            f"{path} has none of depth, extrinsics, intrinsics and points, but "
            f"{', '.join(arrays) or 'nothing'}."
        )
    return Answer(
        depth=depth,
        conf=conf,
        cam_from_world=None if cameras is None else _homogeneous(cameras),
        intrinsics=K,
        points=None if points is None else _numbers(points, "points", path).float(),
        unit_is_metre=bool(_scalar(arrays, "unit_is_metre", path, default=0.0)),
        cost=_cost(arrays, path),
    )


def _homogeneous(cameras: Tensor) -> Tensor:
    """[V, 4, 4], wholly NaN where a pose is not known."""
    unknown = cameras.isnan().flatten(1).any(-1)
    whole = cameras if cameras.shape[-2] == 4 else to_homogeneous(cameras)
    return torch.where(unknown[:, None, None], torch.nan, whole)


def _cost(arrays: Arrays, path: Path) -> Cost:
    """What the other program says it took; NaN where it does not say."""
    peak = _scalar(arrays, "peak_bytes", path, default=float("nan"))
    seconds = _scalar(arrays, "seconds", path, default=float("nan"))
    return Cost(seconds, int(peak) if np.isfinite(peak) else None)


def _maps(
    arrays: Arrays, name: str, num_views: int, path: Path
) -> tuple[Tensor | None, ...] | None:
    """Maps of all views, from one array or from one each."""
    if name in arrays:
        stack = arrays[name]
        if stack.ndim != 3 or len(stack) != num_views or 0 in stack.shape:
            raise InputError(
                f"{path}: {name} must be [{num_views}, h, w], one map for each view, got "
                f"{list(stack.shape)}."
            )
        return tuple(_numbers(stack, name, path).float())
    maps: list[Tensor | None] = []
    for view in range(num_views):
        own = arrays.get(f"{name}_{view}")
        if own is not None and (own.ndim != 2 or 0 in own.shape):
            raise InputError(f"{path}: {name}_{view} must be [h, w], got {list(own.shape)}.")
        maps.append(None if own is None else _numbers(own, f"{name}_{view}", path).float())
    return tuple(maps) if any(one is not None for one in maps) else None


def _check_conf(
    depth: Sequence[Tensor | None] | None, conf: Sequence[Tensor | None], path: Path
) -> None:
    for view, own in enumerate(conf):
        beside = None if depth is None else depth[view]
        if own is not None and (beside is None or beside.shape != own.shape):
            raise InputError(
                f"{path}: the confidence of view {view} is {list(own.shape)}, its depth "
                f"{None if beside is None else list(beside.shape)}; they must share a grid."
            )


def _matrices(
    arrays: Arrays, name: str, shapes: tuple[tuple[int, ...], ...], path: Path
) -> Tensor | None:
    given = arrays.get(name)
    if given is None:
        return None
    if given.shape not in shapes:
        accepted = " or ".join(str(list(shape)) for shape in shapes)
        raise InputError(f"{path}: {name} must be {accepted}, got {list(given.shape)}.")
    return _numbers(given, name, path).double()


def _numbers(values: npt.NDArray[Any], name: str, path: Path) -> Tensor:
    if values.dtype.kind not in "fiu":
        raise InputError(f"{path}: {name} must be numbers, got {values.dtype}.")
    # One copy in a type that torch has; float128 and big-endian numbers are none.
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64))


def _scalar(arrays: Arrays, name: str, path: Path, *, default: float) -> float:
    value = arrays.get(name)
    if value is None:
        return default
    if value.size != 1 or value.dtype.kind not in "bfiu":
        raise InputError(f"{path}: {name} must be a single number, got {list(value.shape)}.")
    return float(value.reshape(()))
