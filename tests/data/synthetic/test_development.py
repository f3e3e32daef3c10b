# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.development import blur_picture, develop_picture

NO_GRAIN = np.zeros((0, 0, 3), dtype=np.float32)


def _settings(**changes):
    names = ("red", "green", "blue", "vignetting", "noise", "saturation", "contrast")
    values = {"red": 1.0, "green": 1.0, "blue": 1.0, "saturation": 1.0, **changes}
    return np.array([values.get(name, 0.0) for name in names], dtype=np.float32)


def test_without_contrast_dark_light_is_plain_srgb():
    light = np.linspace(0, 0.6, 300, dtype=np.float32).reshape(1, 100, 3)
    expected = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    )
    picture = develop_picture(light, NO_GRAIN, _settings())
    assert np.abs(picture - 255 * expected).max() < 0.8


def test_light_never_wraps_around():
    light = np.array([0, 1e-6, 1, 10, 1e4, 1e6], dtype=np.float32).reshape(1, 2, 3)
    for contrast in (0.0, 0.5, 1.0):
        picture = develop_picture(light, NO_GRAIN, _settings(contrast=contrast, saturation=1.0))
        values = picture.reshape(-1).astype(int)
        assert (np.diff(values) >= 0).all()
        assert values[-1] > 225


def test_a_blurred_picture_is_the_convolution():
    rng = np.random.default_rng(0)
    light = rng.random((7, 9, 3), dtype=np.float32)
    weights = rng.random((5, 5), dtype=np.float32)
    padded = np.pad(light, ((2, 2), (2, 2), (0, 0)), mode="edge")
    expected = sum(weights[a, b] * padded[a : a + 7, b : b + 9] for a in range(5) for b in range(5))
    np.testing.assert_allclose(blur_picture(light, weights), expected, rtol=1e-5)
