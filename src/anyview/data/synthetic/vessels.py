# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Bottles, cups, vases, bowls and what lies in them; each stands on z = 0."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import cylinder, lathe, sphere, torus
from anyview.data.synthetic.soft_shapes import leaves, lumpy, tube
from anyview.data.synthetic.style import Style

Rng = np.random.Generator


def bottle(rng: Rng, style: Style) -> Builder:
    """A bottle with a neck, a cap and often a label."""
    height, radius = rng.uniform(0.14, 0.34), rng.uniform(0.022, 0.05)
    neck, shoulder = radius * rng.uniform(0.25, 0.5), height * rng.uniform(0.5, 0.75)
    profile = (
        (radius * 0.9, 0.0), (radius, 0.01), (radius, shoulder * 0.95),
        (radius * 0.85, shoulder * 1.06), (neck, shoulder + 0.35 * (height - shoulder)),
        (neck, height),
    )  # fmt: skip
    built = Builder()
    built.add(lathe(profile, 18), style.thing(rng), 1)
    cap = cylinder(neck * 1.15, 0.02, 14)
    built.add(cap, style.thing(rng), 1, place(z=height))
    if rng.random() < 0.6:
        label = lathe(((radius * 1.01, 0.25 * shoulder), (radius * 1.01, 0.8 * shoulder)), 18)
        built.add(label, materials.printed(rng, style.photo_share), 1)
    return built


def cup(rng: Rng, style: Style) -> Builder:
    """A cup, mug or glass, open above; most with a handle."""
    height, radius = rng.uniform(0.06, 0.13), rng.uniform(0.03, 0.05)
    foot = radius * rng.uniform(0.6, 1.0)
    profile = (
        (foot, 0.0), (foot * 0.5 + radius * 0.5, height * 0.4), (radius, height),
        (radius - 0.004, height), (foot * 0.5 + radius * 0.5 - 0.004, height * 0.4),
        (foot - 0.004, 0.006),
    )  # fmt: skip
    built = Builder()
    look = materials.ceramic(rng) if rng.random() < 0.7 else style.thing(rng)
    built.add(lathe(profile, 20), look, 1)
    if rng.random() < 0.65:
        ring = torus(height * 0.28, 0.005, 14, 6)
        built.add(ring, look, 1, place(radius * 1.05, 0, height * 0.5, pitch=np.pi / 2))
    return built


def vase(rng: Rng, style: Style) -> Builder:
    """A turned body with a random profile; sometimes with flowers or twigs."""
    height, radius = rng.uniform(0.12, 0.45), rng.uniform(0.04, 0.13)
    level = np.linspace(0, 1, 14)
    bulge = np.exp(-(((level - rng.uniform(0.2, 0.7)) / rng.uniform(0.2, 0.5)) ** 2))
    outline = radius * (rng.uniform(0.25, 0.7) + bulge * rng.uniform(0.2, 0.8))
    outline = np.maximum(outline + 0.1 * radius * np.sin(level * rng.uniform(0, 9)), 0.012)
    outside = np.stack((outline, level * height), axis=-1)
    inside = outside[::-1][:5] - np.array((0.005, 0.0))
    built = Builder()
    look = materials.ceramic(rng) if rng.random() < 0.6 else style.thing(rng)
    built.add(lathe(np.concatenate((outside, inside)), 22), look, 1)
    if rng.random() < 0.4:
        count = int(rng.integers(5, 14))
        tips = rng.normal((0, 0, 1), 0.35, (count, 3))
        tips = (tips / np.linalg.norm(tips, axis=1, keepdims=True)).astype(np.float32)
        root = np.zeros((count, 3), np.float32) + np.array((0, 0, height * 0.9), np.float32)
        stalks = leaves(root, tips, rng.uniform(0.15, 0.4), 0.03, 0.1)
        built.add(stalks, materials.leaf_material(rng), 1)
        for tip in tips[:7]:
            x, y, z = root[0] + tip * rng.uniform(0.15, 0.35)
            built.add(sphere(rng.uniform(0.012, 0.03), 8), style.thing(rng), 1, place(x, y, z))
    return built


def bowl(rng: Rng, style: Style) -> Builder:
    """A bowl or plate; often with fruit in it."""
    radius = rng.uniform(0.07, 0.17)
    height = radius * rng.uniform(0.12, 0.6)
    level = np.linspace(0, 1, 7)
    outside = np.stack((radius * (0.4 + 0.6 * level**0.6), height * level), axis=-1)
    inside = outside[::-1] * (0.95, 1.0) + (0.0, 0.004)
    built = Builder()
    look = materials.ceramic(rng) if rng.random() < 0.7 else style.any_wood(rng)
    built.add(lathe(np.concatenate((outside, inside)), 24), look, 1)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(2, 7))):
            x, y = rng.normal(0, radius * 0.3, 2)
            size = rng.uniform(0.03, 0.045)
            built.add_all(fruit(rng, size), place(x, y, height * 0.35 + rng.uniform(0, 0.03)), 1)
    return built


def fruit(rng: Rng, radius: float | None = None) -> Builder:
    """An apple, orange, pear or banana."""
    size = rng.uniform(0.025, 0.06) if radius is None else radius
    hue = rng.choice((0.0, 0.08, 0.14, 0.25))
    base = materials.colour(rng, (hue - 0.02, hue + 0.03), (0.6, 0.95), (0.5, 0.95))
    skin = materials.textured(
        rng, "noise", base, materials.shade(base, 0.6), (0.01, 0.06), (0.1, 0.7), 0.3
    )
    built = Builder()
    if rng.random() < 0.2:
        angle = np.linspace(-0.8, 0.8, 9)
        path = np.stack((np.sin(angle) * 3 * size, (1 - np.cos(angle)) * 3 * size, 0 * angle), -1)
        width = size * 0.5 * np.sqrt(np.cos(angle * 1.85) + 0.15)
        built.add(tube(path.astype(np.float32), width, 8), skin, 1, place(z=size * 0.5))
        return built
    ball = lumpy(sphere(size, 16), rng, 0.08, size * 2)
    built.add(ball.scaled(1, 1, rng.uniform(0.8, 1.4)), skin, 1, place(z=size * 0.95))
    built.add(tube(((0, 0, 0), (0.004, 0, size * 0.4)), 0.003, 5), materials.bark(rng), 1,
              place(z=size * 1.85))  # fmt: skip
    return built


def basket(rng: Rng, style: Style) -> Builder:
    """A basket or bin, open above."""
    height, radius = rng.uniform(0.2, 0.5), rng.uniform(0.12, 0.22)
    foot = radius * rng.uniform(0.65, 1.0)
    profile = ((foot, 0), (radius, height), (radius - 0.01, height), (foot - 0.01, 0.01))
    built = Builder()
    built.add(lathe(profile, 22), style.thing(rng), 1)
    return built


def pot(rng: Rng, style: Style) -> Builder:
    """A cooking pot or kettle with a lid and handles."""
    radius = rng.uniform(0.07, 0.15)
    height = radius * rng.uniform(0.8, 1.6)
    built = Builder()
    built.add(cylinder(radius, height, 22), style.metal, 1)
    built.add(lathe(((radius, height), (0.02, height * 1.12), (0.015, height * 1.25)), 18),
              style.metal, 1)  # fmt: skip
    for side in (-1, 1):
        turn = place(side * radius, 0, height * 0.75, pitch=0.2)
        built.add(torus(radius * 0.3, 0.006, 12, 6), style.metal, 1, turn)
    return built
