# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The monocular teacher, and the monocular student on its labels: a network and their loss.

``L_T = 0.5 L_grad + L_gl + L_N + L_sky + L_obj`` (DA3, section 4.1). Depth comes out of an
exponential and is right up to a scale and a shift for each image. L_gl finds both; what it found,
without gradient, brings depth to the truth for gradients and normals.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from anyview.data.batch import Batch
from anyview.model.config import PATCH
from anyview.model.network import Network
from anyview.training.gauge import steady
from anyview.training.image_statistics import normalize_images
from anyview.training.losses.depth import log_depth_loss
from anyview.training.losses.global_local import GlobalLocalLoss, global_local_loss
from anyview.training.losses.gradient import gradient_loss
from anyview.training.losses.masks import mask_loss
from anyview.training.losses.normals import normal_loss
from anyview.training.losses.report import LossReport
from anyview.training.monocular_pass import MonocularPass, look_at
from anyview.training.normalization import normalize_scene
from anyview.training.plan import LossWeights, StepPlan

NORMAL_STRIDE = 2
"""Normals are compared at every second pixel of every second row, at true neighbours: a quarter
of the cost."""

LEAST_RATIO = 0.05
"""Aligned depth below this share of the truth counts as this share: a shift can take it below
zero, where logarithms end."""


class ObjectHead(nn.Module):
    """Score of things (not walls, ground, sky) from patch tokens; training only.

    Published monocular networks have depth and sky. What this head asks of the tokens stays in
    them; the head itself is in no weights file.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.pixels = nn.Linear(width, PATCH * PATCH)
        nn.init.zeros_(self.pixels.weight)  # no chance outside the recipe's seed
        nn.init.zeros_(self.pixels.bias)

    def forward(self, tokens: Float[Tensor, "N h w D"]) -> Float[Tensor, "N H W"]:
        """One score a pixel; each patch is read from its own token."""
        patches = self.pixels(self.norm(tokens)).unflatten(-1, (PATCH, PATCH))  # [N, h, w, 14, 14]
        score: Tensor = patches.transpose(2, 3).flatten(3, 4).flatten(1, 2)
        return score


class MonocularTruth:
    """What is known of the images of a batch, each by itself.

    Attributes:
        depth: z-depth over the mean distance of the image's points, 0 where not valid.
        valid: Where it is known, sky left out.
        intrinsics: K in pixels.
        sky: Where sky is.
        objects: Where things are.
        has_masks: Images whose masks mean anything.
    """

    def __init__(self, batch: Batch) -> None:
        self.sky, self.objects = batch.sky.flatten(0, 1), batch.objects.flatten(0, 1)
        self.has_masks = batch.has_masks[:, None].expand(batch.sky.shape[:2]).flatten()
        self.intrinsics = batch.intrinsics.flatten(0, 1)
        depth = batch.depth.flatten(0, 1)
        normalized = normalize_scene(
            depth[:, None],
            self.intrinsics[:, None],
            torch.eye(4, device=depth.device).expand(len(depth), 1, 4, 4),
            (~self.sky)[:, None],
        )
        self.depth: Float[Tensor, "N H W"] = normalized.depth[:, 0]
        self.valid: Bool[Tensor, "N H W"] = normalized.valid[:, 0]


class MonocularObjective(nn.Module):
    """Network and loss of the monocular teacher and student.

    Args:
        network: A monocular network.
    """

    TERMS = frozenset({"log_depth", "gradient", "global_local", "normal", "sky", "objects"})
    """The weights that mean something here."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network
        self.objects = ObjectHead(network.config.backbone.width)

    def forward(self, batch: Batch, plan: StepPlan) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
        """The loss of a batch, and what else is worth a line in the journal.

        Views of a scene are images of their own.
        """
        weights = plan.kind.weights
        seen = look_at(self.network, normalize_images(batch.images).flatten(0, 1))
        score = self.objects(seen.tokens).float() if weights.objects else None
        # Alignment and normals are geometry: half precision is for networks.
        with torch.autocast(batch.depth.device.type, enabled=False):
            truth = MonocularTruth(batch)
            report, numbers = depth_terms(LossReport(), weights, seen.depth, truth, plan.seed)
            if weights.sky:
                report = report.with_term(
                    "sky", mask_loss(seen.sky, truth.sky, truth.has_masks), weights.sky
                )
            if score is not None:
                term = mask_loss(score, truth.objects, truth.has_masks)
                report = report.with_term("objects", term, weights.objects)
            total = report.total
        numbers |= spread_of(seen)
        numbers |= {name: term.value.detach() for name, term in report.terms.items()}
        return total, numbers


def depth_terms(
    report: LossReport,
    weights: LossWeights,
    depth: Float[Tensor, "N H W"],
    truth: MonocularTruth,
    seed: int,
) -> tuple[LossReport, dict[str, Tensor]]:
    """Add the terms of depth that have a weight.

    Without L_gl and L_N nothing is aligned: ``log_depth`` then learns the normalised depth itself,
    which is what a network begins with that knows nothing.

    Args:
        report: Gets the terms.
        weights: Of the step.
        depth: As predicted.
        truth: Of the same images.
        seed: Of the step: which pixels and balls L_gl looks at.
    """
    numbers: dict[str, Tensor] = {}
    if weights.log_depth:
        term = log_depth_loss(depth, truth.depth, truth.valid)
        report = report.with_term("log_depth", term, weights.log_depth)
    valid = truth.valid
    if weights.global_local or weights.normal:
        depth = steady(depth, truth.valid)
        found = _global_local(depth, truth, seed)
        if weights.global_local:
            report = report.with_term("whole", found.whole, weights.global_local)
            report = report.with_term("local", found.local, weights.global_local)
        numbers["aligned"] = found.fit.ok.float().mean()
        valid = valid & found.fit.ok[:, None, None]
        depth = torch.maximum(found.fit.apply(depth), LEAST_RATIO * truth.depth)
    if weights.gradient:
        term = gradient_loss(depth, truth.depth, valid, log_depth=True)
        report = report.with_term("gradient", term, weights.gradient)
    if weights.normal:
        term = normal_loss(depth, truth.depth, truth.intrinsics, valid, stride=NORMAL_STRIDE)
        report = report.with_term("normal", term, weights.normal)
    return report, numbers


def _global_local(
    depth: Float[Tensor, "N H W"], truth: MonocularTruth, seed: int
) -> GlobalLocalLoss:
    generator = torch.Generator(depth.device).manual_seed(seed)
    return global_local_loss(depth, truth.depth, truth.intrinsics, truth.valid, generator)


def spread_of(seen: MonocularPass) -> dict[str, Tensor]:
    """How far log depth varies from image to image; near 0 the network says the same of all."""
    if len(seen.depth) < 2:
        return {}
    return {"std_log_depth": seen.depth.detach().log().std(0).mean()}
