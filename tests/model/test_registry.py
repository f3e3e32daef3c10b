# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The table of models: facts that a table can get wrong, and the names that users may type."""

import subprocess
import sys
from pathlib import Path

import pytest

from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.config import NestedConfig, NetworkConfig
from anyview.model.config_check import check_config
from anyview.model.registry import VARIANTS, find_variant, lookup_variant, public_names

KEYS = Path(__file__).parent / "keys"


@pytest.mark.parametrize("name", VARIANTS)
def test_parameters_are_those_of_the_network(name):
    network = build(VARIANTS[name].config, device="meta")
    assert sum(p.numel() for p in network.parameters()) == VARIANTS[name].parameters


@pytest.mark.parametrize("name", VARIANTS)
def test_config_is_possible(name):
    check_config(VARIANTS[name].config, tensors=10_000)


@pytest.mark.parametrize("name", VARIANTS)
def test_capabilities_follow_from_the_config(name):
    variant = VARIANTS[name]
    nested = isinstance(variant.config, NestedConfig)
    main: NetworkConfig = variant.config.any_view if nested else variant.config
    expected = {"depth"}
    if main.is_any_view:
        expected |= {"conf", "cameras", "rays"}
    if main.gaussians:
        expected.add("gaussians")
    if nested or not main.is_any_view:
        expected.add("sky")
    if variant.metric != "relative":
        expected.add("metric")
    assert set(variant.capabilities) == expected
    assert (variant.metric == "nested") == nested


@pytest.mark.parametrize("name", [n for n, v in VARIANTS.items() if v.hub_id])
def test_download_size_is_that_of_the_published_tensors(name):
    variant = VARIANTS[name]
    table = KEYS / f"{variant.hub_id.partition('/')[2].lower()}.tsv"
    total = 0
    for line in table.read_text().splitlines()[1:]:
        count = 1
        for side in line.split("\t")[1].split("x"):
            count *= int(side)
        total += 4 * count
    assert variant.download_bytes == pytest.approx(total, rel=0.01)


def test_licences_of_published_weights():
    commercial = {n for n, v in VARIANTS.items() if v.commercial_use and not v.hidden}
    assert commercial == {"tiny", "small", "base", "mono-large", "metric-large"}


def test_public_names_leave_test_variants_out():
    names = public_names()
    assert "large-1.1" in names
    assert not [n for n in names if n.startswith("nano")]


@pytest.mark.parametrize(
    ("typed", "name", "hub_id"),
    [
        ("large", "large", "depth-anything/DA3-LARGE"),
        ("Large-1.1", "large-1.1", "depth-anything/DA3-LARGE-1.1"),
        ("depth-anything/DA3-GIANT-1.1", "giant-1.1", "depth-anything/DA3-GIANT-1.1"),
        ("da3metric-large", "metric-large", "depth-anything/DA3METRIC-LARGE"),
        (
            "da3nested-giant-large-1.1",
            "nested-giant-large-1.1",
            "depth-anything/DA3NESTED-GIANT-LARGE-1.1",
        ),
    ],
)
def test_every_name_of_a_variant_finds_it(typed, name, hub_id):
    variant = find_variant(typed)
    assert (variant.name, variant.hub_id) == (name, hub_id)
    assert variant.config == VARIANTS[name.removesuffix("-1.1")].config


def test_unknown_name_lists_the_accepted_ones():
    assert lookup_variant("lrage") is None
    with pytest.raises(OptionError, match=r"'lrage'.*Did you mean 'large'\?") as caught:
        find_variant("lrage")
    for name in public_names():
        assert name in str(caught.value)


def test_the_table_and_the_list_need_no_torch():
    code = (
        "import sys; import anyview.model.registry, anyview.model.sources; "
        "anyview.model.sources.list_variants(); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
