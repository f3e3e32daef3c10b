# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic import light_reach
from anyview.data.synthetic.surface_tables import lamp_row
from anyview.data.synthetic.world import Lamp

HEIGHT, WIDTH = 6, 8
STILL = np.zeros((3, 3, 3), dtype=np.float32)


def _floor():
    """Level ground seen from above, one metre a pixel."""
    hits = np.zeros((HEIGHT * WIDTH, 11), dtype=np.float32)
    rows, columns = np.divmod(np.arange(HEIGHT * WIDTH), WIDTH)
    hits[:, 0], hits[:, 1] = columns, rows
    hits[:, 5] = hits[:, 8] = hits[:, 9] = 1.0
    return hits, np.zeros((HEIGHT * WIDTH, 2), dtype=np.int32)


def _lamp(**fields):
    return np.array(lamp_row(Lamp((1.0, 1.0, 1.0), **fields)), dtype=np.float32)


def _all(count=HEIGHT * WIDTH):
    return np.ones(count, dtype=np.uint8)


def test_rays_go_to_a_lamp_and_along_the_sun():
    hits, ids = _floor()
    starts, rays, samples = light_reach.lamp_rays(
        hits, ids, _all(), _lamp(position=(2.0, 3.0, 4.0), reach_m=9.0), STILL, 0.0, WIDTH
    )
    np.testing.assert_array_equal(samples, np.arange(48))
    np.testing.assert_allclose(starts + rays / 0.98, [[2, 3, 4]] * 48, atol=2e-3)
    _, rays, _ = light_reach.lamp_rays(
        hits, ids, _all(), _lamp(direction=(0.6, 0.0, 0.8)), STILL, 0.0, WIDTH
    )
    np.testing.assert_allclose(rays, [[0.6, 0, 0.8]] * 48)


def test_no_rays_from_the_sky_from_the_far_side_or_where_the_lamp_is_faint():
    hits, ids = _floor()
    ids[0, 0] = -1
    wanted = _all()
    wanted[1] = 0
    hits[2, 3:6] = (0, 0, -1)
    sun = _lamp(direction=(0.0, 0.0, 1.0))
    samples = light_reach.lamp_rays(hits, ids, wanted, sun, STILL, 0.0, WIDTH)[2]
    np.testing.assert_array_equal(samples, np.arange(3, 48))
    weak = _lamp(position=(0.0, 0.0, 1.0), reach_m=0.1)
    near = light_reach.lamp_rays(hits, ids, _all(), weak, STILL, 0.0, WIDTH)[2]
    assert 0 < len(near) < 10


def test_filled_shadows_equal_those_of_all_pixels():
    hits, ids = _floor()
    inner = light_reach.find_inner(hits, ids, HEIGHT, WIDTH)
    truth = np.where(hits[:, 0] >= 5, 255, 0).astype(np.uint8)
    sparse = (hits[:, 0] % 2 == 0) & (hits[:, 1] % 2 == 0)
    lit = np.where(sparse, truth, 7).astype(np.uint8)
    wanted = light_reach.fill_shadows(ids, inner, lit, HEIGHT, WIDTH).astype(bool)
    np.testing.assert_array_equal(lit[~wanted], truth[~wanted])
    # Where the sparse pixels disagree, and at the border, pixels ask for rays of their own.
    assert wanted.reshape(HEIGHT, WIDTH)[:4, 5].all()
    assert not wanted.reshape(HEIGHT, WIDTH)[:4, [1, 3]].any()
    assert wanted.reshape(HEIGHT, WIDTH)[5].all()


def test_softening_stays_on_the_surface():
    hits, ids = _floor()
    lit = np.where(hits[:, 0] >= 4, 255, 0).astype(np.uint8)
    soft = light_reach.soften_shadows(hits, ids, lit, HEIGHT, WIDTH).reshape(HEIGHT, WIDTH)
    assert 0 < soft[2, 3] < 128 < soft[2, 4] < 255
    assert soft[2, 2] == 0
    assert soft[2, 5] == 255
    ids[hits[:, 0] >= 4, 1] = 1
    unchanged = light_reach.soften_shadows(hits, ids, lit, HEIGHT, WIDTH)
    np.testing.assert_array_equal(unchanged, lit)


def test_openness_is_the_mean_of_free_shares():
    hits, ids = _floor()
    inner = light_reach.find_inner(hits, ids, HEIGHT, WIDTH)
    for share, expected in ((1.0, 255), (0.0, light_reach.DARKEST)):
        free = np.full(HEIGHT * WIDTH, share, dtype=np.float32)
        out = light_reach.spread_openness(hits, ids, inner, free, HEIGHT, WIDTH)
        assert np.abs(out.astype(float) - expected).max() <= 1


def test_short_rays_leave_the_surface_and_have_the_asked_length():
    hits, ids = _floor()
    ball = np.random.default_rng(0).normal(size=(4, 4, 3)).astype(np.float32)
    ball /= np.linalg.norm(ball, axis=-1, keepdims=True)
    starts, rays, pixels = light_reach.open_rays(hits, ids, WIDTH, 0.5, ball)
    assert len(pixels) == 12
    np.testing.assert_allclose(np.linalg.norm(rays, axis=1), 0.5, rtol=1e-5)
    assert (rays[:, 2] > 0).all()
    assert (starts[:, 2] > 0).all()
