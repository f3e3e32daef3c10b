# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which view the world frame hangs on, and the order of views that follows from it.

With 3 or more views and no poses a network picks a reference view from the class tokens in
mid-forward (DA3, appendix on reference-view selection), moves it to the front, and restores the
order on output.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.model.config import ReferenceView

MIN_VIEWS = 3
"""Below this number of views the first view is the reference."""


def _spread_to_unit(x: Float[Tensor, "B V"]) -> Float[Tensor, "B V"]:
    low, high = x.aminmax(dim=1, keepdim=True)
    return (x - low) / (high - low + 1e-8)


def select_reference_view(
    class_tokens: Float[Tensor, "B V D"], strategy: ReferenceView
) -> Int[Tensor, " B"]:
    """Choose the reference view of each scene.

    Args:
        class_tokens: Token 0 of each view before the cross-view blocks.
        strategy: ``first``; ``middle`` (V // 2); ``saddle_balanced``: the view whose mean
            similarity to the others, token norm and token variance, each spread to [0, 1] over the
            views, are together closest to 0.5; ``saddle_sim_range``: the view with the largest
            range of similarities (its own counted as 0).

    Raises:
        OptionError: If the strategy is unknown.
    """
    scenes, views, _ = class_tokens.shape
    device = class_tokens.device
    if strategy == "first":
        return torch.zeros(scenes, dtype=torch.long, device=device)
    if strategy == "middle":
        return torch.full((scenes,), views // 2, dtype=torch.long, device=device)
    tokens = class_tokens.float()
    norm = tokens.norm(dim=-1)
    unit = tokens / norm[..., None]
    similarity = unit @ unit.mT
    # Where all views look alike the two most similar ones tie for the largest range: made exactly
    # symmetric, so that the first of them wins on every device rather than the rounding.
    similarity = (similarity + similarity.mT) / 2
    similarity = similarity.masked_fill(torch.eye(views, device=device).bool(), 0.0)
    if strategy == "saddle_balanced":
        mean_similarity = similarity.sum(dim=-1) / (views - 1)
        traits = (mean_similarity, norm, unit.var(dim=-1))
        return sum((_spread_to_unit(t) - 0.5).abs() for t in traits).argmin(dim=1)  # type: ignore[union-attr]
    if strategy == "saddle_sim_range":
        low, high = similarity.aminmax(dim=-1)
        return (high - low).argmax(dim=1)
    raise OptionError(
        f"Unknown reference view strategy {strategy!r}; "
        "accepted are first, middle, saddle_balanced and saddle_sim_range."
    )


class ViewOrder:
    """The reference view first, the others in their order; and back.

    Args:
        reference: Index of the reference view of each scene.
        views: Number of views.
    """

    def __init__(self, reference: Int[Tensor, " B"], views: int) -> None:
        self.reference = reference
        # A stable sort by "is not the reference" is exactly the wanted order.
        is_other = torch.arange(views, device=reference.device)[None] != reference[:, None]
        self._forward = is_other.to(torch.uint8).argsort(dim=1, stable=True)
        self._backward = self._forward.argsort(dim=1)

    def _take(self, x: Tensor, order: Int[Tensor, "B V"]) -> Tensor:
        scenes = torch.arange(x.shape[0], device=x.device)[:, None]
        return x[scenes, order]

    def apply(self, x: Float[Tensor, "B V *rest"]) -> Float[Tensor, "B V *rest"]:
        """From input order to reference first."""
        return self._take(x, self._forward)

    def restore(self, x: Float[Tensor, "B V *rest"]) -> Float[Tensor, "B V *rest"]:
        """From reference first to input order."""
        return self._take(x, self._backward)
