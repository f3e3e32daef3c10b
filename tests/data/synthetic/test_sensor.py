# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.sensor import (
    Sensor,
    automatic_gain,
    blur_weights,
    expose,
    sample_sensor,
)


def _ramp(low=0.02, high=1.0):
    ramp = np.geomspace(low, high, 48, dtype=np.float32)
    return np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (36, 48, 3)))


def _picture(light, seed=0, **faults):
    return expose(light, Sensor(**faults), np.random.default_rng(seed))


def test_sampled_sensors_are_within_bounds_and_a_third_are_clean():
    rng = np.random.default_rng(0)
    sensors = [sample_sensor(rng) for _ in range(2000)]
    clean = [
        s.noise == 0
        and s.blur_px == 0
        and s.motion_px == (0.0, 0.0)
        and s.vignetting == 0
        and s.jpeg_quality is None
        for s in sensors
    ]
    assert 0.3 < np.mean(clean) < 0.45
    for s in sensors:
        assert -1 <= s.exposure_stops <= 1
        assert all(0.7 < gain < 1.4 for gain in s.white_balance)
        assert 0 <= s.vignetting < 0.5
        assert 0 <= s.noise <= 0.02
        assert 0 <= s.blur_px < 1
        assert np.hypot(*s.motion_px) <= 2
        assert 0 <= s.saturation <= 1.5
        assert 0 <= s.contrast <= 1
        assert s.jpeg_quality is None or 45 <= s.jpeg_quality <= 95


def test_sampling_is_seeded():
    assert sample_sensor(np.random.default_rng(3)) == sample_sensor(np.random.default_rng(3))
    assert sample_sensor(np.random.default_rng(3)) != sample_sensor(np.random.default_rng(4))


@pytest.mark.parametrize("unit", [0.1, 1.0, 1e3])
def test_exposure_does_not_depend_on_the_unit_of_light(unit):
    light = _ramp()
    np.testing.assert_allclose(automatic_gain(unit * light) * unit, automatic_gain(light), rtol=0.1)
    middle = _picture(unit * light).mean()
    assert 70 < middle < 170


def test_a_perfect_camera_keeps_order_and_grey():
    picture = _picture(_ramp()).astype(int)
    assert (np.diff(picture[0, :, 0]) >= 0).all()
    assert np.ptp(picture, axis=2).max() <= 1
    assert picture[0, 0, 0] < 60 < 180 < picture[0, -1, 0]


def test_black_light_gives_a_black_picture():
    assert _picture(np.zeros((20, 20, 3), dtype=np.float32)).max() == 0


def test_each_fault_does_what_it_says():
    light = np.full((40, 60, 3), 0.2, dtype=np.float32)
    light[:, 30:] *= np.array([1.5, 1.0, 0.5], dtype=np.float32)
    plain = _picture(light).astype(float)
    brighter = _picture(light, exposure_stops=0.5)
    assert (brighter > plain).all()
    warm = _picture(light, white_balance=(1.2, 1.0, 0.8)).astype(float)
    assert (warm[..., 0] > plain[..., 0]).all()
    assert (warm[..., 2] < plain[..., 2]).all()
    dark = _picture(light, vignetting=0.4).astype(float)
    assert dark[0, 0, 0] < plain[0, 0, 0] - 10
    assert abs(dark[20, 20, 0] - plain[20, 20, 0]) < 5
    grey = _picture(light, saturation=0.0).astype(int)
    assert np.ptp(grey, axis=2).max() <= 1
    jpeg = _picture(light, jpeg_quality=50).astype(float)
    assert 0 < np.abs(jpeg - plain).mean() < 8


def test_noise_grows_with_light_and_needs_the_generator():
    light = np.full((60, 80, 3), 0.05, dtype=np.float32)
    light[:, 40:] = 0.4
    noisy = _picture(light, noise=0.02, contrast=0.0).astype(float)
    # In linear light: the curve's slope falls as the noise rises.
    linear = (noisy / 255) ** 2.2
    assert linear[:, 40:].std() > 1.5 * linear[:, :40].std() > 0
    again = _picture(light, noise=0.02, contrast=0.0)
    np.testing.assert_array_equal(noisy, again)
    assert (_picture(light, seed=1, noise=0.02, contrast=0.0) != again).any()


def test_blur_weights_sum_to_one_and_follow_the_motion():
    np.testing.assert_allclose(blur_weights(0.6, (0.0, 0.0)).sum(), 1, rtol=1e-6)
    along = blur_weights(0.3, (2.0, 0.0))
    np.testing.assert_allclose(along.sum(), 1, rtol=1e-6)
    assert along[2, 1] > 10 * along[1, 2]
    step = np.zeros((20, 20, 3), dtype=np.float32)
    step[:, 10:] = 1.0
    sharp, soft = _picture(step), _picture(step, blur_px=0.8)
    assert len(np.unique(soft)) > len(np.unique(sharp))
