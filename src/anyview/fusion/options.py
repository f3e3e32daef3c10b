# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of making a mesh, once, with its default."""

from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.core.options import option
from anyview.export.options import PixelFilters


@dataclass(frozen=True)
class FuseOptions(PixelFilters):
    """How views become one mesh."""

    voxel_size: float | None = option(
        None, "Side of a voxel in scene units (default: 1.5 pixels at the median depth)."
    )
    truncation: float = option(
        4.0, "Distance, in voxels, up to which a depth map speaks of what lies behind its surface."
    )
    min_views: int | None = option(
        None, "Views that must have seen a place (default: 2, or 1 for three views and fewer)."
    )
    max_depth: float | None = option(
        None, "Leave out depth beyond this, in scene units (default: 8 times the median)."
    )
    carve: bool = option(True, "Let views take away what they look through.")
    min_faces: int = option(50, "Leave out connected pieces of fewer triangles.")
    max_blocks: int = option(
        200_000, "Most cubes of 8 x 8 x 8 voxels (about 10 KB each); more is refused."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        super().__post_init__()
        for name in ("voxel_size", "max_depth"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise OptionError(f"{name} is {value}; give a length above 0 in scene units.")
        if self.min_views is not None and self.min_views < 1:
            raise OptionError(f"min_views is {self.min_views}; give at least 1.")
        if self.min_faces < 0:
            raise OptionError(f"min_faces is {self.min_faces}; give 0 or more.")
        if not 1 <= self.truncation <= 64:
            raise OptionError(
                f"truncation is {self.truncation}; accepted: 1 to 64 voxels, usually 3 to 5."
            )
        if self.max_blocks < 1:
            raise OptionError(f"max_blocks is {self.max_blocks}; give at least 1.")
