# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A network's output to a prediction: which cameras, which unit, which frame.

In this order: cameras from the decoder or from rays; metres where the model gives them; the
caller's frame where poses are known; the caller's intrinsics where they are known; padding out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from anyview.geometry.ray_pose import RayPoseMethod, cameras_from_ray_map
from anyview.inference.known_cameras import KnownPoses, place
from anyview.inference.known_focals import KnownFocals
from anyview.inference.metric_scale import ScaledScene, to_metres
from anyview.inference.options import PredictOptions
from anyview.inference.preprocess import ProcessedViews
from anyview.inference.scene_output import SceneOutput, scene_of
from anyview.model.outputs import NetworkOutput
from anyview.model.registry import MetricKind
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction


@dataclass(frozen=True)
class SceneKnowledge:
    """What is known of a scene beside its images.

    Attributes:
        names: Of the views.
        poses: Given poses.
        focals: Known intrinsics.
        exif_at_hand: Whether the files have focal lengths that were not asked for.
    """

    names: tuple[str, ...]
    poses: KnownPoses | None = None
    focals: KnownFocals | None = None
    exif_at_hand: bool = False


def prediction_of(
    output: NetworkOutput,
    processed: ProcessedViews,
    known: SceneKnowledge,
    *,
    metric: MetricKind,
    options: PredictOptions,
    provenance: Mapping[str, Any],
    index: int = 0,
) -> Prediction:
    """Assemble the result of one scene.

    Args:
        output: Of the network, with depth.
        processed: The images it saw.
        known: Names and known cameras.
        metric: What the model's depth means.
        options: Of the call.
        provenance: JSON-able record to keep with the result.
        index: Of the scene in the batch.
    """
    scene = scene_of(output, index)
    notes = []
    if options.pose != "camera":
        scene, note = cameras_by_rays(
            scene,
            method=_RAY_POSE_METHODS[options.pose],
            seed=options.seed,
            valid=processed.valid,
        )
        notes.append(note)
    network_scale = 1.0 if output.scale is None else float(output.scale[index])
    scaled = to_metres(
        scene,
        metric,
        known.focals,
        exif_at_hand=known.exif_at_hand,
        network_scale=network_scale,
    )
    network_scale = network_scale if math.isfinite(network_scale) else 1.0
    scaled = _in_known_cameras(scaled, known, network_scale, options.known_cameras)
    scene = scaled.scene
    if options.focal == "exif" and known.focals is None:
        notes.append("No image has a focal length in its EXIF data.")
    if processed.valid is not None:
        scene = _without_padding(scene, processed.valid)
    return Prediction(
        depth=scene.depth,
        images=processed.images,
        names=known.names,
        conf=scene.conf,
        extrinsics=None if scene.extrinsics is None else scene.extrinsics[:, :3].contiguous(),
        intrinsics=scene.intrinsics,
        sky=scene.sky,
        valid=processed.valid,
        ray_map=scene.ray_map if options.rays else None,
        ray_conf=scene.ray_conf if options.rays else None,
        gaussians=scene.gaussians if options.gaussians else None,
        features=MappingProxyType(dict(scene.features)),
        original_sizes=processed.original_sizes,
        processed_from_original=processed.processed_from_original.float(),
        is_metric=scaled.is_metric,
        scale_note=" ".join([scaled.note, *[note for note in notes if note]]),
        provenance=MappingProxyType(dict(provenance)),
    )


_MOST_NAMES = 6
"""A note counts the views beyond so many by their number only."""

_RAY_POSE_METHODS: Mapping[str, RayPoseMethod] = MappingProxyType(
    {"rays": "qr", "rays-centred": "centred", "rays-published": "published"}
)
"""How each value of the option ``pose`` splits the homography of a view."""


