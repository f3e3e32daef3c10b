# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Queries and keys of some attention heads, caught as a forward pass goes by.

Matching is supervised on them in training only; the network itself knows nothing of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.layers import Block
from anyview.model.network import Network


class AttentionTap:
    """Catches what the named blocks compare.

    Args:
        network: An any-view network.
        blocks: Cross-view blocks.
        heads: How many heads of each, from the first on.
    """

    def __init__(self, network: Network, blocks: tuple[int, ...], heads: int) -> None:
        self.heads = heads
        self.blocks = {i: cast("Block", network.backbone.blocks[i]).attention for i in blocks}
        self._caught: dict[tuple[int, str], Tensor] = {}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Catch in this block; what was caught before is forgotten."""
        self._caught.clear()
        handles = []
        for index, attention in self.blocks.items():
            for name in ("query", "key"):
                norm = getattr(attention, f"{name}_norm")
                handles.append(norm.register_forward_hook(self._catch(index, name)))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def queries_and_keys(
        self, views: int
    ) -> list[tuple[Float[Tensor, "B V T h S"], Float[Tensor, "B V T h S"]]]:
        """What was caught, block by block, split into the views that attended to each other."""
        pairs = []
        for index in self.blocks:
            query, key = (
                self._caught[index, name][..., : self.heads, :].unflatten(1, (views, -1))
                for name in ("query", "key")
            )
            pairs.append((query, key))
        return pairs

    def _catch(self, index: int, name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            self._caught[index, name] = output

        return hook
