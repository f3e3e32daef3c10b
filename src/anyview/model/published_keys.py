# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How the tensors of published checkpoints are called, and how ours are: one table (no torch here).

A stem is a key without its last ``.weight`` or ``.bias``; ``{n}`` is the number of a block.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

PREFIX = "model."
"""Published keys start with it; files without it are read as well."""

NESTED_PREFIXES = (("da3.", "any_view."), ("da3_metric.", "metric."))
"""Published and own prefixes of the two networks of a nested model."""

_BLOCK = (
    ("norm1", "attention_norm"),
    ("attn.qkv", "attention.qkv"),
    ("attn.q_norm", "attention.query_norm"),
    ("attn.k_norm", "attention.key_norm"),
    ("attn.proj", "attention.projection"),
    ("ls1.gamma", "attention_scale"),
    ("norm2", "feed_forward_norm"),
    ("mlp.fc1", "feed_forward.expand"),
    ("mlp.fc2", "feed_forward.contract"),
    ("ls2.gamma", "feed_forward_scale"),
)
_SWIGLU = (
    ("mlp.w12", "feed_forward.gate_and_value"),
    ("mlp.w3", "feed_forward.contract"),
)
_BACKBONE = (
    ("cls_token", "class_token"),
    ("camera_token", "camera_token"),
    ("pos_embed", "position_embedding"),
    ("patch_embed.proj", "patch_embedding"),
    ("norm", "final_norm"),
    *((f"blocks.{{n}}.{theirs}", f"blocks.{{n}}.{ours}") for theirs, ours in _BLOCK),
)
_PYRAMID = (
    *((f"projects.{i}", f"pyramid.project.{i}") for i in range(4)),
    *((f"resize_layers.{i}", f"pyramid.resize.{i}") for i in (0, 1, 3)),
    *((f"scratch.layer{i + 1}_rn", f"pyramid.adapt.{i}") for i in range(4)),
)


def _chain(suffix: str, ours: str) -> tuple[tuple[str, str], ...]:
    """The four steps of a fusion chain, fine to coarse; the coarsest has no lateral unit."""
    parts = (
        ("resConfUnit1.conv1", "lateral.first"),
        ("resConfUnit1.conv2", "lateral.second"),
        ("resConfUnit2.conv1", "refine.first"),
        ("resConfUnit2.conv2", "refine.second"),
        ("out_conv", "mix"),
    )
    return tuple(
        (f"scratch.refinenet{i + 1}{suffix}.{theirs}", f"{ours}.steps.{i}.{part}")
        for i in range(4)
        for theirs, part in parts
        if not (i == 3 and part.startswith("lateral"))
    )


_DEPTH = (
    ("scratch.output_conv1", "depth_neck"),
    ("scratch.output_conv2.0", "depth_out.first"),
    ("scratch.output_conv2.2", "depth_out.last"),
)
_SKY = (
    ("scratch.sky_output_conv2.0", "sky_out.first"),
    ("scratch.sky_output_conv2.2", "sky_out.last"),
)
_RAY = (
    *((f"scratch.output_conv1_aux.3.{i}", f"ray_neck.{i}") for i in range(5)),
    ("scratch.output_conv2_aux.3.0", "ray_out.first"),
    ("scratch.output_conv2_aux.0.2", "ray_out.norm"),
    ("scratch.output_conv2_aux.3.5", "ray_out.last"),
)
_HEAD = (
    ("norm", "token_norm"),
    *_PYRAMID,
    *_chain("", "depth_chain"),
    *_DEPTH,
    *_SKY,
    *_chain("_aux", "ray_chain"),
    *_RAY,
)
_CAMERA_ENCODER = (
    ("pose_branch.fc1", "pose_mlp.expand"),
    ("pose_branch.fc2", "pose_mlp.contract"),
    ("token_norm", "token_norm"),
    ("trunk_norm", "final_norm"),
    *((f"trunk.{{n}}.{theirs}", f"blocks.{{n}}.{ours}") for theirs, ours in _BLOCK),
)
_CAMERA_DECODER = (
    ("backbone.0", "hidden.0"),
    ("backbone.2", "hidden.1"),
    ("fc_t", "centre"),
    ("fc_qvec", "quaternion_xyzw"),
    ("fc_fov.0", "fov"),
)
_GAUSSIAN_HEAD = (
    *_PYRAMID,
    *_chain("", "chain"),
    ("scratch.output_conv1", "neck"),
    ("scratch.output_conv2.0", "out.first"),
    ("scratch.output_conv2.2", "out.last"),
    *((f"images_merger.{2 * i}", f"image_convs.{i}") for i in range(3)),
)
_SWIGLU_RULES = tuple(
    (f"backbone.pretrained.blocks.{{n}}.{theirs}", f"backbone.blocks.{{n}}.{ours}")
    for theirs, ours in _SWIGLU
)

