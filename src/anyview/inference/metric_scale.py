# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Metres, where a model can give them, and a sentence that says why or why not."""

import math
from dataclasses import dataclass, replace

from anyview.inference.known_focals import KnownFocals
from anyview.inference.scene_output import SceneOutput
from anyview.model.outputs import CANONICAL_FOCAL_PX
from anyview.model.registry import MetricKind


@dataclass(frozen=True)
class ScaledScene:
    """A scene with a statement of its unit.

    Attributes:
        scene: The scene.
        is_metric: Whether its unit is the metre.
        note: One sentence: where the scale comes from, or why it is not metric.
        factor: What all lengths of the network's scene were multiplied by.
    """

    scene: SceneOutput
    is_metric: bool
    note: str
    factor: float = 1.0


def to_metres(
    scene: SceneOutput,
    metric: MetricKind,
    focals: KnownFocals | None,
    *,
    exif_at_hand: bool = False,
    network_scale: float = 1.0,
) -> ScaledScene:
    """Bring a scene to metres if the model and what is known of its cameras allow it.

    Args:
        scene: As the network returned it.
        metric: What the model's depth means.
        focals: Known intrinsics.
        exif_at_hand: Whether the files have focal lengths that were not asked for, for the note.
        network_scale: What a nested network multiplied by; NaN if it found no scale.
    """
    if metric == "canonical":
        return _from_canonical(scene, focals, exif_at_hand=exif_at_hand)
    if metric == "nested" and math.isnan(network_scale):
        note = (
            "Not metric: hardly anything but sky is seen, or no depth that could be compared with "
            "the metric branch; one arbitrary unit for the whole scene."
        )
        return ScaledScene(scene, False, note)
    if metric == "nested":
        return _from_nested(scene, focals)
    if scene.extrinsics is None:
        note = "Relative depth: each image in an arbitrary unit of its own."
    else:
        note = (
            "Relative depth: one arbitrary unit for the whole scene. Known poses or a metric "
            "model give a real one."
        )
    return ScaledScene(scene, False, note)


def _from_canonical(
    scene: SceneOutput, focals: KnownFocals | None, *, exif_at_hand: bool
) -> ScaledScene:
    if focals is None or not focals.complete:
        have = "" if focals is None else f" The focal length is known from {focals.origin} only."
        way = "give intrinsics"
        if exif_at_hand:
            way += ", or focal='exif': the files have a focal length"
        return ScaledScene(
            scene,
            False,
            f"Not metric: this model's depth is for a focal length of {CANONICAL_FOCAL_PX:.0f} "
            "pixels, metres = depth * focal / 300 in pixels of the processed image."
            f"{have} To get metres, {way}.",
        )
    factor = focals.focal_px / CANONICAL_FOCAL_PX
    metres = replace(scene, depth=scene.depth * factor[:, None, None])
    return ScaledScene(metres, True, f"Metres, for the focal length from {focals.origin}.")


def _from_nested(scene: SceneOutput, focals: KnownFocals | None) -> ScaledScene:
    """Metres already; they are proportional to the focal length, so a known one corrects them."""
    if focals is None or scene.intrinsics is None:
        return ScaledScene(scene, True, "Metres, for the focal length that the model predicts.")
    predicted = (scene.intrinsics[:, 0, 0] + scene.intrinsics[:, 1, 1]) / 2
    # One factor for the scene, or views would come apart; views differ in it by noise only.
    factor = float((focals.focal_px / predicted)[focals.known].median())
    note = f"Metres, for the focal length from {focals.origin}."
    return ScaledScene(scene.scaled(factor), True, note, factor)
