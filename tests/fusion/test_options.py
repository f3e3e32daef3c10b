# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.fusion.options import FuseOptions


def test_defaults_are_accepted():
    assert FuseOptions().carve


@pytest.mark.parametrize(
    "values",
    [
        {"voxel_size": 0.0},
        {"voxel_size": float("inf")},
        {"max_depth": -1.0},
        {"min_views": 0},
        {"min_faces": -1},
        {"truncation": 0.5},
        {"max_blocks": 0},
        {"conf_percentile": 100.0},
        {"edge_threshold": float("nan")},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_cannot_be_meant_is_refused(values):
    with pytest.raises(OptionError, match=next(iter(values))):
        FuseOptions(**values)
