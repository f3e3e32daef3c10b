# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Lenses survive JSON, and odd ones are refused with their place."""

import json

import pytest

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.lens_json import lens_from_json, lens_to_json

LENSES = [
    Lens(70.1, 73.2, 44.3, 27.4, 60, 80),
    Lens(70.1, 73.2, 44.3, 27.4, 60, 80, radial=(0.1, -1 / 3), tangential=(1e-3, -2e-3)),
    Lens(70.1, 70.1, 40.0, 30.0, 60, 80, model="fisheye", radial=(0.02, -0.004, 0.0, 1e-9)),
]


@pytest.mark.parametrize("lens", LENSES)
def test_round_trip(lens):
    assert lens_from_json(json.loads(json.dumps(lens_to_json(lens))), "here") == lens


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "omni"}, "here: 'model' must be one of perspective, fisheye, is 'omni'"),
        ({"fx": 0}, "here: 'fx' and 'fy' must be positive"),
        ({"height": 60.5}, "here: .* whole"),
        ({"width": None}, "here: lacks 'width'"),
        ({"cx": "left"}, "here: 'cx' must be a finite number"),
        ({"cy": float("nan")}, "here: 'cy' must be a finite number"),
        ({"radial": 0.1}, "here: 'radial' must be a list"),
        ({"radial": [0.1, None]}, "here: lacks 'radial'"),
        ({"radial": [0.1] * 7}, "here: .* at most 6"),
        ({"tangential": [0.1]}, "here: 'tangential' must have 2"),
    ],
)
def test_bad_lenses(change, message):
    with pytest.raises(InputError, match=message):
        lens_from_json({**lens_to_json(LENSES[1]), **change}, "here")


def test_something_else():
    with pytest.raises(InputError, match="here: must be a JSON object"):
        lens_from_json([1, 2], "here")