def cameras_by_rays(
    scene: SceneOutput,
    *,
    method: RayPoseMethod,
    seed: int,
    valid: Bool[Tensor, "V H W"] | None = None,
) -> tuple[SceneOutput, str]:
    """Replace the decoder's cameras by those that the ray map implies (DA3, section 3.2).

    Where a view's rays fix no camera the decoder's is kept, and the note says for which views.

    Args:
        scene: With a ray map, and cameras from the decoder.
        method: How the homography of a view is split, see ``cameras_from_ray_map``.
        seed: Of the robust fit.
        valid: Where images have content; rays of padding have no say.
    """
    assert scene.ray_map is not None, "rays are asked of the network for this"
    assert scene.ray_conf is not None
    assert scene.extrinsics is not None
    assert scene.intrinsics is not None
    height, width = scene.depth.shape[1:]
    conf = scene.ray_conf
    if valid is not None:
        share = functional.interpolate(valid[:, None].float(), size=conf.shape[1:], mode="area")
        conf = conf * (share[:, 0] == 1)
    found = cameras_from_ray_map(scene.ray_map, conf, height, width, method=method, seed=seed)
    ok = found.ok[:, None, None]
    extrinsics = torch.where(ok, found.cam_from_world, scene.extrinsics)
    intrinsics = torch.where(ok, found.intrinsics, scene.intrinsics)
    lost = (~found.ok).nonzero()[:, 0].tolist()
    note = ""
    if lost:
        note = (
            "The rays fix no camera for the views at position "
            f"{', '.join(str(i) for i in lost)} (from 0): theirs are the camera decoder's."
        )
    return scene.with_cameras(extrinsics, intrinsics), note


def _in_known_cameras(
    scaled: ScaledScene,
    known: SceneKnowledge,
    network_scale: float,
    mode: Literal["keep", "align"],
) -> ScaledScene:
    """Move the scene into the caller's frame and give it the caller's intrinsics."""
    scene, focals, poses = scaled.scene, known.focals, known.poses
    if scene.extrinsics is None or scene.intrinsics is None:
        return _monocular_in_known_cameras(scaled, known)
    intrinsics = scene.intrinsics if focals is None else focals.over(scene.intrinsics)
    if poses is None:
        return replace(scaled, scene=scene.with_cameras(scene.extrinsics, intrinsics))
    placement = place(scene.extrinsics, poses, network_scale * scaled.factor)
    scene = scene.moved(placement.given_from_network)
    assert scene.extrinsics is not None
    kept = poses.over(scene.extrinsics) if mode == "keep" else scene.extrinsics
    scene = scene.with_cameras(kept, intrinsics)
    note = placement.note + _views_with_poses(known)
    if placement.in_given_unit:
        metres = " Whether that is the metre, the caller knows." if scaled.is_metric else ""
        return ScaledScene(scene, False, note + metres)
    assumed = " The given poses are taken to be in metres too." if scaled.is_metric else ""
    return ScaledScene(scene, scaled.is_metric, f"{scaled.note} {note}{assumed}")


def _views_with_poses(known: SceneKnowledge) -> str:
    """Which views have given poses, as a sentence after others; empty if all have."""
    assert known.poses is not None
    if known.poses.complete:
        return ""
    given = [
        name for name, is_known in zip(known.names, known.poses.known, strict=True) if is_known
    ]
    named = given if len(given) <= _MOST_NAMES else [*given[: _MOST_NAMES - 1], "..."]
    return (
        f" Poses are given for {len(given)} of {len(known.names)} views ({', '.join(named)}); the "
        "others are the network's, which was shown no poses, moved to them."
    )


def _monocular_in_known_cameras(scaled: ScaledScene, known: SceneKnowledge) -> ScaledScene:
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


def _without_padding(scene: SceneOutput, valid: Tensor) -> SceneOutput:
    """Lowest confidence where there is no image, and no Gaussians."""
    gaussians = scene.gaussians
    if gaussians is not None:
        kept = valid.flatten()
        gaussians = Gaussians(**{name: value[kept] for name, value in vars(gaussians).items()})
    return replace(scene, conf=_lowest(scene.conf, valid), gaussians=gaussians)


def _lowest(conf: Float[Tensor, "V H W"] | None, valid: Tensor) -> Float[Tensor, "V H W"] | None:
    return None if conf is None else conf.masked_fill(~valid, 1.0)
