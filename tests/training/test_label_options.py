# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.training.label_options import FitLimits, LabelOptions


def test_the_limits_are_a_part_of_the_options():
    options = LabelOptions(name="T", min_inliers=0.7)
    assert options.limits == FitLimits(min_inliers=0.7)
    assert LabelOptions().limits == FitLimits()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"min_inliers": 2.0}, r"min_inliers 2\.0"),
        ({"min_points": 1}, "min_points 1"),
        ({"max_residual": 0.0}, r"max_residual 0\.0"),
        ({"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_refuses_what_cannot_be_met(wrong, message):
    with pytest.raises(OptionError, match=message):
        LabelOptions(**wrong)
