# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Colour of lit and unlit surfaces and of the sky."""

import math

import torch

from anyview.render.bounds import place
from anyview.render.scene import Light, Scene, Sky, Thing
from anyview.render.shading import GAMMA, shade, sky_color
from anyview.render.shapes import Plane, sphere
from anyview.render.textures import Plain

GREY = (0.5, 0.5, 0.5)
DOWN = torch.tensor([[0.0], [1.0], [0.0]])


def shade_floor(lights: tuple[Light, ...], *more: Thing, ambient=(0.0, 0.0, 0.0)) -> torch.Tensor:
    """Colour of the grey floor at the origin, seen from above."""
    things = (Thing(Plane(), Plain(GREY)), *more)
    scene = Scene(things, lights, ambient)
    origin = torch.zeros(3, 1)
    ids = torch.zeros(1, dtype=torch.int64)
    return shade(scene, place(things, origin), origin, DOWN, ids)[:, 0]


def tone(light: float) -> float:
    """What the film shows of a surface of the grey in that much light."""
    return 1 - math.exp(-1.6 * 0.5**GAMMA * light)


def test_light_falls_with_the_cosine_of_its_angle() -> None:
    above = shade_floor((Light((0.0, -1.0, 0.0), (1.0, 1.0, 1.0)),))
    slanted = shade_floor((Light((0.8, -0.6, 0.0), (1.0, 1.0, 1.0)),))
    from_below = shade_floor((Light((0.0, 1.0, 0.0), (1.0, 1.0, 1.0)),))
    assert torch.allclose(above, torch.full((3,), tone(1.0)))
    assert torch.allclose(slanted, torch.full((3,), tone(0.6)))
    assert torch.equal(from_below, torch.zeros(3))


def test_lights_and_ambient_add_up_by_channel() -> None:
    lights = (Light((0.0, -1.0, 0.0), (0.2, 0.0, 0.1)), Light((0.6, -0.8, 0.0), (0.5, 1.0, 0.0)))
    color = shade_floor(lights, ambient=(0.1, 0.1, 0.1))
    expected = [tone(0.1 + 0.2 + 0.4), tone(0.1 + 0.8), tone(0.1 + 0.1)]
    assert torch.allclose(color, torch.tensor(expected))


def test_only_what_stands_towards_the_light_casts_a_shadow() -> None:
    light = (Light((0.6, -0.8, 0.0), (1.0, 1.0, 1.0)),)
    towards = Thing(sphere(0.3), Plain(GREY), (1.2, -1.6, 0.0))
    above = Thing(sphere(0.3), Plain(GREY), (0.0, -2.0, 0.0))
    behind = Thing(sphere(0.3), Plain(GREY), (-1.2, 1.6, 0.0))
    open_floor = shade_floor(light)
    assert torch.equal(shade_floor(light, towards), torch.zeros(3))
    assert torch.equal(shade_floor(light, above), open_floor)
    assert torch.equal(shade_floor(light, behind), open_floor)


def test_sky_runs_from_horizon_to_zenith() -> None:
    sky = Sky(horizon=(0.9, 0.8, 0.7), zenith=(0.2, 0.4, 0.8))
    across, up, below = torch.eye(3)[:, [0]], -DOWN, DOWN
    assert torch.allclose(sky_color(sky, across)[:, 0], torch.tensor(sky.horizon) ** GAMMA)
    assert torch.allclose(sky_color(sky, 5 * up)[:, 0], torch.tensor(sky.zenith) ** GAMMA)
    assert torch.equal(sky_color(sky, below), sky_color(sky, across))
