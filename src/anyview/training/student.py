# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The any-view student: a network, its losses, and what is needed in training only.

The forward pass returns the loss itself, so that DDP sees every use of every parameter.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from anyview.data.batch import SPARSE, Batch
from anyview.model.config import NetworkConfig
from anyview.model.network import Network
from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.training.attention_tap import AttentionTap
from anyview.training.image_statistics import normalize_images
from anyview.training.live_units import features_seen, live_share
from anyview.training.losses.camera import (
    pose_encoding_loss,
    relative_rotation_loss,
    translation_direction_loss,
)
from anyview.training.losses.depth import confidence_depth_loss, log_depth_loss
from anyview.training.losses.gradient import gradient_loss
from anyview.training.losses.matching import flow_loss, match_accuracy, match_loss, match_scores
from anyview.training.losses.points import points_loss, points_loss_at_pixels
from anyview.training.losses.rays import ray_loss
from anyview.training.losses.report import LossReport
from anyview.training.matches import Matches, find_matches
from anyview.training.normalization import NormalizedTruth, normalize_scene
from anyview.training.plan import LossWeights, StepPlan

MATCHING_BLOCKS = 2
"""Cross-view blocks whose attention is supervised, from the first one on."""

MATCHING_HEADS = 2
"""Heads of each that are supervised, as the network is initialised."""


class FlowHead(nn.Module):
    """Displacement of the true match in the reference view, from patch tokens; training only."""

    def __init__(self, width: int, layers: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width * layers)
        self.displacement = nn.Linear(width * layers, 2)
        nn.init.zeros_(self.displacement.weight)  # no chance outside the recipe's seed
        nn.init.zeros_(self.displacement.bias)

    def forward(self, tokens: Float[Tensor, "B V h w D"]) -> Float[Tensor, "B V P 2"]:
        """In patches."""
        out: Tensor = self.displacement(self.norm(tokens.flatten(2, 3)))
        return out


