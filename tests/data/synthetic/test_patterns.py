# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.data.synthetic import noise, pattern_places, patterns
from anyview.data.synthetic.surface_tables import PATTERNS, material_row
from anyview.data.synthetic.world import Material

FIRST, SECOND = (0.6, 0.3, 0.1), (0.1, 0.2, 0.5)


def _draw(pattern, points, footprint=1e-3, normal=(0, 0, 1), **look):
    hits = np.zeros((len(points), 11), dtype=np.float32)
    hits[:, :3], hits[:, 3:6], hits[:, 9] = points, normal, footprint
    ids = np.zeros((len(points), 2), dtype=np.int32)
    rows = np.array([material_row(Material(pattern, FIRST, SECOND, **look))], dtype=np.float32)
    places, stains, fine, broad, slots = pattern_places.place_samples(hits, ids, rows)
    return patterns.draw_patterns(
        ids,
        rows,
        places,
        slots,
        noise.octaves(stains, 2),
        noise.octaves(fine, 4),
        noise.octaves(broad, 2),
    )


def _cloud(count=4000, spread=3.0):
    return np.random.default_rng(0).uniform(-spread, spread, (count, 3))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_a_colour_everywhere(pattern):
    colours, heights = _draw(pattern, _cloud(), scale_m=0.4)
    assert np.isfinite(colours).all()
    assert 0 <= colours.min() <= colours.max() <= 1
    assert np.isfinite(heights).all()
    assert np.abs(heights).max() < 0.4


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - {"plain"}))
def test_a_pattern_is_seen_from_near_and_an_even_colour_from_afar(pattern):
    stains = _draw("plain", _cloud())[0][:, 1].std()
    near = _draw(pattern, _cloud(), scale_m=0.4)[0]
    far = _draw(pattern, _cloud(), scale_m=0.4, footprint=100.0)[0]
    assert near[:, 1].std() > stains
    assert np.ptp(far, axis=0).max() < 0.01
    # Blurring loses detail, not light.
    assert np.abs(near.mean(axis=0) - far.mean(axis=0)).max() < 0.12


def test_contrast_zero_leaves_the_main_colour():
    plain = _draw("plain", _cloud(50))[0]
    np.testing.assert_allclose(_draw("bricks", _cloud(50), contrast=0.0)[0], plain, atol=1e-6)
    assert np.abs(plain - FIRST).max() < 0.12


def test_structured_patterns_follow_the_main_axis_of_the_normal():
    # Across a wall that faces x, stripes run along z and depend on y only.
    points = _cloud(500)
    moved = points + np.array((0.9, 0.0, 1.7))
    one = patterns_share(points, (1, 0, 0))
    np.testing.assert_allclose(one, patterns_share(moved, (1, 0, 0)), atol=1e-4)
    assert np.abs(one - patterns_share(points, (0, 1, 0))).max() > 0.5


def patterns_share(points, normal):
    """Share of stripes, without stains."""
    hits = np.zeros((len(points), 11), dtype=np.float32)
    hits[:, :3], hits[:, 3:6], hits[:, 9] = points, normal, 1e-3
    rows = np.array([material_row(Material("stripes", FIRST))], dtype=np.float32)
    places = pattern_places.place_samples(hits, np.zeros((len(points), 2), np.int32), rows)[0]
    number = PATTERNS.index("stripes")
    return np.array([patterns.draw_point(number, tuple(p), 0.5, 0.5)[0] for p in places])


@settings(deadline=None, max_examples=60)
@given(
    number=st.integers(0, len(PATTERNS) - 1),
    place=st.tuples(*[st.floats(-1e4, 1e4, width=32)] * 5, st.floats(0, 1e3, width=32)),
    fine=st.floats(0, 1),
    broad=st.floats(0, 1),
)
def test_draw_point_stays_in_range(number, place, fine, broad):
    share, tone, height = patterns.draw_point(
        number, tuple(np.float32(v) for v in place), fine, broad
    )
    assert -0.1 <= share <= 1.1
    assert 0 <= tone < 2.5
    assert abs(height) < 1


def test_sky_stays_black():
    hits = np.zeros((1, 11), dtype=np.float32)
    ids = np.array([[-1, 0]], dtype=np.int32)
    rows = np.array([material_row(Material("noise", FIRST))], dtype=np.float32)
    places, stains, fine, broad, slots = pattern_places.place_samples(hits, ids, rows)
    drawn = patterns.draw_patterns(ids, rows, places, slots, stains[0], fine[0], broad[0])
    assert not drawn[0].any()
