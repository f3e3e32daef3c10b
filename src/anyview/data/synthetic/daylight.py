# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sun and sky from bright noon over evening to an overcast day."""

from collections.abc import Iterable

import numpy as np

from anyview.data.synthetic.world import Colour, Lamp, Sky


def draw_daylight(rng: np.random.Generator, haze_share: float = 0.35) -> tuple[Lamp, Sky]:
    """A sun and the sky that goes with it.

    Args:
        rng: Everything random comes from it.
        haze_share: How often distances fade.
    """
    height = float(np.deg2rad(rng.uniform(10, 70)))
    bearing = float(rng.uniform(0, 2 * np.pi))
    clouds = float(rng.beta(0.8, 0.9))
    overcast = max(0.0, clouds - 0.6) / 0.4
    low = 1 - min(1.0, height / np.deg2rad(35))
    strength = rng.uniform(2.0, 4.0) * (1 - 0.93 * overcast)
    sun = Lamp(
        colour=_scaled((1.0, 0.95 - 0.25 * low, 0.88 - 0.5 * low), strength),
        direction=(
            float(np.cos(height) * np.cos(bearing)),
            float(np.cos(height) * np.sin(bearing)),
            float(np.sin(height)),
        ),
    )
    level = float(rng.uniform(0.7, 1.2))
    blue = np.array((0.20 + 0.1 * rng.random(), 0.42, 0.85))
    grey = np.array((0.62, 0.66, 0.72))
    zenith = (1 - 0.9 * overcast) * blue + 0.9 * overcast * grey
    pale = np.array((0.72, 0.80, 0.92)) * (1 - low) + np.array((0.95, 0.78, 0.62)) * low
    horizon = (1 - 0.8 * overcast) * pale + 0.8 * overcast * np.array((0.74, 0.76, 0.79))
    haze = (
        float(np.exp(rng.uniform(np.log(80), np.log(900)))) if rng.random() < haze_share else None
    )
    sky = Sky(
        zenith=_scaled(zenith, level),
        horizon=_scaled(horizon, level),
        ground_bounce=_scaled((0.2, 0.18, 0.15), level),
        clouds=clouds,
        haze_m=haze,
    )
    return sun, sky


def _scaled(colour: Iterable[float], factor: float) -> Colour:
    red, green, blue = (float(part) * float(factor) for part in colour)
    return red, green, blue
