# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Images with exact depth and cameras from a scene of primitives, in plain torch.

Made for tests and examples: a ray meets every thing whose bounds it may touch, hits are shaded
with the scene's lights and shadow rays, and pixels at edges are sampled again more densely. Rays
have z = 1 in the camera, so that the ray parameter of a hit *is* its z-depth.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.geometry.rays import directions_cam
from anyview.geometry.se3 import invert
from anyview.render.bounds import PlacedThings, RaysOnPlane, place
from anyview.render.scene import Scene
from anyview.render.shading import GAMMA, shade, sky_color

CONTRAST = 0.05
"""Pixels that differ from a neighbour by more than this (sRGB, 0 to 1) are sampled again."""

_RAYS_AT_ONCE = 300_000  # what bounds the memory of one pass: about 0.3 GB
_NEAR = 1e-3  # a thing with a corner nearer than this has no bounds on the image plane


@dataclass(frozen=True)
class RenderedViews:
    """Views of a scene with exact depth and cameras.

    Attributes:
        images: sRGB, 0 to 255.
        depth: z-depth of the surface at each pixel's centre; infinite where there is sky.
        object_ids: Index into ``Scene.things`` at each pixel's centre, -1 for sky.
        cam_from_world: World to camera, OpenCV axes.
        intrinsics: K in pixels, centres at +0.5.
    """

    images: UInt8[Tensor, "V 3 H W"]
    depth: Float[Tensor, "V H W"]
    object_ids: Int[Tensor, "V H W"]
    cam_from_world: Float[Tensor, "V 4 4"]
    intrinsics: Float[Tensor, "V 3 3"]

    @property
    def sky_mask(self) -> Bool[Tensor, "V H W"]:
        """True where a pixel's centre sees the sky."""
        return self.object_ids < 0


