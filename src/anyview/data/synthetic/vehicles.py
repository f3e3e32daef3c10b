# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cars, vans and lorries: they stand on z = 0, centred, and drive towards +x."""

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, merge, place
from anyview.data.synthetic.shapes import box_between, boxes, cylinder, loft

Rng = np.random.Generator
Array = npt.NDArray[np.floating]


def _hull(stations: Array, roundness: float = 0.35) -> Mesh:
    """Skin over rounded boxes along x; stations are [S, 4]: x, half width, bottom, top."""
    angle = np.arange(12) * (2 * np.pi / 12) + np.pi / 12
    unit = np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    unit = np.sign(unit) * np.abs(unit) ** roundness
    x, half, low, high = (column[:, None] for column in stations.T)
    y = unit[:, 0] * half
    z = (low + high) / 2 + unit[:, 1] * (high - low) / 2
    return loft(np.stack((x + 0 * y, y, z), axis=-1).astype(np.float32))


def car(rng: Rng) -> Builder:
    """A car, an estate or a van."""
    built = Builder()
    length, wide, tall = rng.uniform((3.7, 0.82, 1.35), (4.9, 0.95, 1.6))
    van = rng.random() < 0.18
    if van:
        length, tall = rng.uniform(4.6, 5.8), rng.uniform(1.9, 2.5)
    lift = float(rng.uniform(0.18, 0.3))
    waist = 0.62 * min(tall, 1.6)
    nose, tail = length / 2, -length / 2
    bonnet = waist * rng.uniform(0.82, 0.95)
    boot = waist * rng.uniform(0.9, 1.05)
    paint = materials.plain(_paint(rng), float(rng.uniform(0.4, 0.9)))
    glass = materials.plain(materials.colour(rng, (0.5, 0.65), (0.0, 0.3), (0.05, 0.3)), 0.9)
    body = np.array(
        (
            (tail, 0.85 * wide, lift + 0.1, boot - 0.12),
            (tail + 0.12, 0.95 * wide, lift, boot),
            (tail * 0.3, wide, lift, waist),
            (nose * 0.45, wide, lift, waist),
            (nose - 0.35, 0.95 * wide, lift, bonnet),
            (nose, 0.8 * wide, lift + 0.08, bonnet - 0.18),
        )
    )
    built.add(_hull(body), paint, 1)
    front = nose * rng.uniform(0.3, 0.55) if not van else nose * 0.75
    roof_front = front - rng.uniform(0.5, 0.8) * (0.5 if van else 1)
    estate = van or rng.random() < 0.5
    back = tail + (0.1 if estate else rng.uniform(0.35, 0.8))
    roof_back = back + (0.12 if estate else rng.uniform(0.4, 0.7))
    shoulder = 0.8 * wide
    cabin = np.array(
        (
            (back, 0.9 * wide, waist - 0.08, waist + 0.02),
            (roof_back, shoulder, waist - 0.08, tall - 0.05),
            (roof_front, shoulder, waist - 0.08, tall - 0.05),
            (front, 0.9 * wide, waist - 0.08, waist + 0.02),
        )
    )
    built.add(_hull(cabin, 0.25), glass if not van or rng.random() < 0.4 else paint, 1)
    lid = np.array(
        (
            (roof_back - 0.05, 0.7 * shoulder, tall - 0.07, tall - 0.02),
            (roof_back + 0.2, 0.98 * shoulder, tall - 0.08, tall),
            (roof_front - 0.2, 0.98 * shoulder, tall - 0.08, tall),
            (roof_front + 0.05, 0.7 * shoulder, tall - 0.07, tall - 0.02),
        )
    )
    built.add(_hull(lid), paint, 1)
    middle = (roof_front + roof_back) / 2
    pillars = [
        box_between((middle - 0.05, -0.87 * wide, waist), (middle + 0.05, 0.87 * wide, tall - 0.06))
    ]
    if van:
        pillars.append(
            box_between((nose * 0.72, -0.82 * wide, waist), (nose * 0.78, 0.82 * wide, tall - 0.4))
        )
    built.add(merge(pillars), paint if not van else glass, 1)
    _add_details(built, rng, (nose, tail, wide), (bonnet, boot, lift))
    _add_wheels(built, rng, (tail * 0.62, nose * 0.64), wide, float(rng.uniform(0.29, 0.36)))
    return built


