# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The metric student: depth for a canonical focal length of 300 pixels (DA3, section 4.3).

From one image, a thing twice as large and twice as far looks the same, and so does a longer lens.
The network therefore predicts what depth would be at a fixed focal length,
``canonical = metres * 300 / focal`` with the focal length in pixels of its input; whoever knows
the focal length gets metres back (``inference.metric_scale``, ``model.nested``).
"""

import random

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from anyview.data.batch import Batch
from anyview.data.transforms import rotate_quarters
from anyview.model.network import Network
from anyview.model.outputs import CANONICAL_FOCAL_PX
from anyview.training.image_statistics import normalize_images
from anyview.training.losses.depth import log_depth_loss
from anyview.training.losses.gradient import gradient_loss
from anyview.training.losses.masks import mask_loss
from anyview.training.losses.reduction import masked_mean
from anyview.training.losses.report import LossReport
from anyview.training.monocular import spread_of
from anyview.training.monocular_pass import look_at
from anyview.training.plan import LossWeights, StepPlan

TURNED_SHARE = 0.05
"""Share of the steps whose pictures are turned by 90 or 270 degrees (DA3, section 4.3)."""


class MetricObjective(nn.Module):
    """Network and loss of the metric student.

    Args:
        network: A monocular network.
        turned_share: Share of the steps whose pictures are turned.
    """

    TERMS = frozenset({"log_depth", "depth", "gradient", "sky"})
    """The weights that mean something here: ``log_depth`` compares logarithms, ``depth`` canonical
    metres."""

    def __init__(self, network: Network, turned_share: float = TURNED_SHARE) -> None:
        super().__init__()
        self.network = network
        self.turned_share = turned_share

    def forward(self, batch: Batch, plan: StepPlan) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
        """The loss of a batch, and what else is worth a line in the journal.

        Views of a scene are images of their own. Scenes that are not in metres teach sky alone.
        """
        weights = plan.kind.weights
        batch = turned(batch, plan.seed, self.turned_share)
        seen = look_at(self.network, normalize_images(batch.images).flatten(0, 1))
        with torch.autocast(batch.depth.device.type, enabled=False):
            truth, valid = canonical_truth(batch)
            truth, valid = truth.flatten(0, 1), valid.flatten(0, 1)
            report = _depth_terms(LossReport(), weights, seen.depth, truth, valid)
            if weights.sky:
                known = batch.has_masks[:, None].expand(batch.sky.shape[:2]).flatten()
                term = mask_loss(seen.sky, batch.sky.flatten(0, 1), known)
                report = report.with_term("sky", term, weights.sky)
            total = report.total
            error = (seen.depth.detach() - truth).abs() / torch.where(valid, truth, 1)
        numbers = {"abs_rel": masked_mean(error, valid), **spread_of(seen)}
        numbers |= {name: term.value.detach() for name, term in report.terms.items()}
        return total, numbers


def canonical_truth(batch: Batch) -> tuple[Float[Tensor, "B V H W"], Bool[Tensor, "B V H W"]]:
    """What a metric network should say, and where that is known.

    The focal length is the mean of fx and fy, as in use.

    Args:
        batch: Its K is in pixels of its images, which are the network's input.

    Returns:
        ``metres * 300 / focal``, 0 where not known; known is neither sky nor a scene in a unit of
        its own.
    """
    valid = (batch.depth > 0) & batch.depth.isfinite() & ~batch.sky
    valid &= batch.is_metric[:, None, None, None]
    focal = (batch.intrinsics[..., 0, 0] + batch.intrinsics[..., 1, 1]) / 2
    canonical = batch.depth * (CANONICAL_FOCAL_PX / focal)[..., None, None]
    return torch.where(valid, canonical, 0), valid


def turned(batch: Batch, seed: int, share: float) -> Batch:
    """The batch, in a share of the cases turned by 90 or 270 degrees, depth and cameras alike.

    All pictures of a step are turned together, as width and height change places; sizes that
    alternate over the steps of a recipe alternate with them. Cameras with skew are not turned: no
    K could describe that.

    Args:
        batch: Any.
        seed: Of the step; every process turns alike.
        share: How often.
    """
    chance = random.Random(f"{seed}/turn")
    if chance.random() >= share or bool((batch.intrinsics[..., 0, 1] != 0).any()):
        return batch
    return rotate_quarters(batch, chance.choice((1, 3)))


def _depth_terms(
    report: LossReport,
    weights: LossWeights,
    depth: Float[Tensor, "N H W"],
    truth: Float[Tensor, "N H W"],
    valid: Bool[Tensor, "N H W"],
) -> LossReport:
    if weights.log_depth:
        term = log_depth_loss(depth, truth, valid)
        report = report.with_term("log_depth", term, weights.log_depth)
    if weights.depth:
        term = masked_mean((depth - truth).abs(), valid)
        report = report.with_term("depth", term, weights.depth)
    if weights.gradient:
        term = gradient_loss(depth, truth, valid, log_depth=True)
        report = report.with_term("gradient", term, weights.gradient)
    return report
