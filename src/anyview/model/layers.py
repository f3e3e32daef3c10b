# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The transformer block that backbone and camera encoder are made of."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.attention_kernel import attend
from anyview.model.config import BackboneConfig

TOKENS_AT_A_TIME = 1024
"""Tokens that a block works on at a time without gradients; a view of 504 x 378 has 973."""

Rotate = Callable[[Float[Tensor, "N T heads size"]], Float[Tensor, "N T heads size"]]
"""Rotary embedding of queries or keys."""


class Attention(nn.Module):
    """Multi-head self-attention, optionally with LayerNorm on queries and keys per head."""

    def __init__(self, width: int, heads: int, *, normalize: bool) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"width {width} is not a multiple of heads {heads}.")
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        size = width // heads
        self.query_norm = nn.LayerNorm(size) if normalize else None
        self.key_norm = nn.LayerNorm(size) if normalize else None
        self.projection = nn.Linear(width, width)

    def forward(
        self, x: Float[Tensor, "N T D"], rotate: Rotate | None = None
    ) -> Float[Tensor, "N T D"]:
        """Attend; the q/k norm comes before the rotation."""
        # Three products of one weight: each result lies contiguously, as LayerNorm wants it, where
        # slices of one wide result would be copied first.
        query, key, value = (
            F.linear(x, weight, bias).unflatten(-1, (self.heads, -1))
            for weight, bias in zip(self.qkv.weight.chunk(3), self.qkv.bias.chunk(3), strict=True)
        )
        if self.query_norm is not None and self.key_norm is not None:
            query, key = self.query_norm(query), self.key_norm(key)
        if rotate is not None:
            query, key = rotate(query), rotate(key)
        out: Tensor = self.projection(attend(query, key, value).flatten(2))
        return out


class Mlp(nn.Module):
    """Linear, GELU (exact), Linear."""

    def __init__(self, width: int, hidden: int, out: int | None = None) -> None:
        super().__init__()
        self.expand = nn.Linear(width, hidden)
        self.contract = nn.Linear(hidden, out or width)

    def forward(self, x: Float[Tensor, "*batch D"]) -> Float[Tensor, "*batch E"]:
        """Apply to the last axis."""
        out: Tensor = self.contract(F.gelu(self.expand(x)))
        return out


class SwiGlu(nn.Module):
    """Gated feed-forward: silu(gate) * value, then Linear; gate and value from one product."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_and_value = nn.Linear(width, 2 * hidden)
        self.contract = nn.Linear(hidden, width)

    def forward(self, x: Float[Tensor, "*batch D"]) -> Float[Tensor, "*batch D"]:
        """Apply to the last axis."""
        gate, value = self.gate_and_value(x).chunk(2, dim=-1)
        out: Tensor = self.contract(F.silu(gate) * value)
        return out


class Block(nn.Module):
    """Pre-norm transformer block with a learned scale on both branches (LayerScale)."""

    def __init__(
        self,
        width: int,
        heads: int,
        feed_forward: nn.Module,
        *,
        normalize_qk: bool = False,
        norm_eps: float,
        scale: float,
    ) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(width, eps=norm_eps)
        self.attention = Attention(width, heads, normalize=normalize_qk)
        self.attention_scale = nn.Parameter(torch.full((width,), scale))
        self.feed_forward_norm = nn.LayerNorm(width, eps=norm_eps)
        self.feed_forward = feed_forward
        self.feed_forward_scale = nn.Parameter(torch.full((width,), scale))

    def forward(
        self, x: Float[Tensor, "N T D"], rotate: Rotate | None = None
    ) -> Float[Tensor, "N T D"]:
        """One block; the input is not changed."""
        if not torch.is_grad_enabled():
            return self._forward_in_parts(x, rotate)
        x = torch.addcmul(x, self.attention(self.attention_norm(x), rotate), self.attention_scale)
        return torch.addcmul(
            x, self.feed_forward(self.feed_forward_norm(x)), self.feed_forward_scale
        )

    def _forward_in_parts(
        self, x: Float[Tensor, "N T D"], rotate: Rotate | None
    ) -> Float[Tensor, "N T D"]:
        """The same without gradients, a part of the rows at a time.

        Only attention looks at other tokens, and only at those of its own row: the rest can go in
        parts. The hidden activations, four times the tokens, are never all alive, and on a CPU
        they are still in the cache when they are read again.
        """
        out = torch.empty_like(x)
        rows = max(1, TOKENS_AT_A_TIME // x.shape[1])
        for part, result in zip(x.split(rows), out.split(rows), strict=True):
            attended = self.attention(self.attention_norm(part), rotate)
            torch.addcmul(part, attended, self.attention_scale, out=result)
        for result in out.flatten(0, 1).split(TOKENS_AT_A_TIME):
            fed = self.feed_forward(self.feed_forward_norm(result))
            result.addcmul_(fed, self.feed_forward_scale)
        return out


def backbone_block(config: BackboneConfig, index: int) -> Block:
    """Block ``index`` of a backbone; q/k norm from the start of the alternation on."""
    width, hidden = config.width, config.feed_forward_width
    start = config.alternating_from
    return Block(
        width,
        config.heads,
        SwiGlu(width, hidden) if config.feed_forward == "swiglu" else Mlp(width, hidden),
        normalize_qk=start is not None and index >= start,
        norm_eps=1e-6,
        scale=1.0,
    )
