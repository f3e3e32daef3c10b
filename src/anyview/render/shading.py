# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Colour of surface points: textures, lights and their shadows."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from anyview.render.bounds import PlacedThings, RaysOnPlane
from anyview.render.scene import Light, Scene, Sky
from anyview.render.shapes import unit
from anyview.render.textures import Color

GAMMA = 2.2
"""Displayed = linear^(1 / GAMMA)."""

_SHARPNESS = 60.0  # of highlights
_LIFT = 1e-3  # shadow rays start this far above the surface, beyond float32 noise at 100 units
_EXPOSURE = 1.6  # bright surfaces run up to white as a film does, 1 - exp(-exposure * light)


def shade(
    scene: Scene,
    placed: PlacedThings,
    points: Float[Tensor, "3 N"],
    directions: Float[Tensor, "3 N"],
    ids: Int[Tensor, " N"],
) -> Float[Tensor, "3 N"]:
    """Linear colour in [0, 1] of surface points seen along ``directions``."""
    albedo, normals = torch.empty_like(points), torch.empty_like(points)
    gloss = torch.zeros_like(points[0])
    # Points thing by thing: one sort costs less than a search for each thing.
    by_thing = ids.argsort()
    counts = ids.bincount(minlength=len(scene.things)).tolist()
    for index, mine in enumerate(by_thing.split(counts)):
        if len(mine):
            thing = scene.things[index]
            local = placed.to_local(index, points[:, mine])
            albedo[:, mine] = thing.texture(local.float()).to(points) ** GAMMA
            normals[:, mine] = placed.world_from_thing[index] @ thing.shape.normal(local)
            gloss[mine] = thing.gloss
    normals = torch.where((normals * directions).sum(dim=0) > 0, -normals, normals)
    view = -unit(directions)
    lifted = points + _LIFT * normals

    color = albedo * _column(scene.ambient, points)
    for light in scene.lights:
        toward = _column(light.toward, points)
        facing = (normals * toward).sum(dim=0).clamp_min(0)
        reached = (facing > 0).nonzero()[:, 0]
        reached = reached[~_shadowed(placed, light, lifted[:, reached])]
        amount = albedo[:, reached] * facing[reached]
        if light.highlight:
            halfway = unit(view[:, reached] + toward)
            shine = (normals[:, reached] * halfway).sum(dim=0).clamp_min(0) ** _SHARPNESS
            amount = amount + gloss[reached] * shine
        color[:, reached] += amount * _column(light.color, points)
    return 1 - torch.exp(-_EXPOSURE * color)


def _shadowed(placed: PlacedThings, light: Light, points: Tensor) -> Tensor:
    """Whether something stands between points and a light."""
    toward = _column(light.toward, points)
    across = torch.linalg.svd(toward.T).Vh[1:]  # two axes across the light
    rays = RaysOnPlane(across @ points)
    ordered = points[:, rays.order]
    is_dark = torch.zeros_like(points[0], dtype=torch.bool)
    is_bounded = placed.corners.isfinite().all(dim=-1).all(dim=-1)
    candidates = rays.candidates(across @ placed.corners, is_bounded)
    for index, near in candidates:
        origins = ordered[:, near]
        is_dark[near] |= placed.intersect(index, origins, toward.expand_as(origins)).isfinite()
    return torch.empty_like(is_dark).index_copy_(0, rays.order, is_dark)


def sky_color(sky: Sky, directions: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
    """Linear colour of the sky; below the horizon it is the horizon's."""
    up = -unit(directions)[1].clamp_max(0)
    horizon, zenith = _column(sky.horizon, directions), _column(sky.zenith, directions)
    return (horizon + (zenith - horizon) * up**0.6) ** GAMMA


def _column(color: Color, like: Tensor) -> Tensor:
    return torch.tensor(color, dtype=like.dtype, device=like.device)[:, None]
