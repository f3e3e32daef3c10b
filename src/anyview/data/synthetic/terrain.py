# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Open country: hills, rocks, woods, paths, water; and the horizon of other outdoor worlds."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic import materials
from anyview.data.synthetic.daylight import draw_daylight
from anyview.data.synthetic.parts import Builder, Mesh, place
from anyview.data.synthetic.people import person
from anyview.data.synthetic.shapes import box_between
from anyview.data.synthetic.soft_shapes import height_field
from anyview.data.synthetic.street_furniture import bench, fence
from anyview.data.synthetic.vegetation import (
    bush,
    flowers,
    foliage,
    grass_tufts,
    lawn,
    rock,
    stand,
    tree,
)
from anyview.data.synthetic.world import FloatArray, Material, Sky, World

Rng = np.random.Generator
Array = npt.NDArray[np.float64]

SIDE_M = 240.0


def rolling(
    rng: Rng, wavelengths: tuple[float, ...], heights: tuple[float, ...]
) -> Callable[..., Array]:
    """A smooth height as a function of x and y: sums of waves in random directions."""
    waves = []
    for length, height in zip(wavelengths, heights, strict=True):
        for _ in range(4):
            turn, phase = rng.uniform(0, 2 * np.pi, 2)
            k = 2 * np.pi / length * rng.uniform(0.6, 1.5)
            waves.append((k * np.cos(turn), k * np.sin(turn), phase, height / 2))

    def height_at(x: Array, y: Array) -> Array:
        total = np.zeros(np.broadcast(x, y).shape)
        for kx, ky, phase, height in waves:
            total = total + height * np.sin(kx * x + ky * y + phase)
        return total

    return height_at


def add_horizon(built: Builder, rng: Rng, sky: Sky, near: float, far: float) -> None:
    """Ground to the horizon and hills or woods around, from ``near`` to ``far`` metres away."""
    own = foliage(rng).first if rng.random() < 0.7 else materials.brown(rng)
    # Far away, air takes colour off even on clear days.
    air = rng.uniform(0.15, 0.5)
    red, green, blue = (
        float(min(1.0, (1 - air) * a + air * 0.7 * b))
        for a, b in zip(own, sky.horizon, strict=True)
    )
    base = (red, green, blue)
    look = materials.textured(
        rng, "noise", base, materials.shade(base, 0.5), (4.0, 30.0), (0.4, 1.0)
    )
    built.add(box_between((-2.5 * far, -2.5 * far, -1.5), (2.5 * far, 2.5 * far, -0.6)), look)
    if rng.random() < 0.25:
        return
    angle = np.linspace(0, 2 * np.pi, 97)
    rings = np.linspace(near, far, 6)[:, None]
    rough = rolling(rng, (4.0, 1.6, 0.7), (0.5, 0.25, 0.08))
    # On a circle the first and the last column are the same place.
    around = 3 * rings / far
    bumps = np.maximum(0.4 + rough(around * np.cos(angle), around * np.sin(angle)), 0)
    rise = np.linspace(0, 1, 6)[:, None]
    heights = -1.0 + far * rng.uniform(0.02, 0.2) * rise * (0.2 + bumps)
    points = np.stack((rings * np.cos(angle), rings * np.sin(angle), heights), axis=-1)
    rows, columns = heights.shape
    grid = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]
    faces = np.stack((a, b, c, a, c, d), axis=-1).reshape(-1, 3)
    hills = Mesh(points.reshape(-1, 3).astype(np.float32), faces.astype(np.int32))
    built.add(hills, look)


def build_terrain(rng: Rng, photo_share: float) -> World:
    """Hills with a hollow or a path in the middle where people stand."""
    built = Builder()
    sun, sky = draw_daylight(rng, haze_share=0.5)
    cells = 71
    # Finer in the middle, where cameras are.
    t = np.linspace(-1, 1, cells)
    axis = np.sign(t) * np.abs(t) ** 1.6 * SIDE_M / 2
    x, y = np.meshgrid(axis, axis)
    wild = float(rng.uniform(0.15, 1.0))
    hills = rolling(rng, (160.0, 60.0, 22.0), (16 * wild, 6 * wild, 1.6 * wild))
    bumps = rolling(rng, (9.0, 3.5, 1.3), (0.25, 0.10, 0.04))

    def ground(x: Array, y: Array) -> Array:
        away = np.hypot(x, y)
        grow = np.clip((away - 8) / 50, 0, 1) ** 1.3
        return grow * (hills(x, y) + 3 * wild * grow) + bumps(x, y)

    z = ground(x, y)
    points = np.stack((x, y, z), axis=-1)
    mesh = height_field(z.astype(np.float32), 1.0, 1.0)
    soil = Mesh(points.reshape(-1, 3).astype(np.float32), mesh.faces)
    bend = rolling(rng, (80.0, 30.0), (6.0, 2.0))
    course = rng.uniform(0, np.pi)
    _add_soil(built, rng, soil, bend, course, photo_share)
    if rng.random() < 0.4:
        level = float(np.percentile(z, rng.uniform(5, 30)))
        water = materials.plain(materials.colour(rng, (0.45, 0.6), (0.2, 0.6), (0.15, 0.5)), 0.9)
        built.add(box_between((-SIDE_M, -SIDE_M, level - 30), (SIDE_M, SIDE_M, level)), water)
    _add_growth(built, rng, ground, photo_share)
    _add_extras(built, rng, ground)
    add_horizon(built, rng, sky, 150.0, 600.0)
    around = np.linspace(-8, 8, 9)
    top = float(ground(*np.meshgrid(around, around)).max())
    return built.world(
        "terrain",
        lamps=(sun,),
        sky=sky,
        camera_box=((-9, -9, top + 0.7), (9, 9, top + 2.2)),
        size_m=float(rng.uniform(5, 14)),
    )


