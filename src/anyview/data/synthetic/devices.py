# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Screens, keyboards, small appliances; each stands on z = 0, its front towards -y."""

from dataclasses import replace

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, place
from anyview.data.synthetic.shapes import box, box_between, cylinder, sphere
from anyview.data.synthetic.soft_shapes import cable
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


def laptop(rng: Rng, style: Style) -> Builder:
    """An open laptop, screen towards -y."""
    width, depth = rng.uniform(0.28, 0.38), rng.uniform(0.2, 0.26)
    body = materials.plain(materials.grey(rng), 0.4)
    built = Builder()
    built.add(box(width, depth, 0.014, 0.004), body, 1)
    keys = box_between((-width * 0.45, -depth * 0.15, 0.013), (width * 0.45, depth * 0.4, 0.016))
    built.add(keys, materials.textured(rng, "tiles", (0.02, 0.02, 0.02), (0.2, 0.2, 0.2),
                                       (0.017, 0.02)), 1)  # fmt: skip
    lid = place(y=depth / 2, z=0.012, pitch=-rng.uniform(0.1, 0.5))
    built.add(box_between((-width / 2, 0, 0), (width / 2, 0.006, depth)), body, 1, lid)
    built.add(_screen(width * 0.94, depth * 0.9, -0.002), _display(rng, style), 1, lid)
    return built


def monitor(rng: Rng, style: Style) -> Builder:
    """A screen on a foot, towards -y."""
    width = rng.uniform(0.42, 0.75)
    height, lift = width * rng.uniform(0.55, 0.65), rng.uniform(0.08, 0.16)
    body = materials.plain(materials.dark(rng) if rng.random() < 0.8 else materials.grey(rng), 0.2)
    built = Builder()
    built.add(box(width * 0.4, 0.18, 0.015), body, 1)
    built.add(box(0.05, 0.03, lift + 0.1), body, 1, place(y=0.04))
    built.add(box(width, 0.035, height, 0.008), body, 1, place(z=lift))
    built.add(_screen(width * 0.96, height * 0.94, -0.0185), _display(rng, style), 1,
              place(z=lift + height * 0.02))  # fmt: skip
    return built


def _screen(width: float, height: float, y: float) -> Mesh:
    return box_between((-width / 2, y - 0.001, 0.005), (width / 2, y + 0.003, height))


def _display(rng: Rng, style: Style) -> Material:
    """Off (black), or on: a glowing picture."""
    if rng.random() < 0.5:
        return materials.plain((0.01, 0.01, 0.012), 0.6)
    look = materials.printed(rng, style.photo_share)
    return replace(look, glow=float(rng.uniform(0.3, 0.8)))


def keyboard(rng: Rng) -> Builder:
    """A keyboard with a mouse at its side."""
    base = (0.02, 0.02, 0.02) if rng.random() < 0.6 else (0.7, 0.7, 0.7)
    built = Builder()
    look = materials.textured(rng, "tiles", base, (0.3, 0.3, 0.3), (0.018, 0.021))
    built.add(box(0.43, 0.14, 0.025, 0.004), look, 1)
    mouse = sphere(1.0, 12).scaled(0.032, 0.055, 0.022).moved(x=0.29, z=0.012)
    built.add(mouse, materials.plain(base, 0.3), 1)
    return built


def gadget(rng: Rng, style: Style) -> Builder:
    """A small appliance or tool of boxes and cylinders, with a cable."""
    width, depth, height = rng.uniform((0.08, 0.08, 0.05), (0.35, 0.25, 0.35))
    built, look = Builder(), style.thing(rng)
    built.add(box(width, depth, height, min(width, depth, height) * 0.15, 2), look, 1)
    for _ in range(int(rng.integers(1, 4))):
        x, z = rng.uniform(-0.35, 0.35) * width, rng.uniform(0.2, 0.8) * height
        knob = cylinder(rng.uniform(0.008, 0.03), 0.015, 14)
        built.add(knob, style.thing(rng), 1, place(x, -depth / 2, z, pitch=np.pi / 2))
    if rng.random() < 0.6:
        end = np.array((rng.normal(0, 0.4), depth / 2 + rng.uniform(0.05, 0.3), 0.006))
        start = np.array((0, depth / 2, 0.03))
        built.add(cable(start, end, -0.02, 0.004), materials.plain((0.01, 0.01, 0.01)), 1)
    return built
