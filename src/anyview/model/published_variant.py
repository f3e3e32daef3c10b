# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which variant a published file is: by its ``config.json``, else by its shapes (no torch here)."""

import math
import re
from collections.abc import Mapping
from typing import Any

from anyview.core.errors import CheckpointError
from anyview.model.config import NestedConfig, NetworkConfig
from anyview.model.published_keys import NESTED_PREFIXES, is_nested, is_published, strip_prefix
from anyview.model.registry import VARIANTS, Variant, lookup_variant, public_names

Shapes = Mapping[str, tuple[int, ...]]
Signature = tuple[Any, ...]


def _signature_of_config(config: NetworkConfig | NestedConfig) -> Signature:
    if isinstance(config, NestedConfig):
        return (_signature_of_config(config.any_view), _signature_of_config(config.metric))
    backbone = config.backbone
    return (
        backbone.width,
        backbone.depth,
        backbone.alternating_from,
        backbone.position_grid,
        backbone.feed_forward,
        config.head.features,
        config.head.stage_channels,
        config.gaussians,
    )


def _signature_of_shapes(shapes: Shapes) -> Signature:
    """The same from the keys of one published network; KeyError if they are not there."""
    numbers = {
        key: int(found[1])
        for key in shapes
        if (found := re.match(r"backbone\.pretrained\.blocks\.(\d{1,4})\.", key))
    }
    normalised = [n for key, n in numbers.items() if "q_norm" in key]
    return (
        shapes["backbone.pretrained.cls_token"][-1],
        1 + max(numbers.values(), default=-1),
        min(normalised, default=None),
        math.isqrt(shapes["backbone.pretrained.pos_embed"][1] - 1),
        "swiglu" if any(".mlp.w12." in key for key in numbers) else "mlp",
        shapes["head.scratch.layer1_rn.weight"][0],
        tuple(shapes[f"head.projects.{i}.weight"][0] for i in range(4)),
        any(key.startswith("gs_head.") for key in shapes),
    )


def _variants_of_shapes(shapes: Shapes) -> list[Variant]:
    bare = {key: shapes[original] for key, original in strip_prefix(shapes).items()}
    try:
        if is_nested(bare):
            signature: Signature = tuple(
                _signature_of_shapes(
                    {k.removeprefix(p): v for k, v in bare.items() if k.startswith(p)}
                )
                for p, _ in NESTED_PREFIXES
            )
        else:
            signature = _signature_of_shapes(bare)
    except (KeyError, IndexError, ValueError):
        return []
    return [v for v in VARIANTS.values() if _signature_of_config(v.config) == signature]


def recognise(
    shapes: Shapes, source: str, *, model_name: str | None = None, variant: Variant | None = None
) -> Variant:
    """The variant of a published file.

    Args:
        shapes: Shapes by key, with or without the prefix ``model.``.
        source: What to call the file in messages.
        model_name: From its ``config.json``.
        variant: What the caller says it is.

    Raises:
        CheckpointError: If it is none, may be several, or is not what the caller says.
    """
    if not is_published(shapes):
        raise CheckpointError(
            f"{source} has neither anyview's metadata nor the keys of a published Depth Anything 3 "
            "checkpoint. Files written by anyview and published ones can be read."
        )
    named = lookup_variant(model_name) if model_name is not None else None
    if variant is not None:
        if named is not None and (named.config, named.metric) != (variant.config, variant.metric):
            raise CheckpointError(
                f"{source} should be {variant.name!r}, but its config.json says "
                f"{model_name!r}, which is {named.name!r}."
            )
        return variant
    if named is not None:
        return named
    found = _variants_of_shapes(shapes)
    if not found:
        raise CheckpointError(
            f"{source} has published keys, but its shapes fit no known model "
            f"({', '.join(public_names())})."
        )
    if len({v.metric for v in found}) > 1:
        names = " or ".join(repr(v.name) for v in found)
        raise CheckpointError(
            f"{source} has the shapes of {names}, which differ in the unit of depth. "
            f"Put the published config.json beside it, or say which: "
            f"anyview weights convert {source} OUT --variant {found[0].name}"
        )
    return found[0]
