# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What stands behind and around things: a room, a studio sheet, open ground, nothing."""

from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.fittings import picture, wall_shelf
from anyview.data.synthetic.furniture import bed, chair, desk, sofa, table
from anyview.data.synthetic.indoor_light import indoor_sky, lamp_colour, room_lamp, sun_through
from anyview.data.synthetic.layout import CameraZone, Layout
from anyview.data.synthetic.openings import add_outside, cut_doors, cut_windows
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.room_shell import add_shell, draw_shell
from anyview.data.synthetic.shapes import flat, loft, sphere
from anyview.data.synthetic.soft_shapes import leaf_cluster, lumpy
from anyview.data.synthetic.storage import cabinet, shelf
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.world import FloatArray, Lamp, Sky

Rng = np.random.Generator


@dataclass(frozen=True)
class Backdrop:
    """Surroundings of things that stand about the origin, on z = 0 or on a table.

    Attributes:
        lamps: Its lights.
        sky: Its sky.
        low: Lower corner of the free space around the origin, metres.
        high: Upper corner.
    """

    lamps: tuple[Lamp, ...]
    sky: Sky
    low: FloatArray
    high: FloatArray


def add_room(built: Builder, rng: Rng, style: Style, keep: float) -> Backdrop:
    """A room about the origin whose furniture leaves a square of ``keep`` metres free."""
    width, depth = np.maximum(rng.uniform(2.2, 6.0, 2), keep + 0.5)
    height = rng.uniform(2.3, 3.0)
    x, y = rng.uniform(keep / 2 + 0.1, (width, depth) - np.array(keep / 2 + 0.1))
    shell = draw_shell(rng, float(width), float(depth), float(height), may_notch=False)
    room = Builder()
    cut_doors(room, rng, shell, style)
    sunny = cut_windows(room, rng, shell, style, 0.4)
    floor = (x - keep / 2, y - keep / 2, x + keep / 2, y + keep / 2)
    # Nothing at all may stand there, however low.
    layout = Layout(room, shell, CameraZone(floor, 0.15, 2.0))
    for _ in range(int(rng.integers(1, 8))):
        maker = (cabinet, shelf, sofa, table, chair, desk, bed)[int(rng.integers(7))]
        layout.against_wall(maker(rng, style), rng, tries=3)
    for _ in range(int(rng.integers(0, 5))):
        layout.hang(picture(rng, style) if rng.random() < 0.7 else wall_shelf(rng, style), rng,
                    rng.uniform(1.1, 1.6))  # fmt: skip
    looks = (
        materials.floor_material(rng, style.photo_share),
        materials.wall_material(rng, style.photo_share),
        materials.ceiling_material(rng),
    )
    add_shell(room, rng, shell, looks, style.white)
    if sunny:
        add_outside(room, rng, shell)
    built.add_all(room, place(-x, -y))
    lamp_x, lamp_y = rng.uniform(-0.4, 0.4, 2) * (width, depth) + (width / 2, depth / 2)
    lamps = [room_lamp(rng, (float(lamp_x - x), float(lamp_y - y), float(height) - 0.3))]
    sun = sun_through(rng, sunny) if rng.random() < 0.5 else None
    if sun is not None:
        lamps = [sun] if rng.random() < 0.5 else [sun, *lamps]
    low = np.array((-x + 0.15, -y + 0.15, 0.1), dtype=np.float32)
    high = np.array((width - x - 0.15, depth - y - 0.15, height - 0.2), dtype=np.float32)
    return Backdrop(
        tuple(lamps), indoor_sky(rng, dim=sun is None and rng.random() < 0.4), low, high
    )


