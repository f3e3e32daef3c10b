# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of a foreign data set from an image file, its lens, its pose and what else is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.converters.source_files import (
    ImageFile,
    PinholeDepth,
    PinholeImage,
    PinholeMask,
)
from anyview.data.scene import FloatArray, Frame, Held, MaskArray, MaskKind, SparseDepth
from anyview.geometry import se3
from anyview.geometry.cameras import validate_intrinsics
from anyview.geometry.lens import Lens
from anyview.geometry.projection import project_world
from anyview.geometry.undistortion import pinhole_of
from anyview.io.camera_matching import MAX_ASPECT_CHANGE


@dataclass(frozen=True)
class WorldPoints:
    """Points that are seen in one image.

    Attributes:
        xyz: World coordinates.
        ids: Number of each point in the scene.
    """

    xyz: Float64[Tensor, "N 3"]
    ids: npt.NDArray[np.int64]


@dataclass
class FrameMaker:
    """Makes frames, undoing distortion, and remembers the pinhole camera of each lens."""

    _pinholes: dict[Lens, Float64[Tensor, "3 3"]] = field(default_factory=dict)

    def make(
        self,
        image: ImageFile,
        lens: Lens,
        cam_from_world: Float64[Tensor, "4 4"],
        *,
        read_depth: Callable[[], FloatArray] | None = None,
        points: WorldPoints | None = None,
        masks: Mapping[MaskKind, Callable[[], MaskArray]] | None = None,
    ) -> Frame:
        """A frame, its name still that of the image file.

        Args:
            image: The file.
            lens: Of the image at this or, its sides scaled alike, another resolution.
            cam_from_world: World-to-camera, OpenCV axes.
            read_depth: Gives z-depth over the distorted image, at any resolution.
            points: Become sparse depth where they project.
            masks: Give masks over the distorted image, at any resolution.

        Raises:
            InputError: If the camera is impossible or belongs to another image.
        """
        se3.validate_extrinsics(cam_from_world, name="the pose")
        lens = fit(lens, image)
        if lens not in self._pinholes:
            self._pinholes[lens] = pinhole_of(lens)
        K = self._pinholes[lens]
        size = (image.height, image.width)
        validate_intrinsics(K[None], [size], [image.path.name])
        matrix = K.numpy()
        wrapped = dict(masks or {})
        read_image = image.reader
        if not lens.is_pinhole:
            read_image = PinholeImage(read_image, lens, matrix)
            wrapped = {kind: PinholeMask(read, lens, matrix) for kind, read in wrapped.items()}
            read_depth = PinholeDepth(read_depth, lens, matrix) if read_depth else None
        sparse = None if points is None else sparse_depth(points, cam_from_world, K, size)
        return Frame(
            name=image.path.stem,
            size=size,
            read_image=read_image,
            intrinsics=matrix,
            cam_from_world=cam_from_world.numpy(),
            read_depth=read_depth,
            read_sparse=None if sparse is None else Held(sparse),
            masks=wrapped,
        )


def fit(lens: Lens, image: ImageFile) -> Lens:
    """The lens at the resolution of an image.

    Raises:
        InputError: If one side is scaled more than the other: a crop, or another camera's image.
    """
    across, down = image.width / lens.width, image.height / lens.height
    if abs(across / down - 1) > MAX_ASPECT_CHANGE:
        raise InputError(
            f"{image.path}: is {image.width}x{image.height}, but its camera is for "
            f"{lens.width}x{lens.height}; only a resize of both sides alike is accepted."
        )
    return lens.resized(image.height, image.width)


def sparse_depth(
    points: WorldPoints,
    cam_from_world: Float64[Tensor, "4 4"],
    intrinsics: Float64[Tensor, "3 3"],
    size: tuple[int, int],
) -> SparseDepth:
    """Where points fall in a pinhole image, and their z-depth; those outside are left out."""
    pixels, depth = project_world(points.xyz, cam_from_world, intrinsics)
    limits = pixels.new_tensor([size[1], size[0]])
    inside = ((pixels >= 0) & (pixels < limits)).all(dim=-1) & (depth > 0)
    return SparseDepth(
        pixels[inside].float().numpy(),
        depth[inside].float().numpy(),
        points.ids[inside.numpy()],
    )
