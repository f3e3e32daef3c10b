# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras that come with the images, checked before any image is read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.cameras import validate_intrinsics
from anyview.geometry.lens import Lens
from anyview.geometry.se3 import to_homogeneous, validate_extrinsics
from anyview.structures.rig import Rig
from anyview.structures.views import View, ViewSet


@dataclass(frozen=True)
class GivenCameras:
    """Cameras of all inputs, those of images that are skipped later included.

    Attributes:
        extrinsics: World-to-camera, OpenCV axes, valid or NaN where unknown; None if all are.
        intrinsics: K in pixels of each image, NaN where unknown, not yet compared with the images'
            sizes; None if all are unknown.
        lenses: One for each input, None where a camera is a pinhole or unknown; empty if all are.
        rig: To which the cameras belong, or None.
    """

    extrinsics: Float64[Tensor, "V 4 4"] | None
    intrinsics: Float64[Tensor, "V 3 3"] | None
    lenses: tuple[Lens | None, ...] = ()
    rig: Rig | None = None

    @classmethod
    def checked(
        cls,
        extrinsics: Any,
        intrinsics: Any,
        num_views: int,
        *,
        lenses: Any = None,
        rig: Rig | None = None,
    ) -> "GivenCameras":
        """Cameras from what a caller may give.

        A camera that is not known is None in a list, or a matrix of NaN.

        Args:
            extrinsics: [V, 3, 4] or [V, 4, 4]; for a single view without V too; or None.
            intrinsics: [V, 3, 3] or one [3, 3] for all; or None.
            num_views: V.
            lenses: One for each view or None in its place, or one ``Lens`` for all; or None.
            rig: Camera and frame of each view; or None.

        Raises:
            InputError: If the shapes, numbers or counts are wrong.
        """
        poses = None if extrinsics is None else _numbers(extrinsics, "extrinsics")
        if poses is not None:
            if poses.ndim == 2 and num_views == 1:
                poses = poses[None]
            _check_count(poses, "extrinsics", ("3, 4", "4, 4"), num_views)
            poses = _valid_where_known(poses)
        K = None if intrinsics is None else _numbers(intrinsics, "intrinsics")
        if K is not None:
            if K.shape == (3, 3):
                K = K.repeat(num_views, 1, 1)
            _check_count(K, "intrinsics", ("3, 3",), num_views)
            K = _unknown_as_nan(K, rows=2)
        if rig is not None:
            _check_number(len(rig.camera_of_view), "rig", num_views, unknown="")
        return cls(poses, K, _checked_lenses(lenses, num_views), rig)

    def of(self, kept: Sequence[int], views: tuple[View, ...]) -> ViewSet:
        """The views with their cameras.

        Args:
            kept: Number of each view among all inputs.
            views: The views that could be read.

        Raises:
            InputError: If K or the lens of a view cannot belong to its image.
        """
        extrinsics = None if self.extrinsics is None else self.extrinsics[list(kept)]
        intrinsics = None if self.intrinsics is None else self.intrinsics[list(kept)]
        if self.lenses:
            lenses = [self.lenses[index] for index in kept]
            views = tuple(
                view if lens is None else replace(view, lens=lens)
                for view, lens in zip(views, lenses, strict=True)
            )
        rig = None if self.rig is None else self.rig.of(list(kept))
        found = ViewSet(views, _known(extrinsics), _known(intrinsics), rig)
        _check_sizes(found)
        return found


def _check_sizes(views: ViewSet) -> None:
    """Refuse a K that cannot belong to its image."""
    sizes = [(view.height, view.width) for view in views.views]
    # A plain camera stands in for the unknown, so that messages give the caller's own count.
    plain = torch.tensor(
        [[[w, 0.0, w / 2], [0.0, w, h / 2], [0.0, 0.0, 1.0]] for h, w in sizes],
        dtype=torch.float64,
    )
    matrices = torch.where(views.calibrated[:, None, None], views.original_intrinsics, plain)
    validate_intrinsics(matrices, sizes, [view.name for view in views.views])


def _known(matrices: Tensor | None) -> Tensor | None:
    """None where no view's matrix is known."""
    return None if matrices is None or bool(matrices.isnan().all()) else matrices


def _valid_where_known(poses: Float64[Tensor, "V rows columns"]) -> Tensor | None:
    poses = _unknown_as_nan(to_homogeneous(poses), rows=3)
    known = ~poses.isnan().flatten(1).all(-1)
    # The identity stands in for the unknown, so that messages give the caller's own count.
    identity = torch.eye(4, dtype=poses.dtype).expand_as(poses)
    stands = known[:, None, None]
    return torch.where(stands, validate_extrinsics(torch.where(stands, poses, identity)), poses)


def _unknown_as_nan(matrices: Tensor, rows: int) -> Tensor:
    """All of a matrix NaN if all of its first rows are: the last is often left at its constants."""
    unknown = matrices[:, :rows].isnan().flatten(1).all(-1)
    return torch.where(unknown[:, None, None], torch.nan, matrices)


def _checked_lenses(given: Any, num_views: int) -> tuple[Lens | None, ...]:
    if given is None:
        return ()
    lenses = [given] * num_views if isinstance(given, Lens) else given
    if not isinstance(lenses, list | tuple):
        raise InputError(f"lenses is a {type(given).__name__}; give a Lens, or a list of them.")
    for index, lens in enumerate(lenses):
        if lens is not None and not isinstance(lens, Lens):
            raise InputError(
                f"lenses[{index}] is a {type(lens).__name__}; give a Lens, or None where it is "
                "unknown or a pinhole."
            )
    _check_number(len(lenses), "lenses", num_views)
    return tuple(lenses)


def _numbers(given: Any, name: str) -> Float64[Tensor, "..."]:
    """An array, tensor or list of either as a float64 tensor of its own; None becomes NaN."""
    if isinstance(given, list | tuple):
        given = [x.detach().cpu().numpy() if isinstance(x, Tensor) else x for x in given]
        given = _without_none(given, (4, 4) if name == "extrinsics" else (3, 3))
    elif isinstance(given, Tensor):
        given = given.detach().cpu().double().numpy()
    try:
        array = np.array(given, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{name} is no regular array of numbers: {error}.") from error
    return torch.from_numpy(array)


def _without_none(given: list[Any], shape: tuple[int, int]) -> list[Any]:
    """NaN matrices of the shape of the first known one, or of ``shape``, in the place of None."""
    known = [x for x in given if x is not None]
    if known:
        shape = np.shape(known[0])
    return [np.full(shape, np.nan) if x is None else x for x in given]


def _check_count(matrices: Tensor, name: str, shapes: tuple[str, ...], num_views: int) -> None:
    shape = ", ".join(str(side) for side in matrices.shape[1:])
    if matrices.ndim != 3 or shape not in shapes:
        accepted = " or ".join(f"[{num_views}, {shape}]" for shape in shapes)
        raise InputError(
            f"{name} has shape {tuple(matrices.shape)}; accepted for these images: {accepted}."
        )
    _check_number(len(matrices), name, num_views)


def _check_number(
    count: int, name: str, num_views: int, unknown: str = ", None or NaN where it is unknown"
) -> None:
    if count != num_views:
        raise InputError(
            f"{name} has {count} entries for {num_views} images; give one for each image, in "
            f"the same order{unknown}."
        )
