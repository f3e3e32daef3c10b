# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Run a predictor over many scenes, and bring its answers to the grid of the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from anyview.geometry.rays import pixel_grid
from anyview.geometry.se3 import to_homogeneous
from anyview.inference.engine import Predictor
from anyview.inference.options import PredictOptions
from anyview.inference.prepared_scene import PreparedScene
from anyview.metrics.scene_scores import ScenePrediction
from anyview.structures.prediction import Prediction
from anyview.structures.views import ViewSet

VIEWS_AT_ONCE = 48
"""Views that run together: on a CPU more gain nothing."""


@dataclass(frozen=True)
class RunPlan:
    """How a model is run for scoring.

    Attributes:
        resolution: Longest side in pixels; None for the model's own.
        rays: Whether to score rays too.
        views_at_once: Most views in one run of the network (a larger scene runs alone).
    """

    resolution: int | None = None
    rays: bool = True
    views_at_once: int = VIEWS_AT_ONCE

    def options(self, predictor: Predictor) -> PredictOptions:
        """Options for a model: rays only where it has them."""
        rays = self.rays and predictor.config.is_any_view
        return PredictOptions(resolution=self.resolution, rays=rays)


def predict_scenes(
    predictor: Predictor, scenes: Sequence[ViewSet], plan: RunPlan
) -> list[Prediction]:
    """Predict scenes, several in one run of the network where their shapes allow it.

    Args:
        predictor: The model.
        scenes: In any order and of any shapes.
        plan: How to run.

    Returns:
        One prediction for each scene, in the order given.
    """
    options = plan.options(predictor)
    prepared = [predictor.prepare(scene, options) for scene in scenes]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, scene in enumerate(prepared):
        groups.setdefault(scene.batch_key, []).append(number)
    found: dict[int, Prediction] = {}
    for members in groups.values():
        size = max(1, plan.views_at_once // len(prepared[members[0]].known.names))
        for start in range(0, len(members), size):
            chosen = members[start : start + size]
            batch: list[PreparedScene] = [prepared[number] for number in chosen]
            answers = predictor.predict_prepared(batch, options)
            found.update(zip(chosen, answers, strict=True))
    return [found[number] for number in range(len(prepared))]


def stack_predictions(predictions: Sequence[Prediction]) -> ScenePrediction:
    """Predictions of scenes of one shape, without padding, as tensors."""
    first = predictions[0]
    has_cameras, has_rays = first.extrinsics is not None, first.ray_map is not None

    def stack(name: str) -> Tensor:
        return torch.stack([getattr(prediction, name) for prediction in predictions])

    return ScenePrediction(
        depth=stack("depth"),
        cam_from_world=to_homogeneous(stack("extrinsics")) if has_cameras else None,
        intrinsics=stack("intrinsics") if has_cameras else None,
        ray_map=stack("ray_map") if has_rays else None,
        ray_conf=stack("ray_conf") if has_rays else None,
    )


def depth_on_image(
    prediction: Prediction, view: int, height: int, width: int
) -> Float[Tensor, "{height} {width}"]:
    """Depth of a view on the grid of its own image, bilinear; crops and padding are undone.

    Args:
        prediction: Of one scene.
        view: Which view.
        height: Of the image that was given.
        width: Of the image that was given.
    """
    grid = pixel_grid(height, width)
    affine = prediction.processed_from_original
    if affine is not None:
        grid = grid @ affine[view, :2, :2].mT + affine[view, :2, 2]
    rows, columns = prediction.depth.shape[1:]
    normalized = grid / grid.new_tensor([columns / 2, rows / 2]) - 1
    sampled = functional.grid_sample(
        prediction.depth[view][None, None],
        normalized[None],
        mode="bilinear",
        padding_mode="border",
        align_corners=False,
    )
    return sampled[0, 0]
