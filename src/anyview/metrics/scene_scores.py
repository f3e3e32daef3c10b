# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every number of many scenes at once, from tensors: one answer for validation and for reports.

``score_scenes(prediction, truth).numbers()`` is what a training run writes to its log.
"""

import math
from dataclasses import asdict, dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.ray_pose import RayPoseMethod, RayPoseResult, cameras_from_ray_map
from anyview.geometry.rays import ray_map_from_cameras
from anyview.metrics.depth import (
    DepthScores,
    log_depth_spread,
    mean_depth_scores,
    scene_depth_errors,
)
from anyview.metrics.pose import PoseScores, pair_errors, pose_scores
from anyview.metrics.rays import LensErrors, lens_errors, ray_direction_errors_deg


@dataclass(frozen=True)
class SceneTruth:
    """S scenes of V views.

    Attributes:
        depth: z-depth; 0, negative and not finite where unknown.
        cam_from_world: World-to-camera, in any frame, in the unit of depth.
        intrinsics: K in pixels of the depth maps.
    """

    depth: Float[Tensor, "S V H W"]
    cam_from_world: Float[Tensor, "S V 4 4"]
    intrinsics: Float[Tensor, "S V 3 3"]

    def views(self, chosen: list[int]) -> "SceneTruth":
        """Some of the views of every scene."""
        return SceneTruth(
            self.depth[:, chosen], self.cam_from_world[:, chosen], self.intrinsics[:, chosen]
        )


@dataclass(frozen=True)
class ScenePrediction:
    """What a model says of S scenes of V views; what it does not say is None.

    Grids may be of any size; each covers the whole image.

    Attributes:
        depth: z-depth at any scale, one for each scene.
        cam_from_world: World-to-camera in any frame at any scale, one for each scene.
        intrinsics: K in pixels of ``depth``.
        ray_map: Origin first, direction second, in the frame of the first view.
        ray_conf: Confidence of the rays, not negative.
    """

    depth: Float[Tensor, "S V Hp Wp"]
    cam_from_world: Float[Tensor, "S V 4 4"] | None = None
    intrinsics: Float[Tensor, "S V 3 3"] | None = None
    ray_map: Float[Tensor, "S V Hr Wr 6"] | None = None
    ray_conf: Float[Tensor, "S V Hr Wr"] | None = None


@dataclass(frozen=True)
class LensScores:
    """Fields of view of many views.

    Attributes:
        fov_deg: Mean absolute error, both directions, degrees.
        focal_relative: Median of abs(predicted / true focal length - 1).
        bias_deg: Mean of predicted minus true horizontal field of view, degrees.
    """

    fov_deg: float
    focal_relative: float
    bias_deg: float


@dataclass(frozen=True)
class SceneScores:
    """The numbers of S scenes of V views; a part that the model does not give is None.

    Attributes:
        depth_first: Depth of the first view of each scene, alone on its own scale.
        depth_each: Depth of every view, each on its own scale.
        depth_joint: Depth of every view, one scale for all views of a scene.
        depth_unaligned: Depth of every view as it is; None unless it is in the unit of the truth.
        pose_camera: Pairs of the predicted cameras; None for one view.
        pose_rays: Pairs of the cameras that the rays imply.
        lens: Fields of view of the predicted cameras.
        lens_rays: Fields of view that the rays imply.
        ray_direction_deg: Median angle between predicted and true ray directions, in the frame of
            the first view.
        rays_without_camera: Share of views whose rays fix no camera, in [0, 1]; the predicted one
            stands in for it.
        spread: ``log_depth_spread`` of the predictions.
        spread_truth: The same of the truth.
    """

    depth_first: DepthScores
    depth_each: DepthScores
    depth_joint: DepthScores
    depth_unaligned: DepthScores | None
    pose_camera: PoseScores | None
    pose_rays: PoseScores | None
    lens: LensScores | None
    lens_rays: LensScores | None
    ray_direction_deg: float | None
    rays_without_camera: float | None
    spread: float
    spread_truth: float

    def numbers(self) -> dict[str, float]:
        """Flat, such as ``depth_joint/delta1``; parts that are None and NaN are left out."""
        flat: dict[str, float] = {}
        for name, value in asdict(self).items():
            parts = value if isinstance(value, dict) else {"": value}
            for part, number in parts.items():
                if number is not None and not math.isnan(number):
                    flat[f"{name}/{part}" if part else name] = float(number)
        return flat


def score_scenes(
    prediction: ScenePrediction,
    truth: SceneTruth,
    *,
    pairs: Int[Tensor, "P 2"] | None = None,
    ray_method: RayPoseMethod = "qr",
    min_baseline: int | float = 0.0,
    same_unit: bool = False,
) -> SceneScores:
    """Score predictions of scenes.

    Args:
        prediction: Of a model, or of a baseline.
        truth: Of the same scenes and views.
        pairs: Views whose relative poses are scored; all pairs if None.
        ray_method: How cameras are found from rays, see ``cameras_from_ray_map``.
        min_baseline: See ``pair_errors``.
        same_unit: Whether depth is meant in the unit of the truth.

    Raises:
        InputError: If prediction and truth differ in scenes or views.
    """
    if prediction.depth.shape[:2] != truth.depth.shape[:2]:
        raise InputError(
            f"The prediction is of {tuple(prediction.depth.shape[:2])} scenes and views, the "
            f"truth of {tuple(truth.depth.shape[:2])}."
        )
    depth = at_size(prediction.depth, tuple(truth.depth.shape[-2:]))
    each = scene_depth_errors(depth, truth.depth)
    several = truth.depth.shape[1] > 1
    joint = scene_depth_errors(depth, truth.depth, joint=True) if several else each
    plain = scene_depth_errors(depth, truth.depth, "none") if same_unit else None
    found = ray_cameras(prediction, ray_method)

    def pose(cameras: Tensor | None) -> PoseScores | None:
        if cameras is None or not several:
            return None
        errors = pair_errors(cameras, truth.cam_from_world, pairs, min_baseline=min_baseline)
        return pose_scores(errors)

    def lens(intrinsics: Tensor | None) -> LensScores | None:
        if intrinsics is None:
            return None
        sizes = [(int(d.shape[-2]), int(d.shape[-1])) for d in (prediction.depth, truth.depth)]
        return lens_scores(lens_errors(intrinsics, truth.intrinsics, *sizes))

    return SceneScores(
        depth_first=mean_depth_scores(each[:, 0]),
        depth_each=mean_depth_scores(each),
        depth_joint=mean_depth_scores(joint),
        depth_unaligned=None if plain is None else mean_depth_scores(plain),
        pose_camera=pose(prediction.cam_from_world),
        pose_rays=None if found is None else pose(found.cam_from_world),
        lens=lens(prediction.intrinsics),
        lens_rays=None if found is None else lens(found.intrinsics),
        ray_direction_deg=ray_direction_deg(prediction, truth),
        rays_without_camera=None if found is None else float((~found.ok).double().mean()),
        spread=log_depth_spread(depth.flatten(0, 1)),
        spread_truth=log_depth_spread(truth.depth.flatten(0, 1)),
    )


def at_size(depth: Float[Tensor, "S V H W"], size: tuple[int, ...]) -> Float[Tensor, "S V h w"]:
    """Depth maps on a finer or coarser grid over the same image, bilinear between pixel centres."""
    if tuple(depth.shape[-2:]) == tuple(size):
        return depth
    return functional.interpolate(depth, size=size, mode="bilinear", align_corners=False)


def ray_cameras(
    prediction: ScenePrediction, method: RayPoseMethod = "qr", seed: int = 0
) -> RayPoseResult | None:
    """Cameras that the ray map implies; None without one.

    Where rays fix no camera the predicted one stands in, as it does in a finished prediction; the
    result's ``ok`` still says so.

    Args:
        prediction: With or without rays.
        method: See ``cameras_from_ray_map``.
        seed: Of its draws.
    """
    if prediction.ray_map is None or prediction.ray_conf is None:
        return None
    height, width = prediction.depth.shape[-2:]
    found = cameras_from_ray_map(
        prediction.ray_map.float(),
        prediction.ray_conf.float(),
        height,
        width,
        method=method,
        seed=seed,
    )
    if prediction.cam_from_world is None or prediction.intrinsics is None:
        return found
    ok = found.ok[..., None, None]
    return RayPoseResult(
        cam_from_world=torch.where(ok, found.cam_from_world, prediction.cam_from_world.float()),
        intrinsics=torch.where(ok, found.intrinsics, prediction.intrinsics.float()),
        ok=found.ok,
        inlier_share=found.inlier_share,
    )


def ray_direction_deg(prediction: ScenePrediction, truth: SceneTruth) -> float | None:
    """Median angle between ray directions in the frame of the first view; None without rays."""
    if prediction.ray_map is None:
        return None
    height, width = prediction.ray_map.shape[-3:-1]
    true_rays = ray_map_from_cameras(
        se3.relative_to_first(truth.cam_from_world),
        truth.intrinsics,
        height,
        width,
        image_size=(truth.depth.shape[-2], truth.depth.shape[-1]),
    )
    return float(ray_direction_errors_deg(prediction.ray_map, true_rays).median())


def lens_scores(errors: LensErrors) -> LensScores:
    """Scores of many views."""
    return LensScores(
        fov_deg=float(errors.mean_abs_deg.mean()),
        focal_relative=float(errors.focal_relative.abs().flatten().quantile(0.5)),
        bias_deg=float(errors.horizontal_deg.mean()),
    )
