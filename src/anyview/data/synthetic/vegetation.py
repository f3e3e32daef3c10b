# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Trees, bushes, hedges, grass, flowers, rocks: they stand on z = 0 about the z axis."""

from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, merge, place, repeat
from anyview.data.synthetic.shapes import box, lathe, sphere
from anyview.data.synthetic.soft_shapes import leaf_cluster, leaves, lumpy, tube
from anyview.data.synthetic.world import FloatArray, Material

Rng = np.random.Generator


@dataclass(frozen=True)
class Plant:
    """Meshes with looks, to be repeated many times."""

    parts: tuple[tuple[Mesh, Material], ...]

    def plant(self, built: Builder, transforms: FloatArray, as_things: bool = True) -> None:
        """Add one copy for each [K, 4, 4] matrix; each is a thing unless told otherwise."""
        if not len(transforms):
            return
        things = [built.new_object() for _ in transforms] if as_things else 0
        for mesh, look in self.parts:
            built.add(repeat(mesh, transforms), look, things)


def stand(rng: Rng, places: FloatArray, scale: tuple[float, float] = (0.8, 1.25)) -> FloatArray:
    """[K, 4, 4] upright at [K, 3] places, turned and scaled at random."""
    rows = [
        place(x, y, z, yaw=turn, scale=size)
        for (x, y, z), turn, size in zip(
            places.tolist(),
            rng.uniform(0, 2 * np.pi, len(places)).tolist(),
            rng.uniform(*scale, len(places)).tolist(),
            strict=True,
        )
    ]
    return np.array(rows, dtype=np.float32).reshape(-1, 4, 4)


