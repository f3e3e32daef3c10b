# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What synthetic scenes look like: the settings that, with a number, define a scene."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from anyview.core.errors import OptionError
from anyview.core.options import option

KINDS = ("room", "tabletop", "clutter", "street", "terrain", "garden", "facade", "square", "aerial")
"""Kinds of worlds; stored files refer to them by their place here."""


@dataclass(frozen=True)
class WorldSettings:
    """Settings of a data set of synthetic scenes; shares are relative weights."""

    width: int = option(168, "Width of the images in pixels.")
    height: int = option(126, "Height of the images in pixels.")
    views: int = option(6, "Views of each scene.")
    fov_low: float = option(30.0, "Smallest angle of view along the longer side, degrees.")
    fov_high: float = option(120.0, "Largest angle of view along the longer side, degrees.")
    photos: str | None = option(None, "Folder of pictures for textures (none: patterns only).")
    photo_share: float = option(0.35, "Share of the surfaces with pictures, 0 to 1.")
    room: float = option(0.45, "Share of furnished rooms.")
    tabletop: float = option(0.15, "Share of things on tables.")
    clutter: float = option(0.10, "Share of floating clutter.")
    street: float = option(0.13, "Share of streets.")
    terrain: float = option(0.06, "Share of hills, rocks and woods.")
    garden: float = option(0.04, "Share of gardens and parks.")
    facade: float = option(0.03, "Share of house fronts.")
    square: float = option(0.02, "Share of squares with fountains and statues.")
    aerial: float = option(0.02, "Share of blocks of houses seen from above.")

    def __post_init__(self) -> None:
        """Refuse what no scene can be made of."""
        if min(self.width, self.height) < 14:
            raise OptionError(f"Images need 14 pixels a side, got {self.width} x {self.height}.")
        if self.views < 1:
            raise OptionError(f"views is {self.views}; a scene has at least 1.")
        if not 10 <= self.fov_low <= self.fov_high <= 140:
            raise OptionError(
                f"fov_low and fov_high are {self.fov_low} and {self.fov_high}; accepted: 10 to 140 "
                "degrees, the smaller one first."
            )
        if not 0 <= self.photo_share <= 1:
            raise OptionError(f"photo_share is {self.photo_share}; accepted: 0 to 1.")
        shares = [getattr(self, kind) for kind in KINDS]
        if min(shares) < 0 or sum(shares) == 0:
            raise OptionError(f"Shares of {', '.join(KINDS)} must be positive, got {shares}.")

    @property
    def shares(self) -> tuple[float, ...]:
        """How often each of ``KINDS`` comes, summing to 1."""
        shares = [getattr(self, kind) for kind in KINDS]
        return tuple(share / sum(shares) for share in shares)

    def to_document(self) -> dict[str, Any]:
        """All settings by name, for JSON."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "WorldSettings":
        """Settings from ``to_document``.

        Raises:
            OptionError: If there are unknown names or values that are not accepted.
        """
        unknown = set(document) - {item.name for item in fields(cls)}
        if unknown:
            raise OptionError(f"Unknown settings: {', '.join(sorted(unknown))}.")
        return cls(**document)