def _on(ground: Callable[..., Array], x: Array, y: Array) -> FloatArray:
    return np.stack((x, y, ground(x, y)), axis=1).astype(np.float32)


def _spots(rng: Rng, count: int, near: float, far: float) -> tuple[Array, Array]:
    """Places around the middle, denser near it."""
    away = near + (far - near) * rng.random(count) ** 1.5
    turn = rng.uniform(0, 2 * np.pi, count)
    return away * np.cos(turn), away * np.sin(turn)


def _add_soil(
    built: Builder,
    rng: Rng,
    soil: Mesh,
    bend: Callable[..., Array],
    course: float,
    photo_share: float,
) -> None:
    """Grass, sand or snow, with a path of earth where there is one, and stone where it is steep."""
    kind = rng.choice(("grass", "sand", "stone", "snow"), p=(0.62, 0.14, 0.16, 0.08))
    if kind == "grass":
        look = lawn(rng)
    elif kind == "stone":
        look = materials.stone(rng)
    else:
        hue, sat = ((0.09, 0.13), (0.2, 0.45)) if kind == "sand" else ((0.5, 0.65), (0.0, 0.06))
        base = materials.colour(rng, hue, sat, (0.65, 0.95))
        look = materials.textured(rng, "noise", base, materials.shade(base, 0.75), (0.2, 4.0))
    if rng.random() < 0.35 * photo_share:
        look = materials.photo(rng, (1.5, 6.0))
    centre = soil.vertices[soil.faces].mean(axis=1)
    along = np.cos(course) * centre[:, 0] + np.sin(course) * centre[:, 1]
    aside = np.cos(course) * centre[:, 1] - np.sin(course) * centre[:, 0]
    on_path = np.abs(aside - bend(along, 0 * along)) < rng.uniform(0.7, 2.5)
    if rng.random() < 0.35:
        on_path[:] = False
    edges = soil.vertices[soil.faces]
    normal = np.cross(edges[:, 1] - edges[:, 0], edges[:, 2] - edges[:, 0])
    steep = np.abs(normal[:, 2]) < 0.86 * np.linalg.norm(normal, axis=1)
    built.add(Mesh(soil.vertices, soil.faces[~on_path & ~steep]), look)
    earth = materials.brown(rng)
    path = materials.textured(rng, "gravel", earth, materials.shade(earth, 0.7), (0.1, 0.5))
    if on_path.any():
        built.add(Mesh(soil.vertices, soil.faces[on_path]), path)
    if (steep & ~on_path).any():
        built.add(Mesh(soil.vertices, soil.faces[steep & ~on_path]), materials.stone(rng))


def _add_growth(built: Builder, rng: Rng, ground: Callable[..., Array], photo_share: float) -> None:
    wooded, stony, lush = rng.random(3)
    for _ in range(4):
        height = float(rng.uniform(3, 14))
        for leaf_count, near, far, most in ((150, 4.0, 25.0, 3), (40, 22.0, 95.0, 14)):
            count = int(rng.uniform(0.5, 1.2) + most * wooded**2)
            spots = _on(ground, *_spots(rng, count, near, far))
            tree(rng, height, leaf_count).plant(built, stand(rng, spots, (0.6, 1.5)))
    looks: list[Material] = [materials.stone(rng, photo_share) for _ in range(2)]
    for index in range(3):
        stone = rock(rng, float(np.exp(rng.uniform(np.log(0.3), np.log(3.5)))), looks[index % 2])
        spots = _on(ground, *_spots(rng, int(1 + 12 * stony**2), 2.5, 40.0))
        stone.plant(built, stand(rng, spots, (0.5, 1.6)))
    for _ in range(2):
        shrub = bush(rng, float(rng.uniform(0.5, 2.0)))
        spots = _on(ground, *_spots(rng, int(1 + 9 * lush), 3.0, 45.0))
        shrub.plant(built, stand(rng, spots))
    if lush > 0.4:
        spots = _on(ground, *_spots(rng, int(220 * lush), 0.5, 22.0))
        tufts = grass_tufts(rng, spots, float(rng.uniform(0.2, 0.6)))
        built.add(tufts, materials.leaf_material(rng))
        if rng.random() < 0.4:
            spots = _on(ground, *_spots(rng, 60, 1.0, 10.0))
            for mesh, look in flowers(rng, spots, 0.35):
                built.add(mesh, look)


def _add_extras(built: Builder, rng: Rng, ground: Callable[..., Array]) -> None:
    """A fence, a bench, walkers."""
    if rng.random() < 0.4:
        turn, away = float(rng.uniform(0, np.pi)), float(rng.uniform(5, 14))
        for step in np.arange(-5, 6):
            x = away * np.sin(turn) + 8 * step * np.cos(turn)
            y = -away * np.cos(turn) + 8 * step * np.sin(turn)
            z = float(ground(np.array([x]), np.array([y]))[0])
            built.add_all(fence(rng, 8.2), place(x, y, z - 0.2, yaw=turn), built.new_object())
    makers = [bench] * int(rng.random() < 0.3) + [person] * int(rng.integers(0, 4))
    for maker in makers:
        x, y = rng.uniform(-14, 14, 2)
        z = float(ground(np.array([x]), np.array([y]))[0])
        spot = place(x, y, z, yaw=float(rng.uniform(0, 6.3)))
        built.add_all(maker(rng), spot, built.new_object())
