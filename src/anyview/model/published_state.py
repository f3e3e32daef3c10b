# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Published tensors to ours and back: renamed, unused ones left out, ray channels exchanged."""

from collections.abc import Mapping

import torch
from torch import Tensor

from anyview.core.errors import CheckpointError, CheckpointMismatchError
from anyview.model.published_keys import (
    RAY_CHANNELS,
    RAY_OUTPUT,
    is_unused,
    own_key,
    published_key,
    strip_prefix,
)


def _exchange_rays(key: str, value: Tensor) -> Tensor:
    if RAY_OUTPUT.search(key) is None or value.shape[:1] != (len(RAY_CHANNELS),):
        return value  # a wrong number of channels is reported with all other wrong shapes
    return value[list(RAY_CHANNELS)]


def to_ours(state: Mapping[str, Tensor], source: str = "The file") -> dict[str, Tensor]:
    """A published state as ours.

    Args:
        state: Tensors by published key, with or without the prefix ``model.``.
        source: What to call it in messages.

    Returns:
        Tensors by our keys. Ray outputs of levels that are never used are left out, the shared
        ray LayerNorm is there once, and rays come origin first.

    Raises:
        CheckpointMismatchError: Naming every key that no rule covers.
        CheckpointError: If copies of the shared ray LayerNorm differ.
    """
    ours: dict[str, Tensor] = {}
    unknown: list[str] = []
    for bare, original in strip_prefix(state).items():
        if is_unused(bare):
            continue
        key, value = own_key(bare), state[original]
        if key is None:
            unknown.append(original)
        elif key not in ours:
            ours[key] = _exchange_rays(key, value)
        elif not torch.equal(ours[key], value):
            raise CheckpointError(
                f"{source} holds different values of the shared ray LayerNorm: {original} differs "
                "from another copy. All four ray outputs have one LayerNorm."
            )
    if unknown:
        raise CheckpointMismatchError(source, unexpected=unknown)
    return ours


def to_published(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Our state with published keys and layout; the inverse of ``to_ours``.

    What the published files hold beyond it (``published_keys.UNUSED``) is not made up: load the
    result with ``strict=False`` into programs that have those parts. The shared ray LayerNorm is
    written under its first index.

    Args:
        state: Tensors by our keys, of a whole network.

    Raises:
        CheckpointMismatchError: Naming every key that no rule covers.
    """
    gated = ".feed_forward.gate_and_value."
    with_swiglu = {key.partition("backbone.")[0] for key in state if gated in key}
    published: dict[str, Tensor] = {}
    unknown: list[str] = []
    for key, value in state.items():
        swiglu = key.partition("backbone.")[0] in with_swiglu
        target = published_key(key, swiglu=swiglu)
        if target is None:
            unknown.append(key)
        else:
            published[target] = _exchange_rays(key, value)
    if unknown:
        raise CheckpointMismatchError("The network", unexpected=unknown)
    return published
