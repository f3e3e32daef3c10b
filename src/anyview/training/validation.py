# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How good is the network now, on scenes that no run trains on: a few numbers and a picture."""

from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.data.batch import Batch
from anyview.geometry.scale_align import fit_scale_shift
from anyview.metrics.scene_scores import ScenePrediction, SceneScores, SceneTruth, score_scenes
from anyview.model.network import Network
from anyview.model.outputs import CANONICAL_FOCAL_PX, NetworkOutput, OutputRequest
from anyview.training.image_statistics import normalize_images
from anyview.training.normalization import normalize_scene
from anyview.training.prediction_sheet import SheetViews, write_sheet
from anyview.training.recipe import Objective

VIEWS_AT_A_TIME = 16
"""Views that the network sees in one pass, to bound its memory."""

SHEET_SCENES = 8
"""Scenes whose first view is drawn."""

LEAST_DEPTH = 1e-3
"""Aligned depth ends here, in the unit of the truth: a shift can take it below zero."""


@dataclass(frozen=True)
class Validation:
    """Scenes with truth, kept in memory.

    Attributes:
        batch: Scenes with poses; any-view networks are also given pairs and all views of each.
        objective: What depth means: one scale for all views of a scene is found for a student, a
            scale and a shift for each view for a teacher; a metric network is also measured as
            it is, in metres.
    """

    batch: Batch
    objective: Objective = "student"

    @torch.no_grad()
    def measure(self, network: Network, step: int, folder: Path) -> dict[str, float]:
        """Scores of single views, pairs and whole scenes; draws a sheet below ``sheets/``.

        Args:
            network: In any mode; its mode stays.
            step: Index of the step; the picture is named after the steps made.
            folder: Of the run.

        Returns:
            For single views ``1view/...``, for pairs ``2view/...`` and so on.
        """
        was_training = network.training
        network.eval()
        numbers: dict[str, float] = {}
        all_views = self.batch.images.shape[1]
        counts = sorted({1, min(2, all_views), all_views} if network.config.is_any_view else {1})
        for count in counts:
            out = self._predict(network, count, told=False)
            out.depth = self._comparable(out.depth)
            if count == 1:
                (folder / "sheets").mkdir(exist_ok=True)
                picture = folder / "sheets" / f"validation-{step + 1:08d}.png"
                write_sheet(picture, self._sheet(out), title=f"step {step + 1}")
            scores = self._score(out, count)
            numbers |= _chosen(scores, f"{count}view")
            if scores.depth_unaligned is not None:
                numbers[f"{count}view/abs_rel_metres"] = scores.depth_unaligned.abs_rel
            if count > 1:
                told = self._score(self._predict(network, count, told=True), count)
                numbers[f"{count}view/delta1_given_cameras"] = told.depth_joint.delta1
        network.train(was_training)
        return numbers

    def _predict(self, network: Network, count: int, *, told: bool) -> NetworkOutput:
        batch = self.batch
        device = next(network.parameters()).device
        any_view = network.config.is_any_view
        request = OutputRequest(depth=True, cameras=any_view, rays=any_view and count > 1)
        parts = []
        step = max(1, VIEWS_AT_A_TIME // count)
        for start in range(0, len(batch.names), step):
            scenes = slice(start, start + step)
            k, pose = batch.intrinsics[scenes, :count], batch.cam_from_world[scenes, :count]
            depth = batch.depth[scenes, :count]
            pose = normalize_scene(depth, k, pose).cam_from_world
            parts.append(
                network(
                    normalize_images(batch.images[scenes, :count]).to(device),
                    pose.to(device) if told else None,
                    k.to(device) if told else None,
                    request=request,
                    reference_view="first",
                )
            )
        return _joined(parts)

    def _score(self, out: NetworkOutput, count: int) -> SceneScores:
        batch = self.batch
        assert out.depth is not None
        return score_scenes(
            ScenePrediction(out.depth, out.extrinsics, out.intrinsics, out.ray_map, out.ray_conf),
            SceneTruth(
                batch.depth[:, :count], batch.cam_from_world[:, :count], batch.intrinsics[:, :count]
            ),
            same_unit=self.objective == "metric",
        )

    def _comparable(self, depth: Float[Tensor, "B V H W"] | None) -> Tensor | None:
        """Depth in the unit of the truth where the objective says how to get there."""
        if depth is None or self.objective == "student":
            return depth
        views = depth.shape[1]
        if self.objective == "metric":
            k = self.batch.intrinsics[:, :views]
            focal = (k[..., 0, 0] + k[..., 1, 1]) / 2
            return depth * (focal / CANONICAL_FOCAL_PX)[..., None, None]
        truth = self.batch.depth[:, :views].flatten(2)
        known = truth > 0
        weights = torch.where(known, truth, 1).square().reciprocal()  # of relative deviations
        fit = fit_scale_shift(depth.flatten(2), truth, known, weights)
        aligned = torch.where(fit.ok[..., None, None], fit.apply(depth), depth)
        return aligned.clamp_min(LEAST_DEPTH)

    def _sheet(self, out: NetworkOutput) -> SheetViews:
        batch, shown = self.batch, slice(0, SHEET_SCENES)
        assert out.depth is not None
        return SheetViews(
            images=batch.images[shown, 0],
            truth=batch.depth[shown, 0],
            prediction=out.depth[shown, 0],
            conf=None if out.conf is None else out.conf[shown, 0],
            names=batch.names[shown],
        )


def _joined(parts: list[NetworkOutput]) -> NetworkOutput:
    """Outputs of parts of the scenes as one, on the CPU."""
    out = NetworkOutput()
    for name in ("depth", "conf", "extrinsics", "intrinsics", "ray_map", "ray_conf", "sky"):
        values = [getattr(part, name) for part in parts]
        if values[0] is not None:
            setattr(out, name, torch.cat(values).float().cpu())
    return out


def _chosen(scores: SceneScores, prefix: str) -> dict[str, float]:
    """The numbers that a run is steered by."""
    numbers = {
        "delta1": scores.depth_joint.delta1,
        "abs_rel": scores.depth_joint.abs_rel,
        "spread": scores.spread,
    }
    for name, pose in (("camera", scores.pose_camera), ("rays", scores.pose_rays)):
        if pose is not None:
            numbers[f"auc30_{name}"] = pose.auc30
            numbers[f"rotation_deg_{name}"] = pose.median_rotation_deg
            numbers[f"direction_deg_{name}"] = pose.median_direction_deg
    if scores.lens is not None:
        numbers["fov_deg"] = scores.lens.fov_deg
    return {f"{prefix}/{name}": value for name, value in numbers.items()}
