# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores on sets of real images: depth of each image alone, poses of all images together."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from anyview.evaluation.baselines import (
    MeanShape,
    best_straight_cameras,
    constant_depth,
    vertical_ramp,
)
from anyview.evaluation.image_sets import ImageSet, Photo, find_sets, read_set
from anyview.evaluation.prediction_runs import RunPlan, depth_on_image, predict_scenes
from anyview.geometry.se3 import to_homogeneous
from anyview.inference.engine import Predictor
from anyview.metrics.depth import DepthErrors, DepthScores, mean_depth_scores, scene_depth_errors
from anyview.metrics.pose import PoseScores, pair_errors, pose_scores
from anyview.metrics.rays import lens_errors
from anyview.metrics.scene_scores import ScenePrediction, at_size, ray_cameras
from anyview.structures.prediction import Prediction
from anyview.structures.views import ViewSet

MIN_BASELINE_SHARE = 0.05
"""True camera centres nearer to each other than this share of the median depth have no direction
worth scoring: the error of the truth itself would be of that size."""

MIN_PAIRS = 3
"""Sets with fewer pairs that have a direction get no pose scores: one pair is an anecdote."""

GUESSED_FOV_DEG = 60.0
"""What ``guessed_lens`` sees along the longer side."""

MODEL = "model"
"""Name of the model's own scores among those of the baselines."""


@dataclass(frozen=True)
class SetScores:
    """Every number of a model on one set; a part without truth is None.

    Attributes:
        name: Of the set.
        images: How many.
        sparse_depth: Whether depth is known at triangulated points only.
        depth: By ``"model"`` and the names of the baselines: each image alone, ratio of medians.
        pose_camera: All images as one scene, all pairs, predicted cameras.
        pose_rays: The same with the cameras that the rays imply.
        pose_identity: ``best_straight_cameras``, in the order of the set.
        fov_deg: Mean absolute error of the fields of view, each image alone, degrees.
        fov_guess_deg: That of the guess ``guessed_lens``, a 60 degree lens.
    """

    name: str
    images: int
    sparse_depth: bool
    depth: Mapping[str, DepthScores] | None
    pose_camera: PoseScores | None
    pose_rays: PoseScores | None
    pose_identity: PoseScores | None
    fov_deg: float | None
    fov_guess_deg: float | None


def score_image_sets(
    predictor: Predictor,
    folder: Path | Sequence[ImageSet],
    plan: RunPlan | None = None,
    shape: MeanShape | None = None,
) -> list[SetScores]:
    """Run a model on all sets of a folder and score it.

    Args:
        predictor: The model.
        folder: Of sets, or sets that are read already.
        plan: How to run; None for the model's own size.
        shape: Mean shape of other scenes, as a further baseline.

    Raises:
        InputError: If there is no set, or one is not of the format.
    """
    plan = plan or RunPlan()
    sets = [read_set(path) for path in find_sets(folder)] if isinstance(folder, Path) else folder
    return [score_set(predictor, images, plan, shape) for images in sets]


def score_set(
    predictor: Predictor, images: ImageSet, plan: RunPlan, shape: MeanShape | None
) -> SetScores:
    """Run a model on one set and score it."""
    answers = predict_scenes(predictor, [ViewSet((p.view,)) for p in images.photos], plan)
    errors: dict[str, list[DepthErrors]] = {}
    lens, guesses = [], []
    for photo, answer in zip(images.photos, answers, strict=True):
        height, width = photo.view.height, photo.view.width
        if photo.depth is not None:
            maps = {
                MODEL: depth_on_image(answer, 0, height, width),
                "constant": constant_depth(height, width),
                "ramp": vertical_ramp(height, width),
            }
            if shape is not None:
                maps["mean shape"] = shape.depth(height, width)
            for name, depth in maps.items():
                error = scene_depth_errors(_at(depth, photo.depth), photo.depth[None])
                errors.setdefault(name, []).append(error)
        found = answer.original_intrinsics
        if photo.intrinsics is not None and found is not None:
            size = (height, width)
            lens.append(lens_errors(found[0], photo.intrinsics, size, size).mean_abs_deg)
            guess = guessed_lens(height, width)
            guesses.append(lens_errors(guess, photo.intrinsics, size, size).mean_abs_deg)
    camera, rays, identity = _poses(predictor, images, plan)
    return SetScores(
        name=images.name,
        images=len(images.photos),
        sparse_depth=images.is_sparse,
        depth={n: mean_depth_scores(_joined(e)) for n, e in errors.items()} or None,
        pose_camera=camera,
        pose_rays=rays,
        pose_identity=identity,
        fov_deg=float(torch.stack(lens).mean()) if lens else None,
        fov_guess_deg=float(torch.stack(guesses).mean()) if guesses else None,
    )


