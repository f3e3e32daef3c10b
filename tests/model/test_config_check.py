# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Impossible configs are refused before a network is built from them."""

from dataclasses import replace

import pytest

from anyview.core.errors import CheckpointError
from anyview.model.config import NestedConfig, config_from_dict
from anyview.model.config_check import check_config
from anyview.model.registry import VARIANTS

NANO = VARIANTS["nano"].config


def changed(part, **values):
    data = NANO.to_dict()
    (data if part is None else data[part]).update(values)
    return config_from_dict(data)


@pytest.mark.parametrize(
    ("part", "values", "message"),
    [
        ("backbone", {"width": 0}, "width 0"),
        ("backbone", {"depth": -3}, "depth -3"),
        ("backbone", {"width": 10**9}, "width 1000000000"),
        ("backbone", {"heads": 3}, "3 heads for width 32"),
        ("backbone", {"heads": 32}, "32 heads for width 32"),
        ("backbone", {"alternating_from": 4}, "alternating_from 4 for depth 4"),
        ("backbone", {"alternating_from": None}, "a camera part is had by"),
        ("backbone", {"taken_layers": (0, 1, 2, 4)}, "taken_layers .* for depth 4"),
        ("backbone", {"taken_layers": (0, 2, 1, 3)}, "taken_layers"),
        ("backbone", {"taken_layers": (-1, 1, 2, 3)}, "taken_layers"),
        ("backbone", {"depth": 60_000}, "60001 blocks for 300 tensors"),
        ("head", {"features": 12}, "features 12"),
        ("head", {"stage_channels": (8, 16, 24, 30)}, "stage_channels"),
        ("camera", {"encoder_heads": 5}, "encoder_heads 5 for width 32"),
        ("camera", {"encoder_depth": 0}, "encoder_depth 0"),
        (None, {"camera": None}, "a camera part is had by"),
    ],
)
def test_impossible_entries_are_named(part, values, message):
    with pytest.raises(CheckpointError, match=message):
        check_config(changed(part, **values), tensors=300)


def test_all_faults_are_named_at_once():
    config = replace(
        NANO, backbone=replace(NANO.backbone, heads=7), head=replace(NANO.head, features=3)
    )
    with pytest.raises(CheckpointError, match=r"7 heads .*features 3"):
        check_config(config, tensors=300)


def test_nested_networks_have_their_places():
    mono = VARIANTS["nano-mono"].config
    check_config(NestedConfig(NANO, mono), tensors=300)
    with pytest.raises(CheckpointError, match="nested"):
        check_config(NestedConfig(mono, NANO), tensors=300)
    with pytest.raises(CheckpointError, match="gaussians True"):
        check_config(NestedConfig(NANO, replace(mono, gaussians=True)), tensors=300)
