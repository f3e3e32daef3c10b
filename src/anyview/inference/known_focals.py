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
        known: For which views.
        source: Who says so.
    """

    intrinsics: Float[Tensor, "V 3 3"]
    known: Bool[Tensor, " V"]
    source: Literal["given", "exif"]

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
        if self.source == "given":
            return "the given intrinsics"
        if self.complete:
            return "EXIF"
        return f"EXIF (for {int(self.known.sum())} of {len(self.known)} images)"

    def over(self, predicted: Float[Tensor, "V 3 3"]) -> Float[Tensor, "V 3 3"]:
        """The known K where there is one, else the predicted."""
        return torch.where(self.known[:, None, None], self.intrinsics, predicted)


def known_focals(
    views: ViewSet, processed: ProcessedViews, focal: Literal["predicted", "exif"]
) -> KnownFocals | None:
    """What is known of the intrinsics of a scene, or None.

    Given intrinsics win over EXIF. A focal length from EXIF is taken with square pixels and the
    principal point at the image centre.

    Args:
        views: With K in pixels of the original images, and EXIF focal lengths.
        processed: The same views on the processed grid.
        focal: Whether EXIF may be used.
    """
    if processed.intrinsics is not None:
        known = torch.ones(len(views), dtype=torch.bool)
        return KnownFocals(processed.intrinsics.float(), known, "given")
    if focal != "exif" or all(view.focal_px is None for view in views.views):
        return None
    matrices = torch.tensor(
        [
            [[f, 0.0, view.width / 2], [0.0, f, view.height / 2], [0.0, 0.0, 1.0]]
            for view in views.views
            for f in [view.focal_px or 1.0]
        ],
        dtype=torch.float64,
    )
    return KnownFocals(
        (processed.processed_from_original @ matrices).float(),
        torch.tensor([view.focal_px is not None for view in views.views]),
        "exif",
    )
