# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Random shapes floating, standing and stacked: any shape at any depth, many of them thin."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.backdrops import add_ground, add_studio, daylight
from anyview.data.synthetic.indoor_light import indoor_sky, lamp_colour
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box_between, boxes, flat
from anyview.data.synthetic.small_things import any_small_thing
from anyview.data.synthetic.soft_shapes import bars, cable
from anyview.data.synthetic.solids import THIN_KINDS, random_solid
from anyview.data.synthetic.style import Style, draw_style
from anyview.data.synthetic.world import FloatArray, Lamp, Sky, World

Rng = np.random.Generator


def build_clutter(rng: Rng, photo_share: float) -> World:
    """Shapes around a free space for cameras.

    Args:
        rng: Everything random comes from it.
        photo_share: Probability of a photograph on a surface that may carry one, 0 to 1.
    """
    style = draw_style(rng, photo_share)
    size = float(np.exp(rng.uniform(np.log(0.4), np.log(6.0))))
    half = size * rng.uniform((0.25, 0.25, 0.08), (0.7, 0.7, 0.3))
    middle = np.array((0.0, 0.0, half[2] + size * rng.uniform(0.15, 0.6)))
    low, high = (middle - half).astype(np.float32), (middle + half).astype(np.float32)
    built = Builder()
    reach = size * rng.uniform(2.5, 7.0)
    lamps, sky = _surround(built, rng, style, reach)
    centres = _shapes(built, rng, style, (low, high), reach)
    if rng.random() < 0.35:
        _cables(built, rng, (low, high), reach)
    return built.world(
        "clutter",
        lamps=lamps,
        sky=sky,
        camera_box=(low, high),
        size_m=size,
        focus=centres,
    )


def _surround(built: Builder, rng: Rng, style: Style, reach: float) -> tuple[tuple[Lamp, ...], Sky]:
    """A box, a sheet, open ground, far screens or nothing but sky."""
    draw = rng.random()
    if draw < 0.35:
        _walls(built, rng, style, reach * rng.uniform(1.0, 1.6))
        strength = rng.uniform(0.5, 1.4)
        x, y = rng.uniform(-0.4, 0.4, 2) * reach
        spot = (float(x), float(y), reach * 0.8)
        return (Lamp(lamp_colour(rng, strength), position=spot, reach_m=reach),), indoor_sky(rng)
    if draw < 0.5:
        backdrop = add_studio(built, rng, style, reach)
        return backdrop.lamps, backdrop.sky
    if draw < 0.75:
        backdrop = add_ground(built, rng, style, reach * 0.5)
        return backdrop.lamps, backdrop.sky
    if draw < 0.9:
        ground = flat(((-9 * reach, -9 * reach), (9 * reach, -9 * reach), (9 * reach, 9 * reach),
                       (-9 * reach, 9 * reach)))  # fmt: skip
        built.add(ground, materials.floor_material(rng, style.photo_share))
        for yaw in rng.uniform(0, 2 * np.pi, int(rng.integers(1, 5))):
            screen = box_between((-reach, 0, 0), (reach, 0.05 * reach, reach * rng.uniform(0.5, 2)))
            pose = place(yaw=yaw) @ place(0, reach * rng.uniform(1.2, 3.0))
            built.add(screen, materials.wall_material(rng, style.photo_share), 0, pose)
    return daylight(rng)


def _walls(built: Builder, rng: Rng, style: Style, half: float) -> None:
    """The inside of a box, each side with a look of its own."""
    tall, thick = half * rng.uniform(0.8, 1.6), 0.05 * half
    a, b = -half, half
    low = [(a, a, -thick), (a, a, tall), (a - thick, a, 0), (b, a, 0), (a, a - thick, 0), (a, b, 0)]
    high = [(b, b, 0), (b, b, tall + thick), (a, b, tall), (b + thick, b, tall), (b, a, tall),
            (b, b + thick, tall)]  # fmt: skip
    share = style.photo_share
    looks = [materials.floor_material(rng, share), materials.ceiling_material(rng)]
    paint = materials.wall_material(rng, share)
    looks += [
        materials.wall_material(rng, share) if rng.random() < 0.5 else paint for _ in range(4)
    ]
    built.add(boxes(np.array(low), np.array(high)), looks)


def _shapes(
    built: Builder, rng: Rng, style: Style, box: tuple[FloatArray, FloatArray], reach: float
) -> FloatArray:
    """Shapes outside the cameras' box, near ones small and far ones large; their places [K, 3]."""
    low, high = box
    middle, half = (low + high) / 2, (high - low) / 2
    count = int(np.exp(rng.uniform(np.log(15), np.log(120))))
    kinds = rng.integers(18, size=int(rng.integers(4, 14)))
    if rng.random() < 0.25:
        kinds = rng.integers(THIN_KINDS, size=len(kinds))
    designs = [random_solid(rng, int(kind)) for kind in kinds]
    floating = rng.random() < 0.6
    # Uniform in the logarithm of the distance: a large range of depths in every picture.
    yaw = rng.uniform(0, 2 * np.pi, count)
    near = float(np.hypot(half[0], half[1]))
    away = np.exp(rng.uniform(np.log(0.35 * near + half.min()), np.log(reach), count))
    edge = away * np.exp(rng.normal(-0.95, 0.5, count))
    distance = near + away
    x, y = middle[0] + distance * np.cos(yaw), middle[1] + distance * np.sin(yaw)
    up = middle[2] + distance * rng.normal(0, 0.25, count)
    places = np.empty((count, 3), dtype=np.float32)
    looks = [style.thing(rng) if rng.random() < 0.6 else materials.thing_material(
        rng, style.photo_share) for _ in range(10)]  # fmt: skip
    for k in range(count):
        size = float(min(edge[k], 1.2 * away[k]))
        z = float(max(up[k], size * 0.5)) if floating else size * 0.5
        if not floating and rng.random() < 0.3:
            z += size * float(rng.integers(1, 4))
        places[k] = x[k], y[k], z
        turn = rng.uniform(0, 2 * np.pi, 3) if rng.random() < 0.6 else (rng.uniform(0, 6.3), 0, 0)
        pose = place(x[k], y[k], z, turn[0], turn[1], turn[2], scale=size)
        number = built.new_object()
        if rng.random() < 0.12:
            built.add_all(any_small_thing(rng, style), place(x[k], y[k], z, scale=2 * size), number)
        else:
            look = looks[int(rng.integers(len(looks)))]
            built.add(designs[int(rng.integers(len(designs)))], look, number, pose)
    return places[distance < near + 2.5 * (near + half.min())] if len(places) > 3 else places


def _cables(built: Builder, rng: Rng, box: tuple[FloatArray, FloatArray], reach: float) -> None:
    """Wires and bars across the view, above or beside the cameras' box."""
    low, high = box
    near = float(np.hypot(*(high - low)[:2] / 2))
    look = materials.plain(materials.dark(rng), 0.3)
    for _ in range(int(rng.integers(1, 7))):
        yaw, away = rng.uniform(0, 2 * np.pi), near + rng.uniform(0.2, 0.6) * reach
        side = reach * rng.uniform(0.5, 1.5)
        level = rng.uniform(0.3, 1.5) * float(high[2])
        pose = place(yaw=yaw)
        start, end = np.array((-side, away, level)), np.array((side, away * 1.3, level * 1.2))
        radius = reach * rng.uniform(0.001, 0.006)
        if rng.random() < 0.5:
            wire = cable(start, end, 0.1 * side * rng.random(), radius)
        else:
            wire = bars(start[None], end[None], radius)
        built.add(wire, look, 0, pose)
