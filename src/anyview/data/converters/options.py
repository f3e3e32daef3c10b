# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of converting foreign data sets, once, with its default."""

import math
from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, option


@dataclass(frozen=True)
class ConvertOptions:
    """How a data set becomes scenes; each converter reads the options that concern it."""

    scenes: str | None = option(None, "Only scenes whose name matches this pattern (*, ?).")
    max_frames: int | None = option(
        None, "At most this many frames a scene, evenly spread; default: all."
    )
    min_track_length: int = option(3, "COLMAP: points seen in fewer images are left out.")
    max_error_px: float = option(
        2.0, "COLMAP: points and sightings with a larger reprojection error are left out."
    )
    depth_unit: float = option(
        1e-3, "nerfstudio: scene units of one grey level of depth_file_path images."
    )
    is_metric: bool = option(
        False, "nerfstudio: the scene's units are metres (ARKit, Record3D, Polycam)."
    )
    camera_parameters: str | None = option(
        None, "Hypersim: path of metadata_camera_parameters.csv; default: looked for nearby."
    )
    sensor: Literal["dslr", "iphone"] = option("dslr", "ScanNet++: which camera's frames.")
    depth: Literal["rendered", "sensor", "none"] = option(
        "rendered", "ScanNet++: depth rendered from the laser scan, the iPhone's own, or none."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_choices(self)
        if self.max_frames is not None and self.max_frames < 1:
            raise OptionError(f"max_frames is {self.max_frames}; give at least 1, or None for all.")
        if self.min_track_length < 2:
            raise OptionError(
                f"min_track_length is {self.min_track_length}; a point needs at least 2 images."
            )
        for name in ("max_error_px", "depth_unit"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise OptionError(f"{name} is {value}; give a positive number.")
        if self.depth == "sensor" and self.sensor != "iphone":
            raise OptionError("depth='sensor' needs sensor='iphone': the DSLR has no depth sensor.")