def add_studio(built: Builder, rng: Rng, style: Style, reach: float) -> Backdrop:
    """A sheet that bends up behind the things at +y, ``reach`` metres away; plain or patterned."""
    bend, tall, wide = reach * rng.uniform(0.2, 0.6), reach * 2.5, reach * 3.5
    angle = np.linspace(0, np.pi / 2, 10)
    y = np.concatenate(([-2 * reach], reach - bend + bend * np.sin(angle), [reach]))
    z = np.concatenate(([0.0], bend * (1 - np.cos(angle)), [tall]))
    rows = np.stack((0 * y, y, z), axis=-1)
    sheet = np.stack((np.add(rows, (-wide, 0, 0)), np.add(rows, (wide, 0, 0))), axis=1)
    if rng.random() < 0.6:
        look = materials.plain(materials.pale(rng) if rng.random() < 0.5 else materials.muted(rng))
    else:
        look = materials.fabric(rng, style.photo_share)
    built.add(loft(sheet.astype(np.float32), closed=False), look)
    lamps = []
    for _ in range(int(rng.integers(1, 3))):
        yaw, up = rng.uniform(np.pi, 2 * np.pi), rng.uniform(0.8, 2.0) * reach
        strength = rng.uniform(0.4, 1.3)
        position = (1.5 * reach * float(np.cos(yaw)), 1.5 * reach * float(np.sin(yaw)), float(up))
        lamps.append(Lamp(lamp_colour(rng, strength), position=position, reach_m=1.6 * reach))
    low = np.array((-1.2 * reach, -1.3 * reach, 0.02 * reach), dtype=np.float32)
    high = np.array((1.2 * reach, 0.4 * reach, 1.2 * reach), dtype=np.float32)
    return Backdrop(tuple(lamps), indoor_sky(rng), low, high)


def daylight(rng: Rng) -> tuple[tuple[Lamp, ...], Sky]:
    """Sun and sky, clear to overcast."""
    clouds = float(rng.uniform(0, 1))
    height, turn = rng.uniform(0.25, 1.4), rng.uniform(0, 2 * np.pi)
    strength = rng.uniform(1.2, 2.6) * (1.0 - 0.75 * clouds)
    level = np.cos(height)
    sun = Lamp(
        colour=(strength, 0.94 * strength, 0.84 * strength),
        direction=(float(np.cos(turn) * level), float(np.sin(turn) * level), float(np.sin(height))),
    )
    zenith = materials.colour(rng, (0.56, 0.62), (0.1, 0.65), (0.6, 0.95))
    horizon = materials.colour(rng, (0.52, 0.6), (0.02, 0.25), (0.85, 1.0))
    return (sun,), Sky(zenith, horizon, materials.shade(materials.grey(rng), 0.5), clouds)


def add_ground(built: Builder, rng: Rng, style: Style, reach: float) -> Backdrop:
    """Open ground and sky, with stones and bushes at a distance of some ``reach``."""
    draw = rng.random()
    if draw < 0.4:
        ground = materials.textured(
            rng, "grass", materials.green(rng), materials.green(rng), (0.1, 0.5), (0.7, 1.0)
        )
    elif draw < 0.8:
        ground = materials.stone(rng, style.photo_share)
    else:
        ground = materials.floor_material(rng, style.photo_share)
    edge = 40 * reach
    built.add(flat(((-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge))), ground)
    for _ in range(int(rng.integers(0, 14))):
        yaw, away = rng.uniform(0, 2 * np.pi), reach * np.exp(rng.uniform(0.8, 3.0))
        size = away * rng.uniform(0.08, 0.35)
        if rng.random() < 0.5:
            mesh = lumpy(sphere(size, 16), rng, 0.3, size)
            look = materials.stone(rng) if rng.random() < 0.5 else materials.leaf_material(rng)
        else:
            mesh = leaf_cluster(rng, 90, size, size * 0.5, size * 0.25)
            look = materials.leaf_material(rng)
        built.add(mesh, look, 0, place(away * np.cos(yaw), away * np.sin(yaw), size * 0.5))
    lamps, sky = daylight(rng)
    low = np.array((-1.5 * reach, -1.5 * reach, 0.03 * reach), dtype=np.float32)
    high = np.array((1.5 * reach, 1.5 * reach, 1.3 * reach), dtype=np.float32)
    return Backdrop(lamps, sky, low, high)
