# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Options that cannot be meant are refused, with the ones that can."""

import pytest

from anyview.core.errors import OptionError
from anyview.data.converters.options import ConvertOptions


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_frames": 0}, "at least 1"),
        ({"min_track_length": 1}, "at least 2"),
        ({"max_error_px": 0.0}, "positive"),
        ({"depth_unit": float("nan")}, "positive"),
        ({"depth_unit": float("inf")}, "positive"),
        ({"depth": "sensor"}, "iphone"),
    ],
)
def test_refused(values, message):
    with pytest.raises(OptionError, match=message):
        ConvertOptions(**values)


def test_accepted():
    assert ConvertOptions(sensor="iphone", depth="sensor").max_frames is None
