# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which patch of another view does a patch look at? Supervision of cross-view attention.

Not part of the paper: exact correspondences teach a few attention heads to find matches, long
before depth and pose losses could. The network's architecture does not change.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.training.losses.closed_form import mean_weights, weighted_sum, with_gradient
from anyview.training.losses.reduction import Norm, masked_mean, vector_length
from anyview.training.matches import Matches


@dataclass(frozen=True)
class MatchScores:
    """Attention scores between the patches of ordered pairs of views.

    Attributes:
        values: By scene, pair, head, source patch and target patch.
        source: View of the queries of each pair.
        target: View of the keys of each pair.
    """

    values: Float[Tensor, "B pairs heads P P"]
    source: Int[Tensor, " pairs"]
    target: Int[Tensor, " pairs"]


def match_scores(
    query: Float[Tensor, "B V T heads size"],
    key: Float[Tensor, "B V T heads size"],
    num_patches: int,
    *,
    source: Int[Tensor, " pairs"] | None = None,
    target: Int[Tensor, " pairs"] | None = None,
) -> MatchScores:
    """``q k / sqrt(size)``, as attention has it, of the last ``num_patches`` tokens of each view.

    Args:
        query: Of the heads that are to match; tokens before the patches (camera) are left out.
        key: Likewise.
        num_patches: P.
        source: Source views of the pairs to score; None takes all ordered pairs of two views.
        target: Target views, given together with ``source``.
    """
    views = query.shape[1]
    if source is None or target is None:
        others = ~torch.eye(views, dtype=torch.bool, device=query.device)
        source, target = others.nonzero().unbind(dim=1)
    q, k = (v[:, :, -num_patches:].transpose(2, 3) for v in (query, key))  # [B, V, heads, P, size]
    q = (q * query.shape[-1] ** -0.5)[:, source]
    return MatchScores(q @ k[:, target].mT, source, target)


def match_loss(
    scores: MatchScores, matches: Matches, *, symmetric: bool = False
) -> Float[Tensor, ""]:
    """Cross-entropy of the softmax over the patches of the target view, mean over visible patches.

    Args:
        scores: From ``match_scores``.
        matches: The truth.
        symmetric: Also take the softmax over source patches for each target patch, against the
            target's own match in the source; the mean of both. Doubles the cost.
    """
    source, target = scores.source, scores.target
    loss = _cross_entropy(
        scores.values, matches.patch[:, source, target], matches.visible[:, source, target]
    )
    if not symmetric:
        return loss
    back = _cross_entropy(
        scores.values.mT.contiguous(),
        matches.patch[:, target, source],
        matches.visible[:, target, source],
    )
    return (loss + back) / 2


def match_accuracy(scores: MatchScores, matches: Matches) -> Float[Tensor, " heads"]:
    """Share of visible patches whose highest score is the true match, by head; 0 if none."""
    patch = matches.patch[:, scores.source, scores.target, None]
    visible = matches.visible[:, scores.source, scores.target, None]
    right = (scores.values.detach().argmax(dim=-1) == patch) & visible
    return right.sum(dim=(0, 1, 3)) / visible.count_nonzero().clamp_min(1)


def flow_loss(
    flow: Float[Tensor, "*pairs P 2"],
    truth: Float[Tensor, "*pairs P 2"],
    visible: Bool[Tensor, "*pairs P"],
    *,
    norm: Norm = "l2",
) -> Float[Tensor, ""]:
    """Mean length of predicted less true displacement of visible patches, in patches.

    To be compared with the length of the truth itself: ``flow_loss(zeros, truth, visible)``.

    Args:
        flow: Predicted displacement of each source patch in the pairs that the head looks at.
        truth: ``Matches.flow`` of the same pairs.
        visible: ``Matches.visible`` of the same pairs.
        norm: Length of a difference.
    """
    return masked_mean(vector_length(flow.to(truth.dtype) - truth, norm), visible)


def _cross_entropy(
    scores: Float[Tensor, "B pairs heads P P"],
    patch: Int[Tensor, "B pairs P"],
    visible: Bool[Tensor, "B pairs P"],
) -> Float[Tensor, ""]:
    """Mean over heads and visible rows of -log softmax at the true patch."""
    wide = torch.promote_types(scores.dtype, torch.float32)
    with torch.no_grad():
        shape = scores.shape[:-1]
        weight = mean_weights(visible[:, :, None].expand(shape), wide)
        true = patch[:, :, None, :, None].expand(*shape, 1)
        log_share = scores.log_softmax(dim=-1, dtype=wide)
        value = -weighted_sum(weight, log_share.gather(-1, true)[..., 0])
        slope = log_share.exp_().mul_(weight[..., None])
        slope.scatter_add_(-1, true, -weight[..., None])
    return with_gradient(value, (scores, slope))
