# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.evaluation.benchmark.methods.sparse_depth import depth_at_pixels

POINT = st.tuples(st.floats(-2, 8), st.floats(-2, 8), st.floats(-1, 9))


@settings(max_examples=40, deadline=None)
@given(st.lists(POINT, max_size=12))
def test_against_a_plain_loop(points):
    height, width = 5, 6
    expected = torch.zeros(height, width)
    for x, y, z in points:
        if not (0 <= x < width and 0 <= y < height and z > 0):
            continue
        row, column = int(y), int(x)
        if expected[row, column] == 0 or z < expected[row, column]:
            expected[row, column] = z
    rows = torch.tensor(points, dtype=torch.float64).reshape(-1, 3)
    found = depth_at_pixels(rows[:, :2], rows[:, 2], height, width)
    torch.testing.assert_close(found, expected.float())
