# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.suites.options import SuiteOptions


def test_view_counts_are_read():
    assert SuiteOptions().counts() is None
    assert SuiteOptions(view_counts="1, 2,all,2").counts() == (1, 2, 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"view_counts": "1,,2"}, "view_counts is '1,,2'"),
        ({"view_counts": "0"}, "positive numbers and 'all'"),
        ({"view_counts": "many"}, "accepted"),
        ({"max_scenes": 0}, "max_scenes is 0"),
        ({"max_frames": -1}, "max_frames is -1"),
        ({"image_side": 3}, "14 or more, or 0"),
    ],
)
def test_odd_values_are_refused(given, message):
    with pytest.raises(OptionError, match=message):
        SuiteOptions(**given)
