# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of exporting, once, with its default."""

from dataclasses import dataclass

from anyview.core.options import option


@dataclass(frozen=True)
class ExportOptions:
    """How a prediction becomes files."""

    conf_percentile: float = option(
        20.0, "Leave the least confident pixels out of clouds: this share, in percent."
    )
    max_points: int = option(1_000_000, "Most points in a cloud; thinned at random, seeded.")
    drop_sky: bool = option(True, "Leave sky out of clouds where the model has a sky score.")
    edge_threshold: float = option(
        0.05, "Leave out pixels at depth edges: relative jump to a neighbour; 0 keeps all."
    )
    camera_size: float | None = option(
        None, "Size of camera frusta in scene units (default: from the scene)."
    )
    seed: int = option(0, "Seed of the thinning.")