class Student(nn.Module):
    """Network and losses of the any-view recipe (DA3, section 3.3).

    Args:
        network: An any-view network.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.across = cross_view_blocks(network.config)
        self.flow = FlowHead(network.config.backbone.width, len(self.across))
        self._tap = AttentionTap(
            network,
            self.across[:MATCHING_BLOCKS],
            min(MATCHING_HEADS, network.config.backbone.heads),
        )

    def forward(self, batch: Batch, plan: StepPlan) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
        """The loss of a batch, and what else is worth a line in the journal."""
        weights, views = plan.kind.weights, batch.images.shape[1]
        # Truth and losses are geometry: half precision, where it is on, is for the network.
        with torch.autocast(batch.depth.device.type, enabled=False):
            truth = normalize_scene(
                batch.depth, batch.intrinsics, batch.cam_from_world, has_pose=batch.has_pose
            )
        matching = weights.needs_matches and views > 1
        request = OutputRequest(
            depth=weights.needs_depth,
            cameras=weights.needs_cameras,
            rays=weights.needs_rays,
            feature_layers=self.across if matching and weights.flow else (),
        )
        given = plan.gives_cameras and bool(batch.has_pose.all())
        decoder = self.network.camera_decoder
        assert decoder is not None
        with self._tap.listening(), features_seen(decoder) as camera_features:
            out = self.network(
                normalize_images(batch.images),
                truth.cam_from_world if given else None,
                batch.intrinsics if given else None,
                request=request,
                reference_view="first",
                head_chunk=batch.images.shape[0] * views,
            )
        flow = None
        if matching and weights.flow:
            flow = self.flow(torch.cat([out.features[i] for i in self.across], dim=-1))[:, 1:]
        with torch.autocast(batch.depth.device.type, enabled=False):
            loss, numbers = self._loss(batch, weights, out, truth, flow)
            with torch.no_grad():
                for features in camera_features:
                    numbers["live_units"] = live_share(features.float(), decoder)
        return loss, numbers

    def _loss(
        self,
        batch: Batch,
        weights: LossWeights,
        out: NetworkOutput,
        truth: NormalizedTruth,
        flow: Float[Tensor, "B _W P 2"] | None,
    ) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
        numbers: dict[str, Tensor] = {}
        report = _dense_terms(LossReport(), weights, out, truth, batch.depth_kind == SPARSE)
        report = _camera_terms(report, weights, out, truth)
        if weights.needs_matches and batch.images.shape[1] > 1:
            matches = find_matches(
                batch.depth, batch.intrinsics, batch.cam_from_world, has_pose=batch.has_pose
            )
            report = self._match_terms(report, weights, flow, matches, numbers)
        if out.depth is not None and out.depth.shape[0] > 1:
            # Near 0 the network says the same of every image: the answer that training falls into.
            numbers["std_log_depth"] = out.depth.detach().log().flatten(0, 1).std(0).mean()
        numbers |= {name: term.value.detach() for name, term in report.terms.items()}
        return report.total, numbers

    def _match_terms(
        self,
        report: LossReport,
        weights: LossWeights,
        flow: Float[Tensor, "B _W P 2"] | None,
        matches: Matches,
        numbers: dict[str, Tensor],
    ) -> LossReport:
        views = matches.visible.shape[1]
        pairs = self._tap.queries_and_keys(views)
        all_scores = [
            match_scores(q.float(), k.float(), matches.visible.shape[-1]) for q, k in pairs
        ]
        if weights.match:
            loss = torch.stack([match_loss(s, matches) for s in all_scores]).mean()
            report = report.with_term("match", loss, weights.match)
            found = torch.stack([match_accuracy(s, matches) for s in all_scores])
            numbers["match_top1"] = found.max()
        if flow is not None:
            flow = flow.float()
            true, visible = matches.flow[:, 1:, 0], matches.visible[:, 1:, 0]
            report = report.with_term("flow", flow_loss(flow, true, visible), weights.flow)
            numbers["flow_of_zero"] = flow_loss(torch.zeros_like(flow), true, visible)
        return report


def cross_view_blocks(config: NetworkConfig) -> tuple[int, ...]:
    """Cross-view blocks, without the last one where there are several."""
    start = config.backbone.alternating_from or config.backbone.depth
    blocks = tuple(i for i in range(start, config.backbone.depth) if i % 2 == 1)
    return blocks[:-1] or blocks


def _dense_terms(
    report: LossReport,
    weights: LossWeights,
    out: NetworkOutput,
    truth: NormalizedTruth,
    is_sparse: Bool[Tensor, " B"],
) -> LossReport:
    if out.depth is not None:
        if weights.log_depth:
            term = log_depth_loss(out.depth, truth.depth, truth.valid)
            report = report.with_term("log_depth", term, weights.log_depth)
        if weights.depth:
            assert out.conf is not None
            term = confidence_depth_loss(
                out.depth, out.conf, truth.depth, truth.valid, detached=True
            )
            report = report.with_term("depth", term, weights.depth)
        if weights.gradient:
            # The few points that happen to be neighbours say nothing of a surface's steps, and
            # would weigh as much as all pixels of a dense map.
            dense = truth.valid & ~is_sparse[:, None, None, None]
            term = gradient_loss(out.depth, truth.depth, dense, log_depth=True)
            report = report.with_term("gradient", term, weights.gradient)
    if out.ray_map is not None:
        rows, columns = out.ray_map.shape[2:4]
        true_rays = truth.ray_map(rows, columns)
        if weights.rays:
            term = ray_loss(
                out.ray_map, true_rays, truth.views_with_pose, conf=out.ray_conf, detached=True
            )
            report = report.with_term("rays", term, weights.rays)
        if weights.points and out.depth is not None:
            known = truth.valid_with_pose
            if bool(is_sparse.any()):
                term = points_loss_at_pixels(out.depth, out.ray_map, truth.points(), known)
            else:
                term = points_loss(out.depth, out.ray_map, truth.depth, true_rays, known)
            report = report.with_term("points", term, weights.points)
    return report


def _camera_terms(
    report: LossReport, weights: LossWeights, out: NetworkOutput, truth: NormalizedTruth
) -> LossReport:
    encoding = out.pose_encoding
    if encoding is None:
        return report
    known, true = truth.views_with_pose, truth.pose_encoding
    errors = pose_encoding_loss(encoding, true, known)
    for name in ("translation", "rotation", "fov"):
        if weight := getattr(weights, name):
            report = report.with_term(name, getattr(errors, name), weight)
    if encoding.shape[1] > 1:
        if weights.angle:
            term = relative_rotation_loss(encoding, true, known)
            report = report.with_term("angle", term, weights.angle)
        if weights.direction:
            term = translation_direction_loss(encoding, true, known)
            report = report.with_term("direction", term, weights.direction)
    return report
