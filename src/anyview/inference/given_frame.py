# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A network's scene in the caller's frame and unit, with the caller's cameras where they are known.

Poses fix frame and unit, a rig the unit and how cameras stand to each other. Both leave depth and
everything that hangs on it in one scene: only similarities, and cameras that views are seen by.
"""

from dataclasses import replace

import torch

from anyview.inference.known_cameras import place
from anyview.inference.metric_scale import ScaledScene
from anyview.inference.options import PredictOptions
from anyview.inference.rigs import has_arms, on_rig, rig_scale
from anyview.inference.scene_knowledge import SceneKnowledge

_MOST_NAMES = 6
"""A note counts the views beyond so many by their number only."""


def in_known_cameras(
    scaled: ScaledScene, known: SceneKnowledge, network_scale: float, options: PredictOptions
) -> ScaledScene:
    """Move the scene into the caller's frame and give it the caller's cameras.

    Args:
        scaled: The network's scene.
        known: What the caller gave.
        network_scale: What a nested network multiplied lengths by.
        options: Of the call.
    """
    scene, focals, poses = scaled.scene, known.focals, known.poses
    if scene.extrinsics is None or scene.intrinsics is None:
        return _monocular(scaled, known)
    intrinsics = scene.intrinsics if focals is None else focals.over(scene.intrinsics)
    rig, notes = known.rig, []
    in_given_unit, rig_fits = False, rig is not None and not has_arms(rig)
    if rig is not None and not rig_fits and (poses is None or not poses.has_baseline):
        found = rig_scale(scene.extrinsics, rig)
        scene = scene.scaled(found.factor)
        in_given_unit, rig_fits = found.ok, found.holds
        if found.holds and not found.ok:
            scaled = replace(scaled, is_metric=False, note="Depth is in no certain unit.")
        notes.append(found.note)
    assert scene.extrinsics is not None
    if poses is not None:
        placement = place(scene.extrinsics, poses, network_scale * scaled.factor)
        scene = scene.moved(placement.given_from_network)
        notes.append(placement.note if not in_given_unit else _IN_FRAME)
        notes.append(_which_views(known))
        in_given_unit = in_given_unit or placement.in_given_unit
        rig_fits = rig_fits or placement.in_given_unit
    cameras = scene.extrinsics
    assert cameras is not None
    if rig is not None and rig_fits:
        cameras = on_rig(cameras, rig)
    if poses is not None and options.known_cameras == "keep":
        cameras = poses.over(cameras)
    scene = scene.with_cameras(cameras, intrinsics)
    note = " ".join(text for text in notes if text)
    if not in_given_unit:
        assumed = " The given poses are taken to be in metres too."
        assumed = assumed if scaled.is_metric and poses is not None else ""
        return ScaledScene(scene, scaled.is_metric, f"{scaled.note} {note}{assumed}".strip())
    if options.known_unit == "m":
        return ScaledScene(scene, True, f"Metres, as the caller says. {note}")
    metres = " Whether that is the metre, the caller knows." if scaled.is_metric else ""
    return ScaledScene(scene, False, note + metres)


_IN_FRAME = "The given poses share one camera centre and fix the frame only."


def _which_views(known: SceneKnowledge) -> str:
    """Which views have known poses, as a sentence; empty if all were given."""
    assert known.poses is not None
    mask = known.poses.known
    names = [name for name, is_known in zip(known.names, mask, strict=True) if is_known]
    total, by_rig = len(known.names), known.num_by_rig
    if len(names) == total:
        return f"The rig gives {by_rig} of {total} poses." if by_rig else ""
    named = names if len(names) <= _MOST_NAMES else [*names[: _MOST_NAMES - 1], "..."]
    more = f", {by_rig} of them by the rig" if by_rig else ""
    return (
        f"Poses are given for {len(names)} of {total} views ({', '.join(named)}){more}; the others "
        "are the network's, which was shown no poses, moved to them."
    )


def _monocular(scaled: ScaledScene, known: SceneKnowledge) -> ScaledScene:
    """A model without cameras of its own takes the given ones as they are."""
    focals, poses, views = known.focals, known.poses, len(known.names)
    if focals is None or not focals.complete:
        return scaled
    if poses is not None:
        unit = "metres" if scaled.is_metric else "an arbitrary unit for each image"
        note = (
            f"{scaled.note} The given poses are returned as they are; this model cannot be shown "
            f"them, and its depth is in {unit}."
        )
        scene = replace(
            scaled.scene, extrinsics=poses.extrinsics.float(), intrinsics=focals.intrinsics
        )
        return ScaledScene(scene, scaled.is_metric, note)
    if views > 1:
        return scaled  # K alone says nothing of where several cameras stand
    scene = replace(
        scaled.scene, extrinsics=torch.eye(4).expand(1, 4, 4), intrinsics=focals.intrinsics
    )
    return replace(scaled, scene=scene)
