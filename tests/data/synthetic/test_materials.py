# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from typing import get_args

import numpy as np
import pytest

from anyview.data.synthetic import materials
from anyview.data.synthetic.world import Pattern

from .sound_worlds import assert_sound_material

WITH_PHOTOS = (
    materials.wall_material,
    materials.floor_material,
    materials.wood,
    materials.fabric,
    materials.thing_material,
    materials.printed,
    materials.stone,
)
WITHOUT = (
    materials.ceiling_material,
    materials.metal,
    materials.leather,
    materials.ceramic,
    materials.cardboard,
    materials.leaf_material,
    materials.bark,
    materials.glowing,
)


@pytest.mark.parametrize("maker", WITH_PHOTOS + WITHOUT)
def test_materials_are_sound_and_differ_by_seed_only(maker):
    drawn = [maker(np.random.default_rng(seed)) for seed in range(40)]
    for material in drawn:
        assert_sound_material(material)
        assert material.pattern != "photo"
    assert len(set(drawn)) > 35
    assert maker(np.random.default_rng(7)) == drawn[7]


@pytest.mark.parametrize("maker", WITH_PHOTOS)
def test_share_of_photos_grows_with_the_setting(maker):
    rng = np.random.default_rng(0)
    shares = [
        np.mean([maker(rng, share).pattern == "photo" for _ in range(150)])
        for share in (0.0, 0.3, 1.0)
    ]
    assert shares[0] == 0
    assert shares[0] < shares[1] < shares[2]


def test_photos_are_different_ones():
    rng = np.random.default_rng(0)
    drawn = [materials.photo(rng, (1.0, 2.0)) for _ in range(20)]
    assert len({material.photo for material in drawn}) > 18
    assert all(1.0 <= material.scale_m <= 2.0 for material in drawn)


def test_all_indoor_patterns_occur():
    rng = np.random.default_rng(1)
    seen = {maker(rng, 0.2).pattern for maker in WITH_PHOTOS for _ in range(200)}
    assert set(get_args(Pattern)) - seen <= {"grass"}


def test_colours_are_what_they_say():
    rng = np.random.default_rng(2)
    for _ in range(30):
        assert min(materials.white(rng)) > 0.45
        assert max(materials.dark(rng)) < 0.08
        red, green, blue = materials.green(rng)
        assert green > blue
        assert green >= 0.9 * red
        vivid = materials.vivid(rng)
        assert max(vivid) > 2 * min(vivid)
    assert materials.shade((0.2, 0.4, 0.8), 2.0) == (0.4, 0.8, 1.0)
    assert materials.colour(rng, (0.0, 0.0), (1.0, 1.0), (1.0, 1.0)) == (1.0, 0.0, 0.0)
