# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A network's output to a prediction: which cameras, which unit, which frame.

In this order: cameras from the decoder or from rays; metres where the model gives them; the
caller's frame where poses are known; the caller's intrinsics where they are known; padding and
masked pixels out.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from anyview.geometry.ray_pose import RayPoseMethod, cameras_from_ray_map
from anyview.inference.given_frame import in_known_cameras
from anyview.inference.metric_scale import to_metres
from anyview.inference.options import RAY_POSES, PredictOptions
from anyview.inference.preprocess import ProcessedViews
from anyview.inference.scene_knowledge import SceneKnowledge
from anyview.inference.scene_output import SceneOutput, scene_of
from anyview.model.outputs import NetworkOutput
from anyview.model.registry import MetricKind
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction


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
    if options.pose in RAY_POSES:
        scene, note = cameras_by_rays(
            scene,
            method=_RAY_POSE_METHODS[options.pose],
            seed=options.seed,
            valid=processed.usable,
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
    scaled = in_known_cameras(scaled, known, network_scale, options)
    scene = scaled.scene
    if options.focal == "exif" and known.focals is None:
        notes.append("No image has a focal length in its EXIF data.")
    if processed.usable is not None:
        scene = _without_unusable(scene, processed.usable)
    return Prediction(
        depth=scene.depth,
        images=processed.images,
        names=known.names,
        conf=scene.conf,
        extrinsics=None if scene.extrinsics is None else scene.extrinsics[:, :3].contiguous(),
        intrinsics=scene.intrinsics,
        sky=scene.sky,
        valid=processed.usable,
        ray_map=scene.ray_map if options.rays else None,
        ray_conf=scene.ray_conf if options.rays else None,
        gaussians=scene.gaussians if options.gaussians else None,
        features=MappingProxyType(dict(scene.features)),
        original_sizes=processed.original_sizes,
        processed_from_original=processed.processed_from_original.float(),
        lenses=known.lenses if any(known.lenses) else None,
        is_metric=scaled.is_metric,
        scale_note=" ".join([scaled.note, *[note for note in notes if note]]),
        provenance=MappingProxyType(dict(provenance)),
    )


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
        valid: Where images have content; rays of padding and of masked pixels have no say.
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


def _without_unusable(scene: SceneOutput, valid: Tensor) -> SceneOutput:
    """Lowest confidence in padding and where masks leave pixels out, and no Gaussians."""
    gaussians = scene.gaussians
    if gaussians is not None:
        kept = valid.flatten()
        gaussians = Gaussians(**{name: value[kept] for name, value in vars(gaussians).items()})
    return replace(scene, conf=_lowest(scene.conf, valid), gaussians=gaussians)


def _lowest(conf: Float[Tensor, "V H W"] | None, valid: Tensor) -> Float[Tensor, "V H W"] | None:
    return None if conf is None else conf.masked_fill(~valid, 1.0)
