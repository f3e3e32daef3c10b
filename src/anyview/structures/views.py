# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The input of a prediction: images of one scene, with cameras where they are known."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.structures.rig import Rig


@dataclass(frozen=True)
class View:
    """One upright RGB image at its own size, and what its file says of the camera.

    Attributes:
        image: RGB, 0 to 255, EXIF orientation applied.
        name: Short unique name within the set, used for output files.
        source: Path (or path and frame number) it was read from, or None for arrays.
        focal_px: Focal length in pixels of ``image`` from EXIF, or None.
        time_s: Time stamp in seconds for video frames, or None.
        lens: Distortion and K of ``image``, or None for a pinhole camera or an unknown one.
        mask: True where a pixel is to be left out, or None.

    Raises:
        InputError: If the lens or the mask belongs to an image of another size.
    """

    image: UInt8[Tensor, "3 H W"]
    name: str
    source: str | None = None
    focal_px: float | None = None
    time_s: float | None = None
    lens: Lens | None = None
    mask: Bool[Tensor, "Hm Wm"] | None = None

    def __post_init__(self) -> None:
        """Check that lens and mask are of this image."""
        parts: list[tuple[str, tuple[int, int]]] = []
        if self.lens is not None:
            parts.append(("lens", (self.lens.height, self.lens.width)))
        if self.mask is not None:
            parts.append(("mask", (int(self.mask.shape[0]), int(self.mask.shape[1]))))
        for what, (height, width) in parts:
            if (height, width) != (self.height, self.width):
                raise InputError(
                    f"The {what} of view {self.name!r} is for {width} x {height} pixels, its image "
                    f"has {self.width} x {self.height}. Give one for the image as it is read "
                    f"(upright){'; lens.resized(height, width) makes it' * (what == 'lens')}."
                )

    @property
    def height(self) -> int:
        """Image height in pixels."""
        return int(self.image.shape[1])

    @property
    def width(self) -> int:
        """Image width in pixels."""
        return int(self.image.shape[2])


@dataclass(frozen=True)
class ViewSet:
    """Images of one scene, in order, with cameras for all, some or none of them.

    Attributes:
        views: At least one view.
        extrinsics: World-to-camera, OpenCV axes; a matrix of NaN where a view's is not known.
        intrinsics: K in pixels of each view's own image (centres at +0.5); a matrix of NaN where
            it is not known. That of a view with a lens is the lens's.
        rig: Which views were taken by cameras that are fixed to each other, or None.

    Raises:
        InputError: If there is no view, or cameras or the rig do not match the views in number,
            or a matrix is NaN in part.
    """

    views: tuple[View, ...]
    extrinsics: Float[Tensor, "V 4 4"] | None = None
    intrinsics: Float[Tensor, "V 3 3"] | None = None
    rig: Rig | None = None

    def __post_init__(self) -> None:
        """Check that there is a view and that cameras match the views in number."""
        if not self.views:
            raise InputError("No images were given: at least one is needed.")
        if self.rig is not None and len(self.rig.camera_of_view) != len(self.views):
            raise InputError(
                f"The rig describes {len(self.rig.camera_of_view)} views, there are "
                f"{len(self.views)} images; give camera and frame of each image, in their order."
            )
        for name in ("extrinsics", "intrinsics"):
            value = getattr(self, name)
            if value is None:
                continue
            if value.shape[0] != len(self.views):
                raise InputError(
                    f"{name} has {value.shape[0]} entries for {len(self.views)} images; "
                    "give one for each image, in the same order, None or NaN where it is unknown."
                )
            missing = value.isnan().flatten(1)
            partly = missing.any(-1) & ~missing.all(-1)
            if bool(partly.any()):
                index = int(partly.nonzero()[0])
                raise InputError(
                    f"{name} of view {index} ({self.views[index].name}) is NaN in part; a matrix "
                    "is known as a whole, or NaN as a whole where it is unknown."
                )

    def __len__(self) -> int:
        """Number of views."""
        return len(self.views)

    @property
    def posed(self) -> Bool[Tensor, " V"]:
        """Which views have known extrinsics."""
        if self.extrinsics is None:
            return torch.zeros(len(self), dtype=torch.bool)
        return ~self.extrinsics[:, 0, 0].isnan().cpu()

    @property
    def calibrated(self) -> Bool[Tensor, " V"]:
        """Which views have a known K, given or by their lens; a focal length of EXIF is none."""
        lenses = torch.tensor([view.lens is not None for view in self.views])
        if self.intrinsics is None:
            return lenses
        return lenses | ~self.intrinsics[:, 0, 0].isnan().cpu()

    @property
    def original_intrinsics(self) -> Float[Tensor, "V 3 3"]:
        """K of every view in float64, lenses without their distortion; NaN where unknown."""
        matrices = torch.full((len(self), 3, 3), torch.nan, dtype=torch.float64)
        if self.intrinsics is not None:
            matrices[:] = self.intrinsics.detach().cpu().double()
        for index, view in enumerate(self.views):
            if view.lens is not None:
                matrices[index] = view.lens.intrinsics()
        return matrices
