# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Trees, bushes, hedges, grass, flowers, rocks: they stand on z = 0 about the z axis."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, merge, place, repeat
from anyview.data.synthetic.shapes import box, loft, sphere
from anyview.data.synthetic.soft_shapes import leaf_cluster, leaves, lumpy, tube
from anyview.data.synthetic.world import FloatArray, Material, Pattern

Rng = np.random.Generator
Array = npt.NDArray[np.floating]


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


def stand(rng: Rng, places: Array, scale: tuple[float, float] = (0.8, 1.25)) -> FloatArray:
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
    trunk_look, crown_look = materials.bark(rng), foliage(rng)
    base = height * rng.uniform(0.2, 0.42)
    thick = 0.022 * height * rng.uniform(0.8, 1.5)
    bend = rng.normal(0, 0.03 * height, (5, 2))
    level = np.linspace(0, 0.8 * height, 5)
    path = np.concatenate((np.cumsum(bend, axis=0) * (level[:, None] > 0), level[:, None]), axis=1)
    wood = [tube(path, np.linspace(thick, 0.3 * thick, 5), 6)]
    tips = []
    fewest, most = (2, 4) if leaf_count < 60 else (3, 5) if leaf_count < 120 else (4, 8)
    for _ in range(int(rng.integers(fewest, most))):
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
    near = leaf_count >= 120
    lumps = rng.normal(size=(9 if near else 4 if leaf_count >= 60 else 2, 3))
    lumps *= rng.uniform(0.3, 0.75, (len(lumps), 1)) / np.linalg.norm(lumps, axis=1, keepdims=True)
    spots = np.concatenate((middle + radius * lumps, tips, middle[None]))
    sizes = radius * np.r_[rng.uniform(0.3, 0.5, len(lumps)), np.full(len(tips), 0.3), 0.6]
    ball = lumpy(sphere(1.0, 10 if near else 7 if leaf_count >= 60 else 6), rng, 0.25, 0.8)
    squash = (1.0, 1.0, float(rng.uniform(0.7, 0.95)))
    crown = repeat(ball.scaled(*squash), _balls(rng, spots, sizes))
    size = 0.11 * radius**0.6 * (1.0 if near else 1.6)
    # Leaves sit on the lumps, so that the outline is ragged.
    at = rng.integers(len(spots), size=leaf_count)
    out = rng.normal(size=(leaf_count, 3))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    aim = out + rng.normal(0, 0.6, out.shape)
    aim /= np.linalg.norm(aim, axis=1, keepdims=True)
    stalks = spots[at] + sizes[at, None] * out * squash * rng.uniform(0.9, 1.25, (leaf_count, 1))
    cover = leaves(stalks.astype(np.float32), aim.astype(np.float32), 2.2 * size, 1.3 * size)
    # Two greens, as light and shade give even the same leaves.
    light = replace(crown_look, first=materials.shade(crown_look.first, 1.25))
    return Plant((*parts, (crown, crown_look), (cover, light)))


def _balls(rng: Rng, places: Array, sizes: Array) -> FloatArray:
    turns = rng.uniform(0, 2 * np.pi, len(places))
    rows = zip(places.tolist(), turns.tolist(), sizes.tolist(), strict=True)
    return np.stack([place(x, y, z, yaw=turn, scale=size) for (x, y, z), turn, size in rows])


def foliage(rng: Rng) -> Material:
    """A mass of leaves seen from afar: dull greens, olive, sometimes autumn."""
    if rng.random() < 0.08:
        base = materials.colour(rng, (0.02, 0.13), (0.5, 0.8), (0.35, 0.7))
    else:
        base = materials.colour(rng, (0.16, 0.33), (0.25, 0.62), (0.22, 0.48))
    pattern: Pattern = "gravel" if rng.random() < 0.6 else "noise"
    dark = materials.shade(base, 0.3)
    return materials.textured(rng, pattern, base, dark, (0.12, 0.4), (0.7, 1.0))


def lawn(rng: Rng) -> Material:
    """Grass, fresh or dry."""
    base = materials.colour(rng, (0.15, 0.29), (0.25, 0.62), (0.28, 0.55))
    other = materials.brown(rng) if rng.random() < 0.5 else materials.shade(base, 0.5)
    return materials.textured(rng, "grass", base, other, (0.2, 1.5), (0.3, 0.9))


