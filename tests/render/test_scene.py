# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Lights add up to what their documentation promises."""

import math

import pytest
import torch

from anyview.render.scene import sky_dome, sun


@pytest.mark.parametrize("samples", [1, 2, 7, 24])
def test_a_dome_lights_an_open_floor_with_its_colour(samples: int) -> None:
    dome = sky_dome((0.6, 0.7, 0.8), samples=samples)
    assert len(dome) == samples
    for channel, expected in enumerate((0.6, 0.7, 0.8)):
        total = sum(light.color[channel] * -light.toward[1] for light in dome)
        assert total == pytest.approx(expected)
    assert all(math.hypot(*light.toward) == pytest.approx(1) for light in dome)
    assert all(light.toward[1] < 0 for light in dome)


@pytest.mark.parametrize("toward", [(0.3, -0.8, 0.4), (0.0, -2.0, 0.0), (5.0, 0.0, 0.0)])
def test_a_sun_is_a_disc_of_its_radius_and_colour(toward: tuple[float, float, float]) -> None:
    lights = sun(toward, (3.0, 2.0, 1.0), radius_deg=2.0, samples=50)
    directions = torch.tensor([light.toward for light in lights], dtype=torch.float64)
    axis = torch.nn.functional.normalize(torch.tensor(toward, dtype=torch.float64), dim=0)
    angle = torch.rad2deg(torch.acos((directions @ axis).clamp(-1, 1)))
    assert angle.max().item() == pytest.approx(2.0, abs=1e-6)
    assert (directions.mean(dim=0) - axis).norm() < 2e-3
    assert sum(light.color[0] for light in lights) == pytest.approx(3.0)
    assert all(light.highlight for light in lights)


def test_a_single_sun_is_its_axis() -> None:
    (light,) = sun((0.0, -3.0, 4.0), (1.0, 1.0, 1.0))
    assert light.toward == pytest.approx((0.0, -0.6, 0.8))
    assert light.color == (1.0, 1.0, 1.0)
