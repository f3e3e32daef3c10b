# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A scene with exact depth and cameras, and what a perfect network would say of it.

The scene is a large sphere seen from inside, so that every ray meets it once and depth has a
closed form. The network's answer is the same scene in another frame at another scale.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from anyview.geometry.rays import pixel_grid, ray_map_from_cameras
from anyview.geometry.se3 import invert, rigid_transform
from anyview.geometry.sim3 import Sim3
from anyview.model.outputs import NetworkOutput
from anyview.structures.gaussians import Gaussians

RADIUS = 20.0
HEIGHT, WIDTH = 28, 42


@dataclass(frozen=True)
class Scene:
    """Truth: world-to-camera, K in pixels of 28 x 42 images, z-depth."""

    extrinsics: Tensor
    intrinsics: Tensor
    depth: Tensor

    def points(self) -> Tensor:
        """World points of all pixels, [V, H, W, 3]."""
        return points_of(self.depth, self.extrinsics, self.intrinsics)


def points_of(depth: Tensor, extrinsics: Tensor, intrinsics: Tensor) -> Tensor:
    """Lift depth by a plain formula, in float64."""
    world_from_cam = invert(extrinsics.double())
    grid = pixel_grid(*depth.shape[1:], dtype=torch.float64)
    homogeneous = torch.cat((grid, torch.ones_like(grid[..., :1])), dim=-1)
    rays = torch.einsum("vij,hwj->vhwi", torch.linalg.inv(intrinsics.double()), homogeneous)
    in_camera = rays * depth.double()[..., None]
    turned = torch.einsum("vij,vhwj->vhwi", world_from_cam[:, :3, :3], in_camera)
    return turned + world_from_cam[:, None, None, :3, 3]


def rotation(x: float, y: float, z: float) -> Tensor:
    """Turn by angles in degrees about x, then y, then z."""
    turns = []
    for axis, degrees in enumerate((x, y, z)):
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        i, j = [(1, 2), (2, 0), (0, 1)][axis]
        turn = torch.eye(3, dtype=torch.float64)
        turn[i, i], turn[i, j], turn[j, i], turn[j, j] = c, -s, s, c
        turns.append(turn)
    return turns[2] @ turns[1] @ turns[0]


def scene_at(centres: list[tuple[float, float, float]]) -> Scene:
    """Cameras at these places, each looking a little elsewhere, inside the sphere."""
    cam_from_world, intrinsics, depth = [], [], []
    for index, centre in enumerate(centres):
        turn = rotation(3 * index - 4, 7 * index, 5 - 2 * index)
        position = torch.tensor(centre, dtype=torch.float64)
        cam_from_world.append(invert(rigid_transform(turn.mT, position)[None])[0])
        K = torch.tensor(
            [[40.0 + index, 0, WIDTH / 2], [0, 43.0, HEIGHT / 2], [0, 0, 1]], dtype=torch.float64
        )
        intrinsics.append(K)
        grid = pixel_grid(HEIGHT, WIDTH, dtype=torch.float64)
        homogeneous = torch.cat((grid, torch.ones_like(grid[..., :1])), dim=-1)
        ray = homogeneous @ torch.linalg.inv(K).mT @ turn  # world, z = 1 in the camera
        along, length = ray @ position, ray.square().sum(-1)
        root = (along.square() - length * (position.square().sum() - RADIUS**2)).sqrt()
        depth.append((-along + root) / length)
    return Scene(torch.stack(cam_from_world), torch.stack(intrinsics), torch.stack(depth))


def planted_move(scale: float = 3.7) -> Sim3:
    """The network's frame to the true one."""
    return Sim3(
        torch.tensor(scale, dtype=torch.float64),
        rotation(20, -35, 50),
        torch.tensor([1.5, -2.0, 0.7], dtype=torch.float64),
    )


def network_says(
    scene: Scene, true_from_network: Sim3, *, gaussians: bool = False
) -> NetworkOutput:
    """Exactly the scene, in the network's frame and unit."""
    back = true_from_network.inverse()
    cameras = back.apply_to_cameras(scene.extrinsics)
    depth = scene.depth * back.scale
    rays = ray_map_from_cameras(cameras, scene.intrinsics, HEIGHT, WIDTH)
    means = points_of(depth, cameras, scene.intrinsics).flatten(0, 2)
    count = len(means)
    generator = torch.Generator().manual_seed(3)
    one = Gaussians(
        means=means.float()[None],
        scales=torch.rand(1, count, 3, generator=generator) + 0.1,
        rotations_wxyz=torch.nn.functional.normalize(
            torch.randn(1, count, 4, generator=generator), dim=-1
        ),
        harmonics=torch.randn(1, count, 3, 9, generator=generator),
        opacities=torch.rand(1, count, generator=generator),
    )
    return NetworkOutput(
        depth=depth.float()[None],
        conf=torch.full_like(depth, 2.0).float()[None],
        extrinsics=cameras.float()[None],
        intrinsics=scene.intrinsics.float()[None],
        ray_map=rays.float()[None],
        ray_conf=torch.full(rays.shape[:-1], 2.0)[None],
        gaussians=one if gaussians else None,
        features={1: torch.ones(1, len(depth), 2, 3, 4)},
    )