def _conifer(rng: Rng, height: float, leaf_count: int) -> Plant:
    """Tiers of branches, jagged and drooping."""
    look = foliage(rng)
    look = replace(look, first=materials.shade(look.first, 0.6))
    tiers, sides = int(rng.integers(8, 14)), 14 if leaf_count >= 60 else 10
    wide, foot = height * float(rng.uniform(0.14, 0.24)), float(rng.uniform(0.04, 0.2))
    share = np.arange(tiers) / tiers
    low = height * (foot + (1 - foot) * share)
    radius = wide * (1 - share) ** 0.9 + 0.015 * height
    rings = np.stack((0.45 * radius, radius), axis=1).ravel()
    level = np.stack((low + 0.3 * radius, low - 0.1 * radius), axis=1).ravel()
    angle = np.arange(sides) * (2 * np.pi / sides)
    jag = rng.uniform(0.72, 1.15, (len(rings), sides))
    jag[:, ::2] *= 1.12
    around = np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    points = np.empty((len(rings) + 1, sides, 3))
    points[:-1, :, :2] = (rings[:, None] * jag)[..., None] * around
    points[:-1, :, 2] = level[:, None] - 0.25 * (jag - 0.9) * rings[:, None]
    points[-1] = (0, 0, height)
    spots = rng.uniform(0, 1, leaf_count)
    turn = rng.uniform(0, 2 * np.pi, leaf_count)
    reach = wide * (1 - spots) ** 0.9
    level = height * (foot + (1 - foot) * spots)
    stalk = np.stack((0.9 * reach * np.cos(turn), 0.9 * reach * np.sin(turn), level), axis=1)
    aim = np.stack((np.cos(turn), np.sin(turn), rng.normal(-0.2, 0.3, leaf_count)), axis=1)
    aim /= np.linalg.norm(aim, axis=1, keepdims=True)
    twigs = leaves(stalk.astype(np.float32), aim.astype(np.float32), 0.05 * height, 0.018 * height)
    trunk = tube(((0.0, 0.0, 0.0), (0.0, 0.0, 0.3 * height)), 0.016 * height, 6)
    mesh = merge((loft(points.astype(np.float32)), twigs))
    return Plant(((mesh, look), (trunk, materials.bark(rng))))


def bush(rng: Rng, size: float) -> Plant:
    """A round bush with leaves, sometimes in flower."""
    look = foliage(rng)
    look = replace(look, scale_m=look.scale_m * 0.6)
    core = lumpy(sphere(0.45 * size, 12), rng, 0.25, 0.3 * size).moved(z=0.38 * size)
    leaf = float(rng.uniform(0.07, 0.12)) * size
    cover = leaf_cluster(rng, 160, 0.52 * size, leaf, 0.55 * leaf).moved(z=0.42 * size)
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
    look = foliage(rng)
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


def grass_tufts(rng: Rng, places: Array, height: float) -> Mesh:
    """Blades of grass, a handful at each of [K, 3] places."""
    each = 5
    spots = np.repeat(places, each, axis=0) + rng.normal(
        0, 0.25 * height, (len(places) * each, 3)
    ) * (1, 1, 0)
    tips = rng.normal(0, 0.35, spots.shape)
    tips[:, 2] = 1
    tips /= np.linalg.norm(tips, axis=1, keepdims=True)
    return leaves(spots.astype(np.float32), tips.astype(np.float32), height, 0.08 * height, 0.3)


def flowers(rng: Rng, places: Array, height: float) -> list[tuple[Mesh, Material]]:
    """Stalks, leaves and blossoms at [K, 3] places, in two colours."""
    look = materials.leaf_material(rng)
    parts = [(grass_tufts(rng, places, 0.8 * height), look)]
    for half in (places[::2], places[1::2]):
        if len(half):
            tops = half + np.array((0, 0, height)) + rng.normal(0, 0.12 * height, half.shape)
            blossom = sphere(0.14 * height, 5).scaled(1.0, 1.0, 0.6)
            heads = repeat(blossom, stand(rng, tops.astype(np.float32)))
            parts.append((heads, materials.plain(materials.vivid(rng))))
    return parts


def rock(rng: Rng, size: float, look: Material) -> Plant:
    """A stone, partly in the ground."""
    shape = lumpy(sphere(0.5 * size, 14), rng, 0.4, 0.6 * size)
    shape = lumpy(shape, rng, 0.12, 0.2 * size)
    flat = shape.scaled(*rng.uniform((0.8, 0.6, 0.5), (1.3, 1.1, 0.9))).moved(z=0.18 * size)
    return Plant(((flat, look),))