def _poses(
    predictor: Predictor, images: ImageSet, plan: RunPlan
) -> tuple[PoseScores | None, PoseScores | None, PoseScores | None]:
    """Pose by decoder, rays and standing still; None with too few pairs that have a direction."""
    truths = [(p, p.cam_from_world) for p in images.photos if p.cam_from_world is not None]
    if len(truths) < 2:
        return None, None, None
    truth = torch.stack([pose for _, pose in truths])
    least = MIN_BASELINE_SHARE * _median_depth(images.photos)

    def score(cameras: Float[Tensor, "V 4 4"]) -> PoseScores:
        return pose_scores(pair_errors(cameras, truth, min_baseline=least))

    identity = score(best_straight_cameras(truth[None], min_baseline=least)[0])
    if identity.pairs_with_direction < MIN_PAIRS:
        return None, None, None
    views = ViewSet(tuple(photo.view for photo, _ in truths))
    answer = predict_scenes(predictor, [views], plan)[0]
    if answer.extrinsics is None:
        return None, None, identity
    cameras = to_homogeneous(answer.extrinsics)
    return score(cameras), _pose_from_rays(answer, score), identity


def _pose_from_rays(
    answer: Prediction, score: Callable[[Float[Tensor, "V 4 4"]], PoseScores]
) -> PoseScores | None:
    """Score the cameras that the rays imply, None without rays; padding has no say."""
    if answer.ray_map is None or answer.ray_conf is None or answer.extrinsics is None:
        return None
    conf = answer.ray_conf
    if answer.valid is not None:
        grid = (int(conf.shape[-2]), int(conf.shape[-1]))
        share = functional.interpolate(answer.valid[:, None].float(), size=grid, mode="area")
        conf = conf * (share[:, 0] == 1)
    assert answer.intrinsics is not None, "cameras come whole"
    found = ray_cameras(
        ScenePrediction(
            depth=answer.depth[None],
            cam_from_world=to_homogeneous(answer.extrinsics)[None],
            intrinsics=answer.intrinsics[None],
            ray_map=answer.ray_map[None],
            ray_conf=conf[None],
        )
    )
    assert found is not None, "there are rays"
    return score(found.cam_from_world[0])


def guessed_lens(height: int, width: int) -> Float[Tensor, "3 3"]:
    """K of a lens that sees 60 degrees along the longer side, pixels square."""
    focal = max(height, width) / 2 / math.tan(math.radians(GUESSED_FOV_DEG / 2))
    return torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])


def _median_depth(photos: Sequence[Photo]) -> float:
    """Median over photos of their median depth; 0 where no depth is known."""
    medians = [float(p.depth[p.depth > 0].median()) for p in photos if p.depth is not None]
    return float(torch.tensor(medians).median()) if medians else 0.0


def _at(depth: Float[Tensor, "H W"], like: Float[Tensor, "h w"]) -> Float[Tensor, "1 h w"]:
    """Depth on the grid of the truth, which may be coarser than the image."""
    return at_size(depth[None, None], tuple(like.shape))[0]


def _joined(errors: Sequence[DepthErrors]) -> DepthErrors:
    """Errors of several maps as one."""
    return DepthErrors(
        **{f.name: torch.cat([getattr(e, f.name) for e in errors]) for f in fields(DepthErrors)}
    )
