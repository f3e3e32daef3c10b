# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest

from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.options import RunOptions


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"limit": 0}, "limit is 0"),
        ({"jobs": 0}, "jobs is 0"),
        ({"pictures": -1}, "pictures is -1"),
        ({"timeout_s": 0.0}, "timeout_s is 0.0"),
        ({"timeout_s": math.inf}, "timeout_s is inf"),
        ({"timeout_s": math.nan}, "timeout_s is nan"),
    ],
)
def test_values_that_cannot_be_meant(values, message):
    RunOptions()
    with pytest.raises(OptionError, match=message):
        RunOptions(**values)
