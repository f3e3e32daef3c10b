# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Things that stand about outdoors: size and soundness."""

import numpy as np
import pytest

from anyview.data.synthetic.materials import fabric
from anyview.data.synthetic.street_furniture import (
    bench,
    bollards,
    fence,
    lamp_post,
    litter_bin,
    parasol_table,
    poles_with_wires,
    sign,
)

from .sound_worlds import assert_sound_mesh

MAKERS = {
    "lamp": (lambda rng: lamp_post(rng, 5.0), 4.9, 5.8),
    "sign": (sign, 1.9, 2.8),
    "bench": (bench, 0.7, 1.1),
    "bin": (litter_bin, 0.8, 1.2),
    "fence": (lambda rng: fence(rng, 6.0), 0.4, 2.0),
    "table": (lambda rng: parasol_table(rng, fabric(rng)), 0.7, 2.7),
}


@pytest.mark.parametrize("name", MAKERS)
def test_things_stand_on_the_ground(name):
    maker, least, most = MAKERS[name]
    shapes = set()
    for seed in range(8):
        built = maker(np.random.default_rng(seed))
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert -0.02 < low[2] < 0.05
        assert least < high[2] < most
        shapes.add((*low.round(3).tolist(), *high.round(3).tolist()))
    assert len(shapes) >= 2


def test_rows():
    places = np.array(((0, 0, 0), (30, 0, 0), (60, 0, 0)), np.float32)
    wires = poles_with_wires(np.random.default_rng(0), places)
    low, high = wires.bounds()
    assert 60 < high[0] - low[0] < 61
    assert 6 < high[2] < 10
    assert len(wires.object_centres()) == 3
    posts = bollards(np.random.default_rng(0), places)
    assert len(posts.object_centres()) == 3
    assert posts.bounds()[1][2] < 1.2
