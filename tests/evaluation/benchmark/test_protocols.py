# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import FrozenInstanceError

import pytest

from anyview.evaluation.benchmark.protocols import (
    EIGEN_CROP,
    GARG_CROP,
    DataSource,
    DepthSpec,
    ProtocolSpec,
)


def test_crops_are_the_published_ones():
    assert [round(s * 480) for s in (EIGEN_CROP.top, EIGEN_CROP.bottom)] == [45, 471]
    assert [round(s * 640) for s in (EIGEN_CROP.left, EIGEN_CROP.right)] == [41, 601]
    # 375 x 1242, the usual size of KITTI.
    assert [int(s * 375) for s in (GARG_CROP.top, GARG_CROP.bottom)] == [153, 371]
    assert [int(s * 1242) for s in (GARG_CROP.left, GARG_CROP.right)] == [44, 1197]


def test_a_protocol_scores_nothing_unless_it_says_so():
    source = DataSource("a", "b", "c", "d", ("e",))
    protocol = ProtocolSpec("mine", source)
    assert (protocol.depth, protocol.pose, protocol.reconstruction) == (None, None, None)
    assert not protocol.trajectory
    assert protocol.frames.most == 100
    with pytest.raises(FrozenInstanceError):
        protocol.depth = DepthSpec()
