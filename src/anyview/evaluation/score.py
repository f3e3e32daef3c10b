# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Score a model on frozen worlds and on image sets, and keep the numbers.

``score_worlds(predictor, folder)`` and ``score_image_sets(predictor, folder)`` give dataclasses;
``to_json`` makes plain values of them.
"""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

from anyview.evaluation.set_scores import SetScores, score_image_sets
from anyview.evaluation.world_scores import WorldScores, score_worlds, world_baselines
from anyview.io.atomic import atomic_path

__all__ = [
    "SetScores",
    "WorldScores",
    "score_image_sets",
    "score_worlds",
    "to_json",
    "world_baselines",
    "write_scores",
]


def to_json(scores: Any) -> Any:
    """Scores as what JSON can hold; NaN and infinity become null.

    Args:
        scores: A dataclass of scores, or lists and mappings of them.
    """
    if dataclasses.is_dataclass(scores) and not isinstance(scores, type):
        return {f.name: to_json(getattr(scores, f.name)) for f in dataclasses.fields(scores)}
    if isinstance(scores, dict):
        return {str(name): to_json(value) for name, value in scores.items()}
    if isinstance(scores, list | tuple):
        return [to_json(value) for value in scores]
    if isinstance(scores, float) and not math.isfinite(scores):
        return None
    return scores


def write_scores(file: Path, scores: Any) -> None:
    """Write scores as indented JSON.

    Args:
        file: To write or replace.
        scores: See ``to_json``.

    Raises:
        OutputError: If the file cannot be written.
    """
    with atomic_path(file) as temporary:
        temporary.write_text(json.dumps(to_json(scores), indent=1) + "\n", encoding="utf-8")
