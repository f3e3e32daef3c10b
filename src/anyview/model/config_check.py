# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Refuse a config that no network can have: configs come from files that anyone may write."""

from typing import Any

from anyview.core.errors import CheckpointError
from anyview.model.config import (
    BackboneConfig,
    CameraConfig,
    DptConfig,
    NestedConfig,
    NetworkConfig,
)

MAX_SIZE = 65_536
"""No width, number of channels or heads is larger: products of two stay far from overflow."""


def _is_size(value: Any) -> bool:
    return type(value) is int and 0 < value <= MAX_SIZE


def _are_four(values: Any) -> bool:
    return isinstance(values, tuple) and len(values) == 4 and all(type(v) is int for v in values)


def _backbone_faults(config: BackboneConfig) -> list[str]:
    faults = [
        f"{name} {getattr(config, name)!r}"
        for name in ("width", "depth", "heads", "position_grid")
        if not _is_size(getattr(config, name))
    ]
    if faults:
        return faults
    if config.stem_channels != 0 and not _is_size(config.stem_channels):
        faults.append(f"stem_channels {config.stem_channels!r}")
    start, taken = config.alternating_from, config.taken_layers
    if config.width % config.heads or config.width // config.heads % 4:
        # Rotary embedding rotates two halves of a head, each made of pairs.
        faults.append(f"{config.heads} heads for width {config.width}")
    if start is not None and not (type(start) is int and 0 < start < config.depth):
        faults.append(f"alternating_from {start!r} for depth {config.depth}")
    if not _are_four(taken) or sorted(set(taken)) != list(taken):
        faults.append(f"taken_layers {taken!r}")
    elif taken[0] < 0 or taken[-1] >= config.depth:
        faults.append(f"taken_layers {taken!r} for depth {config.depth}")
    if config.feed_forward not in ("mlp", "swiglu"):
        faults.append(f"feed_forward {config.feed_forward!r}")
    return faults


def _head_faults(config: DptConfig) -> list[str]:
    faults = []
    if not _is_size(config.features) or config.features % 8:
        faults.append(f"features {config.features!r} (a multiple of 8)")
    stages = config.stage_channels
    if not _are_four(stages) or not all(_is_size(c) and c % 4 == 0 for c in stages):
        faults.append(f"stage_channels {stages!r} (four multiples of 4)")
    return faults


def _faults(config: NetworkConfig, tensors: int) -> list[str]:
    parts: tuple[Any, Any] = (config.backbone, config.head)  # a file may hold anything
    if not isinstance(parts[0], BackboneConfig) or not isinstance(parts[1], DptConfig):
        return ["no backbone or no head"]
    faults = _backbone_faults(config.backbone) + _head_faults(config.head)
    blocks = config.backbone.depth
    if (config.camera is not None) != config.is_any_view:
        faults.append("a camera part is had by any-view networks, and by those only")
    elif isinstance(config.camera, CameraConfig):
        heads, depth = config.camera.encoder_heads, config.camera.encoder_depth
        if not _is_size(heads) or not _is_size(depth):
            faults.append(f"encoder_heads {heads!r}, encoder_depth {depth!r}")
        elif not faults and config.backbone.width % heads:
            faults.append(f"encoder_heads {heads} for width {config.backbone.width}")
        elif not faults:
            blocks += depth
    if type(config.gaussians) is not bool or (config.gaussians and not config.is_any_view):
        faults.append(f"gaussians {config.gaussians!r}")
    if not faults and blocks > tensors:
        # Before a network is built: a file of a few bytes must not cost hours.
        faults.append(f"{blocks} blocks for {tensors} tensors")
    return faults


def check_config(config: NetworkConfig | NestedConfig, tensors: int) -> None:
    """Check that a network can be built, before it is.

    Args:
        config: As read from a file.
        tensors: Number of tensors in that file, a bound on the number of blocks.

    Raises:
        CheckpointError: Naming every impossible entry.
    """
    if isinstance(config, NestedConfig):
        faults = _faults(config.any_view, tensors) + _faults(config.metric, tensors)
        if config.metric.is_any_view or not config.any_view.is_any_view:
            faults.append("nested: an any-view network and a monocular one, in this order")
    else:
        faults = _faults(config, tensors)
    if faults:
        raise CheckpointError(f"The config is impossible: {'; '.join(faults)}.")
