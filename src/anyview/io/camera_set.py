# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras as a file gives them, before it is known which image each belongs to."""

from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.geometry.lens import Lens
from anyview.structures.rig import Rig


@dataclass(frozen=True)
class KnownCamera:
    """One camera; each part may be unknown.

    Attributes:
        name: Path or name of its image as the file has it, ``/`` between folders; None in files
            that go by order.
        extrinsics: World-to-camera, OpenCV axes; not checked.
        intrinsics: K in pixels of its image, without the distortion; not checked.
        size: Height and width of the image that K and lens belong to.
        lens: If the image is distorted; has that size.
    """

    name: str | None = None
    extrinsics: Float64[Tensor, "4 4"] | None = None
    intrinsics: Float64[Tensor, "3 3"] | None = None
    size: tuple[int, int] | None = None
    lens: Lens | None = None

    @classmethod
    def of_lens(
        cls, name: str, extrinsics: Float64[Tensor, "4 4"] | None, lens: Lens
    ) -> "KnownCamera":
        """A camera whose K, size and distortion a lens gives."""
        size = (lens.height, lens.width)
        distorted = None if lens.is_pinhole else lens
        return cls(name, extrinsics, lens.intrinsics(), size, distorted)


@dataclass(frozen=True)
class CameraSet:
    """The cameras of a file, in its order.

    Attributes:
        source: The file or folder.
        cameras: All of them named, or none.
        shared_intrinsics: One K for all images of a file that goes by order.
        has_view_names: Names are those that a prediction gave its views, not paths of images.
        rig: Camera and frame of each of ``cameras``, where they are fixed to each other.
    """

    source: Path
    cameras: tuple[KnownCamera, ...]
    shared_intrinsics: Float64[Tensor, "3 3"] | None = None
    has_view_names: bool = False
    rig: Rig | None = None

    def __len__(self) -> int:
        """Number of cameras; 0 if there is only one K for all images."""
        return len(self.cameras)

    @property
    def is_named(self) -> bool:
        """Whether cameras say which image they belong to."""
        return any(camera.name is not None for camera in self.cameras)

    @property
    def extrinsics(self) -> Float64[Tensor, "V 4 4"] | None:
        """In the order of the file, NaN where unknown; None if all are."""
        return stacked([camera.extrinsics for camera in self.cameras], 4)

    @property
    def intrinsics(self) -> Float64[Tensor, "... 3 3"] | None:
        """In the order of the file, or one for all; NaN where unknown, None if all are."""
        if self.shared_intrinsics is not None:
            return self.shared_intrinsics
        return stacked([camera.intrinsics for camera in self.cameras], 3)


def stacked(matrices: list[Tensor | None], side: int) -> Tensor | None:
    """Square matrices as one tensor in float64, NaN for None; None if there is no matrix at all."""
    if all(matrix is None for matrix in matrices):
        return None
    unknown = torch.full((side, side), torch.nan, dtype=torch.float64)
    return torch.stack([unknown if matrix is None else matrix for matrix in matrices])
