# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which patch of another view does a patch look at? Supervision of cross-view attention.

Not part of the paper: exact correspondences teach a few attention heads to find matches, long
before depth and pose losses could. The network's architecture does not change.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.reduction import Norm, masked_mean, vector_length
from anyview.training.matches import Matches


def match_scores(
    query: Float[Tensor, "B V T heads size"],
    key: Float[Tensor, "B V T heads size"],
    matches: Matches,
) -> Float[Tensor, "B heads V P V P"]:
    """Attention scores ``q k / sqrt(size)`` between the patches of all views, in one product.

    Args:
        query: Of the heads that are to match; tokens before the patches (camera) are left out.
        key: Likewise.
        matches: Says how many patches there are.

    Returns:
        Scores by head, source view and patch, target view and patch.
    """
    views, patches = matches.visible.shape[-2:]
    q, k = (v[:, :, -patches:].flatten(1, 2).transpose(1, 2) for v in (query, key))
    scores = (q * query.shape[-1] ** -0.5) @ k.mT
    return scores.unflatten(-1, (views, patches)).unflatten(-3, (views, patches))


def match_loss(
    scores: Float[Tensor, "B heads V P V P"], matches: Matches, *, symmetric: bool = True
) -> Float[Tensor, ""]:
    """Cross-entropy of the softmax over the patches of the other view, mean over visible patches.

    Args:
        scores: From ``match_scores``.
        matches: The truth.
        symmetric: Also take the softmax over source patches for each target patch, against the
            target's own match in the source; the mean of both.
    """
    loss = _cross_entropy(scores, matches)
    if symmetric:
        loss = (loss + _cross_entropy(scores.permute(0, 1, 4, 5, 2, 3), matches)) / 2
    return loss


def match_accuracy(
    scores: Float[Tensor, "B heads V P V P"], matches: Matches
) -> Float[Tensor, " heads"]:
    """Share of visible patches whose highest score is the true match, by head; 0 if none."""
    best = scores.detach().argmax(dim=-1).transpose(3, 4)  # [B, heads, Vs, Vt, P]
    right = (best == matches.patch[:, None]) & matches.visible[:, None]
    return right.sum(dim=(0, 2, 3, 4)) / matches.visible.count_nonzero().clamp_min(1)


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


def _cross_entropy(scores: Tensor, matches: Matches) -> Tensor:
    """Of the softmax over the last axis: [B, heads, Vs, P, Vt, P]."""
    scores = scores.float() if scores.dtype in (torch.bfloat16, torch.float16) else scores
    target = matches.patch.transpose(2, 3)[:, None, ..., None].expand(*scores.shape[:-1], 1)
    visible = matches.visible.transpose(2, 3)[:, None].expand(scores.shape[:-1])
    losses = scores.logsumexp(dim=-1) - scores.gather(-1, target)[..., 0]
    return masked_mean(losses, visible)