def render_views(
    scene: Scene,
    cam_from_world: Float[Tensor, "V 4 4"],
    intrinsics: Float[Tensor, "V 3 3"],
    *,
    height: int,
    width: int,
    samples: int = 3,
) -> RenderedViews:
    """See a scene through cameras.

    Computed in the precision of ``intrinsics``; the result is float32.

    Args:
        scene: What to look at.
        cam_from_world: World to camera, OpenCV axes, rigid.
        intrinsics: K in pixels, centres at +0.5.
        height: Rows of the images.
        width: Columns of the images.
        samples: Pixels at edges are the mean of ``samples`` x ``samples`` rays; 1 turns it off.

    Raises:
        OptionError: If a size or the number of samples is not positive.
    """
    if min(height, width, samples) < 1:
        raise OptionError(
            f"height, width and samples must be at least 1, got {height}, {width}, {samples}."
        )
    cam_from_world = cam_from_world.to(intrinsics)
    at_once = max(1, _RAYS_AT_ONCE // (height * width))
    parts = [
        _render(scene, poses, ks, (height, width), samples)
        for poses, ks in zip(cam_from_world.split(at_once), intrinsics.split(at_once), strict=True)
    ]
    images, depth, object_ids = (torch.cat(part) for part in zip(*parts, strict=True))
    return RenderedViews(images, depth, object_ids, cam_from_world.float(), intrinsics.float())


def _render(
    scene: Scene, cam_from_world: Tensor, intrinsics: Tensor, size: tuple[int, int], samples: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Images, depth and ids of a few views."""
    rays = [directions_cam(k, *size).flatten(0, 1).T.contiguous() for k in intrinsics]
    color, depth, ids = map(torch.stack, _trace(scene, cam_from_world, rays))
    if samples > 1:
        steps = (torch.arange(samples).to(intrinsics) + 0.5) / samples - 0.5
        offset = torch.cartesian_prod(steps, steps).view(-1, 2).T  # [2, samples^2], in pixels
        edges = [
            _edges(view.view(3, *size), numbers.view(size)).flatten().nonzero()[:, 0]
            for view, numbers in zip(color, ids, strict=True)
        ]
        dense = [
            (ray[:, near, None] + (torch.linalg.inv(k)[:, :2] @ offset)[:, None]).flatten(1)
            for ray, near, k in zip(rays, edges, intrinsics, strict=True)
        ]
        for view, near, colors in zip(
            color, edges, _trace(scene, cam_from_world, dense)[0], strict=True
        ):
            view[:, near] = colors.view(3, len(near), samples**2).mean(dim=-1)
    srgb = (color ** (1 / GAMMA) * 255).round().to(torch.uint8)
    views = len(rays)
    return srgb.view(views, 3, *size), depth.view(views, *size).float(), ids.view(views, *size)


def _edges(linear: Float[Tensor, "3 H W"], ids: Int[Tensor, "H W"]) -> Bool[Tensor, "H W"]:
    """Pixels that differ from a neighbour, and those beside them (thin lines fall between)."""
    srgb = linear ** (1 / GAMMA)
    edges = torch.zeros_like(ids, dtype=torch.bool)
    for dim in (0, 1):
        length = ids.shape[dim] - 1
        differs = (srgb.diff(dim=dim + 1).abs().amax(dim=0) > CONTRAST) | (ids.diff(dim=dim) != 0)
        edges.narrow(dim, 0, length).logical_or_(differs)
        edges.narrow(dim, 1, length).logical_or_(differs)
    grown = torch.nn.functional.max_pool2d(edges[None].float(), 3, stride=1, padding=1)
    return grown[0] > 0


def _trace(
    scene: Scene, cam_from_world: Tensor, rays: list[Tensor]
) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """Linear colour in [0, 1] [3, N], z-depth [N] and object id [N] of rays of each view.

    Rays have z = 1 in the camera. Shading is done for all views at once.
    """
    placed = place(scene.things, cam_from_world)
    hits = [
        _first_hits(placed, pose, view) for pose, view in zip(cam_from_world, rays, strict=True)
    ]
    depth, ids = [hit[0] for hit in hits], [hit[1] for hit in hits]
    world_from_cam = invert(cam_from_world)
    directions = torch.cat(
        [pose[:3, :3] @ view for pose, view in zip(world_from_cam, rays, strict=True)], dim=1
    )
    origins = torch.cat(
        [pose[:3, 3:].expand_as(view) for pose, view in zip(world_from_cam, rays, strict=True)],
        dim=1,
    )
    all_ids = torch.cat(ids)
    color = sky_color(scene.sky, directions)
    solid = (all_ids >= 0).nonzero()[:, 0]
    points = origins[:, solid] + torch.cat(depth)[solid] * directions[:, solid]
    color[:, solid] = shade(scene, placed, points, directions[:, solid], all_ids[solid])
    colors = color.clamp(0, 1).split([len(view) for view in ids], dim=1)
    return list(colors), depth, ids


def _first_hits(
    placed: PlacedThings, cam_from_world: Tensor, rays: Tensor
) -> tuple[Tensor, Tensor]:
    """z-depth and object id of the first thing along each ray of a view."""
    on_image = RaysOnPlane(rays[:2])
    world_from_cam = invert(cam_from_world)
    eye = world_from_cam[:3, 3:]
    directions = world_from_cam[:3, :3] @ rays[:, on_image.order]

    corners = cam_from_world[:3, :3] @ placed.corners + cam_from_world[:3, 3:]
    in_front = (corners.isfinite() & (corners[:, 2:] > _NEAR)).all(dim=-1).all(dim=-1)
    candidates = on_image.candidates(corners[:, :2] / corners[:, 2:], in_front)
    depth = torch.full_like(rays[0], math.inf)
    ids = torch.full(depth.shape, -1, dtype=torch.int64, device=rays.device)
    for index, near in candidates:
        hit = placed.intersect(index, eye, directions[:, near])
        closer = hit < depth[near]
        depth[near] = torch.where(closer, hit, depth[near])
        ids[near] = torch.where(closer, index, ids[near])
    back = on_image.order.argsort()
    return depth[back], ids[back]