def lorry(rng: Rng) -> Builder:
    """A lorry or a bus: a cab and a box."""
    built = Builder()
    length, wide, tall = rng.uniform((6.0, 1.1, 2.6), (11.0, 1.25, 3.4))
    paint = materials.plain(_paint(rng), 0.4)
    glass = materials.plain(materials.colour(rng, (0.5, 0.65), (0.0, 0.3), (0.05, 0.3)), 0.9)
    nose = length / 2
    built.add(box_between((-nose, -wide, 0.5), (nose, wide, tall)), paint, 1)
    if rng.random() < 0.5:  # bus: a band of windows
        pane = box_between(
            (-nose - 0.02, -wide - 0.02, 1.3), (nose + 0.02, wide + 0.02, tall - 0.5)
        )
        built.add(pane, glass, 1)
        x = np.linspace(-nose, nose - 0.1, max(4, int(length / 1.5)))
        low = np.stack((x, 0 * x - wide - 0.04, 0 * x + 1.25), axis=1)
        high = np.stack((x + 0.1, 0 * x + wide + 0.04, 0 * x + tall - 0.45), axis=1)
        built.add(boxes(low, high), paint, 1)
    else:
        gap = box_between(
            (nose - 2.0, -wide - 0.01, tall - 0.6), (nose + 0.01, wide + 0.01, tall + 0.01)
        )
        built.add(gap, materials.plain(_paint(rng), 0.5), 1)
        screen = box_between((nose - 0.9, -wide - 0.03, 1.5), (nose + 0.03, wide + 0.03, 2.3))
        built.add(screen, glass, 1)
        sheet = box_between(
            (-nose - 0.02, -wide - 0.03, 0.9), (nose - 2.1, wide + 0.03, tall - 0.15)
        )
        built.add(sheet, materials.printed(rng), 1)
    _add_details(built, rng, (nose, -nose, wide), (1.0, 1.0, 0.5))
    _add_wheels(built, rng, (-nose * 0.6, nose * 0.7), wide, 0.5)
    return built


def any_vehicle(rng: Rng) -> Builder:
    """Mostly cars."""
    return lorry(rng) if rng.random() < 0.06 else car(rng)


def _paint(rng: Rng) -> tuple[float, float, float]:
    draw = rng.random()
    if draw < 0.55:
        return materials.grey(rng) if draw < 0.3 else materials.dark(rng)
    return materials.white(rng) if draw < 0.75 else materials.vivid(rng)


def _add_details(
    built: Builder,
    rng: Rng,
    ends: tuple[float, float, float],
    heights: tuple[float, float, float],
) -> None:
    """Lights, bumpers, number plates."""
    nose, tail, wide = ends
    bonnet, boot, lift = heights
    white, red = materials.plain((0.9, 0.9, 0.85), 0.8), materials.plain((0.5, 0.02, 0.02), 0.5)
    for y in (-0.62 * wide, 0.62 * wide):
        lamp = ((nose - 0.12, y - 0.16, bonnet - 0.3), (nose + 0.015, y + 0.16, bonnet - 0.16))
        built.add(box_between(*lamp), white, 1)
        rear = ((tail - 0.02, y - 0.12, boot - 0.38), (tail + 0.12, y + 0.12, boot - 0.16))
        built.add(box_between(*rear), red, 1)
    plate = ((tail - 0.025, -0.26, boot - 0.4), (tail + 0.05, 0.26, boot - 0.29))
    built.add(box_between(*plate), white, 1)
    black = materials.plain(materials.shade(materials.dark(rng), 0.7))
    for x in (nose - 0.15, tail - 0.05):
        bumper = ((x, -0.8 * wide, lift + 0.03), (x + 0.2, 0.8 * wide, lift + 0.2))
        built.add(box_between(*bumper), black, 1)


def _add_wheels(
    built: Builder, rng: Rng, axles: tuple[float, float], wide: float, radius: float
) -> None:
    tyre, rim = materials.plain((0.02, 0.02, 0.02)), materials.metal(rng)
    for x in axles:
        for side in (-1, 1):
            # The cylinder's axis is turned from z to y.
            turn = place(x, side * (wide - 0.2) - 0.11, radius, pitch=-np.pi / 2)
            built.add(cylinder(radius, 0.22, 12), tyre, 1, turn)
            hub = place(x, side * (wide - 0.2) - 0.12, radius, pitch=-np.pi / 2)
            built.add(cylinder(radius * 0.6, 0.24, 7), rim, 1, hub)
