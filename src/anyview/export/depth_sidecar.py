# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The JSON file beside depth images that says what their numbers mean."""

import json
from pathlib import Path

from anyview.export.file_stems import file_stems
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

DEPTH_SIDECAR = "depth.json"


def write_depth_sidecar(
    prediction: Prediction, folder: Path, suffix: str, *, step: float = 1.0
) -> Path:
    """Write ``depth.json``: unit, scale, and the view of each file.

    Args:
        prediction: Whose depth the files hold.
        folder: Where they are.
        suffix: Of the files, without the dot; also the last part of the format's name.
        step: Depth of one step of a stored value.

    Returns:
        The file.
    """
    stems = file_stems(prediction.names)
    document = {
        "format": f"anyview-depth-{suffix}",
        "version": 1,
        "how_to_read": "depth = value * unit_per_step, along the optical axis (z-depth); "
        "value 0 is no depth",
        "unit": prediction.unit,
        "unit_per_step": step,
        "is_metric": prediction.is_metric,
        "scale_note": prediction.scale_note,
        "files": {
            f"{stem}.{suffix}": name for stem, name in zip(stems, prediction.names, strict=True)
        },
    }
    target = folder / DEPTH_SIDECAR
    with atomic_path(target) as path:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return target
