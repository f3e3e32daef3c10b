# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The numbers of published protocols, and that every suite says where its data comes from."""

import pytest

from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.protocol_table import PROTOCOLS, protocol_of
from anyview.evaluation.benchmark.suites import READERS


def test_every_suite_has_a_protocol_and_a_reader():
    assert set(PROTOCOLS) == set(READERS)
    for name, protocol in PROTOCOLS.items():
        assert protocol.suite == name
        source = protocol.source
        assert all((source.title, source.url, source.licence, source.release, source.layout))
        assert protocol.depth or protocol.pose or protocol.reconstruction


@pytest.mark.parametrize(
    ("suite", "threshold"),
    [("hiroom", 0.05), ("7scenes", 0.05), ("scannetpp", 0.05), ("eth3d", 0.25), ("dtu", None)],
)
def test_thresholds_are_the_published_ones(suite, threshold):
    spec = protocol_of(suite).reconstruction
    assert spec.threshold == threshold
    assert spec.unit == "truth"
    assert spec.camera_fit == "centres"
    assert protocol_of(suite).frames.most == 100


def test_depth_caps_are_the_published_ones():
    caps = {name: protocol_of(name).depth.most for name in ("nyu", "kitti", "eth3d-mono")}
    assert caps == {"nyu": 10, "kitti": 80, "eth3d-mono": 72}


def test_dtu_has_two_settings():
    assert protocol_of("dtu").pose is None
    assert protocol_of("dtu64").reconstruction is None
    assert protocol_of("dtu").reconstruction.outlier == 20


def test_unknown_suites_are_named():
    with pytest.raises(OptionError, match=r"sintel.*accepted: .*nyu"):
        protocol_of("sintel")
