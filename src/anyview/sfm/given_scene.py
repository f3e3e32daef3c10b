# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras and depth that a refinement starts from."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.sfm.priors import LensPriors


@dataclass(frozen=True)
class GivenScene:
    """Cameras and depth to start from.

    Attributes:
        cam_from_world: World-to-camera of all views.
        priors: K of all views.
        depth: z-depth of each view on a grid that covers its image, in the unit of the cameras;
            not positive or not finite where unknown.

    Raises:
        InputError: If these are not of as many views.
    """

    cam_from_world: Float64[Tensor, "V 4 4"]
    priors: LensPriors
    depth: Sequence[Float[Tensor, "..."]]

    def __post_init__(self) -> None:
        """Check that all parts are of the same views."""
        counts = (len(self.cam_from_world), len(self.priors.intrinsics), len(self.depth))
        if len(set(counts)) != 1:
            raise InputError(
                f"A refinement starts from a pose, a K and a depth map of each view; got {counts}."
            )
