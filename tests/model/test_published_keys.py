# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Published and own key names: every published list is covered, both ways, shapes included."""

import re
from functools import cache
from pathlib import Path

import pytest

from anyview.model.build import build
from anyview.model.published_keys import (
    PREFIX,
    RAY_CHANNELS,
    RAY_OUTPUT,
    RULES,
    is_published,
    is_unused,
    own_key,
    published_key,
    strip_prefix,
)
from anyview.model.registry import VARIANTS, lookup_variant

KEYS = Path(__file__).parent / "keys"
LISTS = sorted(path.stem for path in KEYS.glob("*.tsv"))


def published_list(name):
    rows = (line.split("\t") for line in (KEYS / f"{name}.tsv").read_text().splitlines()[1:])
    return {key: tuple(map(int, shape.split("x"))) for key, shape in rows}


@cache
def own_shapes(name):
    network = build(lookup_variant(name).config, device="meta")
    return {key: tuple(value.shape) for key, value in network.state_dict().items()}


def test_there_is_a_list_for_each_published_variant():
    published = {v.hub_id.partition("/")[2].lower() for v in VARIANTS.values() if v.hub_id}
    assert set(LISTS) == published


@pytest.mark.parametrize("name", LISTS)
def test_every_published_key_is_ours_or_unused(name):
    published, ours = published_list(name), own_shapes(name)
    reached = {}
    for bare, key in strip_prefix(published).items():
        own = own_key(bare)
        if is_unused(bare):
            assert own is None, f"{key} has a rule although it is unused"
            continue
        assert own is not None, f"no rule for {key}"
        reached[own] = published[key]
    assert reached == ours


@pytest.mark.parametrize("name", LISTS)
def test_every_own_key_has_the_published_name_it_came_from(name):
    published = published_list(name)
    back = {}
    for key in own_shapes(name):
        swiglu = "giant" in name and not key.startswith("metric.")
        target = published_key(key, swiglu=swiglu)
        assert target in published, f"{key} became {target}"
        assert own_key(target.removeprefix(PREFIX)) == key
        back[target] = key
    left = {k for k in published if k not in back and not is_unused(k.removeprefix(PREFIX))}
    assert all(re.search(r"output_conv2_aux\.[123]\.2\.(weight|bias)$", k) for k in left), left


def test_unused_keys_of_a_published_list():
    unused = [k for k in strip_prefix(published_list("da3-large")) if is_unused(k)]
    # Three levels of five convolutions, and of two, each with weight and bias.
    assert len(unused) == 3 * (5 + 2) * 2
    assert not any(".3." in k.split("_aux")[1][:3] for k in unused)


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("prefix", [("", ""), ("da3.", "any_view.")])
def test_the_shared_ray_norm_is_found_under_any_index(index, prefix):
    key = f"{prefix[0]}head.scratch.output_conv2_aux.{index}.2.bias"
    assert own_key(key) == f"{prefix[1]}head.ray_out.norm.bias"
    assert not is_unused(key)


@pytest.mark.parametrize(
    "key",
    [
        "backbone.pretrained.mask_token",
        "backbone.pretrained.blocks.x.norm1.weight",
        "backbone.pretrained.blocks.3.norm1.weights",
        "backbone.pretrained.blocks.3.norm1.weight.extra",
        "head.scratch.output_conv1_aux.4.0.weight",
        "head.scratch.refinenet4.resConfUnit1.conv1.weight",
        "da3.da3_metric.teacher.weight",
        "",
    ],
)
def test_a_key_that_no_rule_covers_has_no_name(key):
    assert own_key(key) is None
    assert not is_unused(key)


def test_no_name_is_used_twice():
    assert len({theirs for theirs, _ in RULES}) == len(RULES)
    assert len({ours for _, ours in RULES}) == len(RULES)


def test_prefix_is_stripped_only_if_all_have_it():
    assert strip_prefix(["model.a", "model.b"]) == {"a": "model.a", "b": "model.b"}
    assert strip_prefix(["model.a", "b"]) == {"model.a": "model.a", "b": "b"}
    assert strip_prefix([]) == {}


def test_own_keys_are_not_taken_for_published_ones():
    assert is_published(published_list("da3-small"))
    assert not is_published(own_shapes("da3-small"))


def test_exchange_of_ray_channels_is_its_own_inverse():
    assert [RAY_CHANNELS[RAY_CHANNELS[i]] for i in range(7)] == list(range(7))
    assert RAY_OUTPUT.search("any_view.head.ray_out.last.bias")
    assert not RAY_OUTPUT.search("head.depth_out.last.bias")


@pytest.mark.parametrize("name", ["nano", "nano-mono", "nano-gaussians", "nano-nested", "tiny"])
def test_our_own_keys_are_frozen(name):
    """Renaming a parameter breaks every file that was saved: it needs a new format version."""
    lines = [f"{k}\t{'x'.join(map(str, shape))}" for k, shape in sorted(own_shapes(name).items())]
    frozen = KEYS / f"own-{name}.txt"
    assert lines == frozen.read_text().splitlines()