def tree(rng: Rng, height: float, leaf_count: int = 260) -> Plant:
    """A broad-leaved tree, a conifer, or a bare one; fewer leaves for distant ones."""
    draw = rng.random()
    if draw < 0.22:
        return _conifer(rng, height, leaf_count // 2)
    trunk_look, crown_look = materials.bark(rng), materials.leaf_material(rng)
    base = height * rng.uniform(0.2, 0.42)
    thick = 0.022 * height * rng.uniform(0.8, 1.5)
    bend = rng.normal(0, 0.03 * height, (5, 2))
    level = np.linspace(0, 0.8 * height, 5)
    path = np.concatenate((np.cumsum(bend, axis=0) * (level[:, None] > 0), level[:, None]), axis=1)
    wood = [tube(path, np.linspace(thick, 0.3 * thick, 5), 6)]
    tips = []
    for _ in range(int(rng.integers(3, 5 if leaf_count < 120 else 8))):
        start = path[int(rng.integers(2, 5))]
        out = rng.normal(0, 1, 3) * (1, 1, 0.4) + (0, 0, 0.5)
        tip = start + out / np.linalg.norm(out) * height * rng.uniform(0.15, 0.32)
        middle = (start + tip) / 2 - (0, 0, 0.02 * height)
        wood.append(tube(np.stack((start, middle, tip)), np.linspace(0.4, 0.12, 3) * thick, 4))
        tips.append(tip)
    parts = [(merge(wood), trunk_look)]
    if draw > 0.94:
        return Plant(tuple(parts))
    radius = 0.5 * (height - base) * rng.uniform(0.75, 1.15)
    middle = path[-1] * (1, 1, 0) + (0, 0, base + 0.5 * (height - base))
    leaf = 0.09 * radius + 0.12
    sides = 8 if leaf_count < 120 else 12
    crown = [_crown_lump(rng, 0.72 * radius, middle, sides)]
    crown += [_crown_lump(rng, 0.42 * radius, tip, sides) for tip in tips]
    cover = leaf_cluster(rng, leaf_count, radius, leaf * 1.6, leaf)
    crown.append(cover.scaled(1, 1, rng.uniform(0.75, 1.1)).moved(*middle))
    # Two greens, as light and shade give even the same leaves.
    other = Material(
        crown_look.pattern,
        materials.shade(crown_look.first, 1.25),
        crown_look.second,
        crown_look.scale_m,
        crown_look.contrast,
    )
    parts += [(merge(crown[:-1]), crown_look), (crown[-1], other)]
    return Plant(tuple(parts))


def _crown_lump(rng: Rng, radius: float, centre: FloatArray, sides: int) -> Mesh:
    ball = lumpy(sphere(radius, sides), rng, 0.35, 0.7 * radius)
    return ball.scaled(1, 1, rng.uniform(0.7, 1.0)).moved(*centre.tolist())


def _conifer(rng: Rng, height: float, leaf_count: int) -> Plant:
    look = materials.leaf_material(rng)
    look = Material(look.pattern, materials.shade(look.first, 0.6), look.second, 0.15, 0.8)
    rows = int(rng.integers(5, 9))
    profile = []
    wide = height * rng.uniform(0.13, 0.22)
    for k in range(rows):
        share = k / rows
        low = height * (0.12 + 0.88 * share)
        radius = wide * (1 - share) + 0.02 * height
        profile += [(0.5 * radius, low), (radius, low - 0.02 * height)]
    profile.append((0.0, height))
    crown = lathe(profile, 11)
    jag = 1 + 0.12 * np.sin(np.arctan2(crown.vertices[:, 1], crown.vertices[:, 0]) * 5 + 1)
    noise = rng.normal(1, 0.08, len(crown.vertices))
    vertices = crown.vertices * np.stack((jag * noise, jag * noise, 0 * jag + 1), axis=1)
    needles = leaf_cluster(rng, leaf_count, 1.0, 0.10, 0.04)
    spread = needles.scaled(0.75 * wide, 0.75 * wide, 0.45 * height).moved(z=0.45 * height)
    trunk = tube(((0, 0, 0), (0, 0, 0.3 * height)), 0.016 * height, 6)
    mesh = Mesh(vertices.astype(np.float32), crown.faces)
    return Plant(((merge((mesh, spread)), look), (trunk, materials.bark(rng))))


def bush(rng: Rng, size: float) -> Plant:
    """A round bush with leaves, sometimes in flower."""
    look = materials.leaf_material(rng)
    core = lumpy(sphere(0.42 * size, 10), rng, 0.35, 0.3 * size).moved(z=0.38 * size)
    cover = leaf_cluster(rng, 110, 0.55 * size, 0.16 * size, 0.08 * size).moved(z=0.42 * size)
    parts = [(merge((core, cover)), look)]
    if rng.random() < 0.35:
        spots = rng.normal(size=(30, 3))
        spots /= np.linalg.norm(spots, axis=1, keepdims=True)
        spots = spots * 0.55 * size + np.array((0, 0, 0.42 * size))
        blossom = repeat(sphere(0.035 * size, 5), stand(rng, spots))
        parts.append((blossom, materials.plain(materials.vivid(rng))))
    return Plant(tuple(parts))


def hedge(rng: Rng, length: float, height: float, depth: float) -> Plant:
    """A clipped hedge along x."""
    look = materials.leaf_material(rng)
    count = int(min(500, 35 * length * height))
    spots = rng.uniform((-length / 2, -depth / 2, 0), (length / 2, depth / 2, height), (count, 3))
    side = rng.integers(0, 3, count)
    spots[side == 0, 1] = -depth / 2
    spots[side == 1, 1] = depth / 2
    spots[side == 2, 2] = height
    tips = rng.normal(size=(count, 3))
    tips /= np.linalg.norm(tips, axis=1, keepdims=True)
    cover = leaves(spots.astype(np.float32), tips.astype(np.float32), 0.2, 0.12)
    return Plant(((box(length, depth, height, 0.08), look), (cover, look)))


def grass_tufts(rng: Rng, places: FloatArray, height: float) -> Mesh:
    """Blades of grass, a handful at each of [K, 3] places."""
    each = 5
    spots = np.repeat(places, each, axis=0) + rng.normal(
        0, 0.25 * height, (len(places) * each, 3)
    ) * (1, 1, 0)
    tips = rng.normal(0, 0.35, spots.shape)
    tips[:, 2] = 1
    tips /= np.linalg.norm(tips, axis=1, keepdims=True)
    return leaves(spots.astype(np.float32), tips.astype(np.float32), height, 0.08 * height, 0.3)


def flowers(rng: Rng, places: FloatArray, height: float) -> list[tuple[Mesh, Material]]:
    """Stalks, leaves and blossoms at [K, 3] places, in two colours."""
    look = materials.leaf_material(rng)
    parts = [(grass_tufts(rng, places, 0.8 * height), look)]
    for half in (places[::2], places[1::2]):
        if len(half):
            tops = half + np.array((0, 0, height)) + rng.normal(0, 0.12 * height, half.shape)
            blossom = sphere(0.14 * height, 5).scaled(1, 1, 0.6)
            heads = repeat(blossom, stand(rng, tops.astype(np.float32)))
            parts.append((heads, materials.plain(materials.vivid(rng))))
    return parts


def rock(rng: Rng, size: float, look: Material) -> Plant:
    """A stone, partly in the ground."""
    shape = lumpy(sphere(0.5 * size, 14), rng, 0.4, 0.6 * size)
    shape = lumpy(shape, rng, 0.12, 0.2 * size)
    flat = shape.scaled(*rng.uniform((0.8, 0.6, 0.5), (1.3, 1.1, 0.9))).moved(z=0.18 * size)
    return Plant(((flat, look),))
