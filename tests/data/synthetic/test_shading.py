# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.shading import bend_normals, light_samples
from anyview.data.synthetic.surface_tables import lamp_row, material_row
from anyview.data.synthetic.world import Lamp, Material

DARK = np.zeros(12, dtype=np.float32)
ORIGIN = np.array([0, 0, 5], dtype=np.float32)


def _point(normal=(0.0, 0.0, 1.0), distance=5.0):
    """A surface below the camera."""
    hits = np.zeros((1, 11), dtype=np.float32)
    hits[:, 3:6] = hits[:, 6:9] = normal
    hits[0, 2] = 5.0 - distance
    hits[:, 9], hits[:, 10] = 0.01, distance
    return hits


def _light(hits, lamps, sky=DARK, lit=255, **look):
    rows = np.array([material_row(Material("plain", (0.5, 0.5, 0.5), **look))], dtype=np.float32)
    lamp_rows = np.array([lamp_row(lamp) for lamp in lamps], dtype=np.float32)
    return light_samples(
        hits,
        np.zeros((1, 2), dtype=np.int32),
        np.full((1, 3), 0.5, dtype=np.float32),
        rows,
        lamp_rows,
        sky,
        np.array([[lit]] * len(lamps) + [[255]], dtype=np.uint8),
        ORIGIN,
    )[0]


def test_lambert_under_a_lamp_with_the_square_of_the_distance():
    def above(height):
        return _light(_point(), [Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, height), reach_m=2.0)])

    np.testing.assert_allclose(above(2.0), 0.5, rtol=1e-5)
    np.testing.assert_allclose(above(4.0), 0.125, rtol=1e-5)
    slanted = _light(
        _point((0.6, 0.0, 0.8)), [Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, 2.0), reach_m=2.0)]
    )
    np.testing.assert_allclose(slanted, 0.4, rtol=1e-5)


def test_shadow_takes_the_lamp_away_and_glow_stays():
    lamp = [Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, 2.0), reach_m=2.0)]
    assert not _light(_point(), lamp, lit=0).any()
    np.testing.assert_allclose(_light(_point(), lamp, lit=0, glow=3.0), 1.5, rtol=1e-5)


def test_a_polished_surface_shines_towards_the_mirror_direction_only():
    mirror = [Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, 2.0), reach_m=2.0)]
    beside = [Lamp((1.0, 1.0, 1.0), position=(2.0, 0.0, 0.5), reach_m=2.0)]
    gain = _light(_point(), mirror, shininess=0.8) - _light(_point(), mirror)
    assert gain[0] > 0.5
    gain = _light(_point(), beside, shininess=0.8) - _light(_point(), beside)
    assert gain[0] < 0.05


def test_ambient_light_comes_from_above_and_below():
    sky = DARK.copy()
    sky[:3], sky[6:9] = 1.0, 0.2
    off = [Lamp((0.0, 0.0, 0.0), position=(0.0, 0.0, 2.0))]
    np.testing.assert_allclose(_light(_point(), off, sky), 0.5, rtol=1e-4)
    np.testing.assert_allclose(_light(_point((0, 0, -1)), off, sky), 0.1, rtol=1e-4)


def test_haze_hides_what_is_far():
    sky = DARK.copy()
    sky[3:6], sky[10] = (0.7, 0.8, 0.9), 1 / 10.0
    off = [Lamp((0.0, 0.0, 0.0), position=(0.0, 0.0, 2.0))]
    np.testing.assert_allclose(
        _light(_point(distance=10.0), off, sky), (1 - np.exp(-1)) * sky[3:6], rtol=1e-3
    )


def test_normals_tilt_against_the_slope_of_the_relief():
    rows, columns = np.divmod(np.arange(30), 6)
    hits = np.zeros((30, 11), dtype=np.float32)
    hits[:, 0], hits[:, 1] = 0.1 * columns, -0.1 * rows
    hits[:, 5] = hits[:, 8] = 1.0
    hits[:, 9] = 0.1
    heights = (0.5 * hits[:, 0]).astype(np.float32)
    bend_normals(hits, np.zeros((30, 2), dtype=np.int32), heights, 5, 6)
    assert (hits[:, 6] < -0.2).all()
    np.testing.assert_allclose(hits[:, 7], 0.0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(hits[:, 6:9], axis=1), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(hits[:, 3:6], [[0, 0, 1]] * 30)
