# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Known intrinsics of the processed images: given by the caller, or focal lengths from EXIF."""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.inference.preprocess import ProcessedViews
from anyview.structures.views import ViewSet


@dataclass(frozen=True)
class KnownFocals:
    """Intrinsics that do not come from the network.

    Attributes:
        intrinsics: K in pixels of the processed images; meaningless where not known.
        given: For which views the caller gave them.
        exif: For which other views a focal length of EXIF is taken.
    """

    intrinsics: Float[Tensor, "V 3 3"]
    given: Bool[Tensor, " V"]
    exif: Bool[Tensor, " V"]

    @property
    def known(self) -> Bool[Tensor, " V"]:
        """For which views K is known; at least one."""
        return self.given | self.exif

    @property
    def complete(self) -> bool:
        """Whether every view has a known K."""
        return bool(self.known.all())

    @property
    def focal_px(self) -> Float[Tensor, " V"]:
        """Mean of fx and fy, pixels of the processed image."""
        return (self.intrinsics[:, 0, 0] + self.intrinsics[:, 1, 1]) / 2

    @property
    def origin(self) -> str:
        """Where they come from, to complete a sentence."""
        parts = [
            (int(mask.sum()), name)
            for mask, name in ((self.given, "the given intrinsics"), (self.exif, "EXIF"))
            if bool(mask.any())
        ]
        total = len(self.known)
        return " and ".join(
            name if count == total else f"{name} (for {count} of {total} images)"
            for count, name in parts
        )

    def over(self, predicted: Float[Tensor, "V 3 3"]) -> Float[Tensor, "V 3 3"]:
        """The known K where there is one, else the predicted."""
        return torch.where(self.known[:, None, None], self.intrinsics, predicted)


def known_focals(
    views: ViewSet, processed: ProcessedViews, focal: Literal["predicted", "exif"]
) -> KnownFocals | None:
    """What is known of the intrinsics of a scene, or None.

    Given intrinsics win over EXIF, view by view. A focal length from EXIF is taken with square
    pixels and the principal point at the image centre.

    Args:
        views: With K in pixels of the original images, and EXIF focal lengths.
        processed: The same views on the processed grid.
        focal: Whether EXIF may be used.
    """
    given = torch.zeros(len(views), dtype=torch.bool)
    matrices = torch.eye(3, dtype=torch.float64).repeat(len(views), 1, 1)
    if processed.intrinsics is not None:
        given = ~processed.intrinsics[:, 0, 0].isnan()
        matrices = torch.where(given[:, None, None], processed.intrinsics.double(), matrices)
    exif = torch.zeros_like(given)
    for index, view in enumerate(views.views):
        if focal == "exif" and view.focal_px is not None and not given[index]:
            exif[index] = True
            f = view.focal_px
            rows = [[f, 0.0, view.width / 2], [0.0, f, view.height / 2], [0.0, 0.0, 1.0]]
            original = torch.tensor(rows, dtype=torch.float64)
            matrices[index] = processed.processed_from_original[index] @ original
    if not bool((given | exif).any()):
        return None
    return KnownFocals(matrices.float(), given, exif)
