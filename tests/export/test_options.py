# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.export.options import ExportOptions


def test_defaults_are_accepted():
    assert ExportOptions().max_points == 1_000_000


@pytest.mark.parametrize(
    "values",
    [
        {"conf_percentile": -1.0},
        {"conf_percentile": 100.0},
        {"conf_percentile": float("nan")},
        {"max_points": 0},
        {"edge_threshold": -0.1},
        {"edge_threshold": float("inf")},
        {"camera_size": 0.0},
        {"camera_size": float("nan")},
        {"seed": -1},
    ],
)
def test_values_that_cannot_be_meant_are_refused_by_name(values):
    with pytest.raises(OptionError, match=next(iter(values))):
        ExportOptions(**values)


def test_an_unknown_depth_scale_is_refused():
    options = ExportOptions()
    object.__setattr__(options, "depth_scale", "cubic")  # past the type checks of test runs
    with pytest.raises(OptionError, match="depth_scale is 'cubic'; accepted: 'inverse'"):
        options.__post_init__()