RULES: tuple[tuple[str, str], ...] = tuple(
    (f"{theirs}.{a}", f"{ours}.{b}")
    for theirs, ours, part in (
        ("backbone.pretrained", "backbone", _BACKBONE),
        ("head", "head", _HEAD),
        ("cam_enc", "camera_encoder", _CAMERA_ENCODER),
        ("cam_dec", "camera_decoder", _CAMERA_DECODER),
        ("gs_head", "gaussian_head", _GAUSSIAN_HEAD),
    )
    for a, b in part
)
"""Published stem, own stem."""

UNUSED = (
    re.compile(r"head\.scratch\.output_conv1_aux\.[012]\."),
    re.compile(r"head\.scratch\.output_conv2_aux\.[012]\.[05]\."),
)
"""QUIRK-04: ray outputs of coarser pyramid levels: in published files, in no computation."""

SHARED_RAY_NORM = re.compile(r"(head\.scratch\.output_conv2_aux)\.[123](\.2\.(?:weight|bias))$")
"""QUIRK-05: one LayerNorm serves all four ray outputs; files hold it under index 0, or under
several indices with equal values."""

RAY_OUTPUT = re.compile(r"(?:^|\.)head\.ray_out\.last\.(?:weight|bias)$")
"""Own keys whose output channels are rays."""

RAY_CHANNELS = (3, 4, 5, 0, 1, 2, 6)
"""Published rays are direction, origin, confidence; ours origin, direction, confidence. This
exchange is its own inverse."""

_NUMBER = re.compile(r"(?<=\.)(blocks|trunk)\.(\d+)(?=\.)")
_TO_OURS: Mapping[str, str] = MappingProxyType(dict((*RULES, *_SWIGLU_RULES)))
_MLP_TO_PUBLISHED: Mapping[str, str] = MappingProxyType({b: a for a, b in RULES})
_SWIGLU_TO_PUBLISHED: Mapping[str, str] = MappingProxyType(
    {b: a for a, b in (*RULES, *_SWIGLU_RULES)}
)


def strip_prefix(keys: Iterable[str]) -> dict[str, str]:
    """Each key without the prefix, if all have it; else as it is. Original keys by bare keys."""
    original = list(keys)
    if original and all(key.startswith(PREFIX) for key in original):
        return {key.removeprefix(PREFIX): key for key in original}
    return {key: key for key in original}


def is_published(keys: Iterable[str]) -> bool:
    """Whether keys are those of a published file."""
    return any(".pretrained." in key for key in keys)


def is_nested(bare_keys: Iterable[str]) -> bool:
    """Whether published keys without their prefix belong to a nested model."""
    return any(key.startswith(NESTED_PREFIXES[1][0]) for key in bare_keys)


def _translate(key: str, table: Mapping[str, str]) -> str | None:
    stem, leaf = key, ""
    for ending in (".weight", ".bias"):
        if key.endswith(ending):
            stem, leaf = key.removesuffix(ending), ending
    found = _NUMBER.search(stem)
    number = found[2] if found else ""
    target = table.get(_NUMBER.sub(r"\1.{n}", stem, count=1))
    return None if target is None else target.replace("{n}", number) + leaf


def own_key(bare_key: str) -> str | None:
    """Our key of a published key without its prefix; None if it is not covered by a rule.

    The shared LayerNorm has one key of ours, whatever index it comes under.
    """
    for theirs, ours in NESTED_PREFIXES:
        if bare_key.startswith(theirs):
            inner = own_key(bare_key.removeprefix(theirs))
            return None if inner is None else ours + inner
    return _translate(SHARED_RAY_NORM.sub(r"\1.0\2", bare_key), _TO_OURS)


def published_key(key: str, *, swiglu: bool) -> str | None:
    """The published key, with its prefix, of one of ours; None if it is not covered by a rule.

    Args:
        key: A key of our network.
        swiglu: Whether the backbone that it belongs to has a gated feed-forward part.
    """
    for theirs, ours in NESTED_PREFIXES:
        if key.startswith(ours):
            inner = published_key(key.removeprefix(ours), swiglu=swiglu)
            return None if inner is None else PREFIX + theirs + inner.removeprefix(PREFIX)
    found = _translate(key, _SWIGLU_TO_PUBLISHED if swiglu else _MLP_TO_PUBLISHED)
    return None if found is None else PREFIX + found


def is_unused(bare_key: str) -> bool:
    """Whether a published key (without ``model.``) is left out on purpose."""
    for theirs, _ in NESTED_PREFIXES:
        bare_key = bare_key.removeprefix(theirs)
    return any(pattern.match(bare_key) for pattern in UNUSED)
