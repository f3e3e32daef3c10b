# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of exporting, once, with its default."""

import math
from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, check_seed, option


@dataclass(frozen=True)
class PixelFilters:
    """Which pixels become points or surface."""

    conf_percentile: float = option(
        20.0, "Leave out the least confident pixels: this share, in percent."
    )
    drop_sky: bool = option(True, "Leave out sky where the model has a sky score.")
    edge_threshold: float = option(
        0.05, "Leave out pixels at depth edges: relative jump to a neighbour; 0 keeps all."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        if not 0 <= self.conf_percentile < 100:
            raise OptionError(
                f"conf_percentile is {self.conf_percentile}; give a share in percent, at least 0 "
                "and below 100 (0 keeps every pixel)."
            )
        if not (self.edge_threshold >= 0 and math.isfinite(self.edge_threshold)):
            raise OptionError(
                f"edge_threshold is {self.edge_threshold}; give a relative depth jump such as "
                "0.05, or 0 to keep all pixels."
            )


@dataclass(frozen=True)
class ExportOptions(PixelFilters):
    """How a prediction becomes files."""

    max_points: int = option(1_000_000, "Most points in a cloud; thinned at random, seeded.")
    max_colmap_points: int = option(
        100_000, "Most points of a COLMAP model, and of nerfstudio's sparse cloud."
    )
    camera_size: float | None = option(
        None, "Size of camera frusta in scene units (default: from the scene)."
    )
    seed: int = option(0, "Seed of the thinning.")
    size: Literal["processed", "original"] = option(
        "processed",
        "Size of depth files (depth-png, depth-npy, depth-exr, view-npz): that of the processed "
        "images, or of each original image.",
    )
    depth_scale: Literal["inverse", "log", "linear"] = option(
        "inverse", "How depth is spread over the colours of a picture."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        super().__post_init__()
        check_choices(self)
        for name in ("max_points", "max_colmap_points"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} is {getattr(self, name)}; give at least 1.")
        if self.camera_size is not None and not 0 < self.camera_size < math.inf:
            raise OptionError(
                f"camera_size is {self.camera_size}; give a positive length in scene units, or "
                "None to choose it from the scene."
            )
        check_seed(self.seed)
