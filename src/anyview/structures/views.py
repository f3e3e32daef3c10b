# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The input of a prediction: images of one scene, with cameras where they are known."""

from dataclasses import dataclass

from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.core.errors import InputError


@dataclass(frozen=True)
class View:
    """One upright RGB image at its own size, and what its file says of the camera.

    Attributes:
        image: RGB, 0 to 255, EXIF orientation applied.
        name: Short unique name within the set, used for output files.
        source: Path (or path and frame number) it was read from, or None for arrays.
        focal_px: Focal length in pixels of ``image`` from EXIF, or None.
        time_s: Time stamp in seconds for video frames, or None.
    """

    image: UInt8[Tensor, "3 H W"]
    name: str
    source: str | None = None
    focal_px: float | None = None
    time_s: float | None = None

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
    """Images of one scene, in order, with optional known cameras.

    Attributes:
        views: At least one view.
        extrinsics: World-to-camera, OpenCV axes, all views or None.
        intrinsics: K in pixels of each view's own image (centres at +0.5), all views or None.
    """

    views: tuple[View, ...]
    extrinsics: Float[Tensor, "V 4 4"] | None = None
    intrinsics: Float[Tensor, "V 3 3"] | None = None

    def __post_init__(self) -> None:
        """Check that there is a view and that cameras match the views in number."""
        if not self.views:
            raise InputError("No images were given: at least one is needed.")
        for name in ("extrinsics", "intrinsics"):
            value = getattr(self, name)
            if value is not None and value.shape[0] != len(self.views):
                raise InputError(
                    f"{name} has {value.shape[0]} entries for {len(self.views)} images; "
                    "give one for each image, in the same order."
                )

    def __len__(self) -> int:
        """Number of views."""
        return len(self.views)
