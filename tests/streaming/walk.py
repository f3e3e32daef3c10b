# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A walk through a box room with exact depth and cameras, by closed form."""

import math

import torch

from anyview.geometry.rays import directions_cam
from anyview.geometry.sim3 import Sim3
from anyview.streaming.joining import SharedFrames

HEIGHT, WIDTH = 24, 32
K = torch.tensor([[22.0, 0, WIDTH / 2], [0, 22.0, HEIGHT / 2], [0, 0, 1]])
LOW, HIGH = torch.tensor([-6.0, -1.5, -6.0]), torch.tensor([6.0, 1.5, 6.0])


def walk(count: int, step: float = 0.15) -> SharedFrames:
    """Frames along a circle, looking ahead and a little outwards."""
    poses, depths = [], []
    for k in range(count):
        angle = k * step / 3
        centre = torch.tensor([3 * math.sin(angle), 0.1 * math.sin(3 * angle), 3 * math.cos(angle)])
        yaw = angle + math.pi / 2 - 0.4
        c, s = math.cos(yaw), math.sin(yaw)
        rotation = torch.tensor([[c, 0, -s], [0, 1.0, 0], [s, 0, c]])  # world to camera
        pose = torch.eye(4)
        pose[:3, :3], pose[:3, 3] = rotation, -rotation @ centre
        directions = directions_cam(K, HEIGHT, WIDTH) @ rotation  # in the world
        reach = torch.where(directions > 0, HIGH - centre, LOW - centre) / directions
        poses.append(pose)
        depths.append(reach.amin(dim=-1))
    depth = torch.stack(depths)
    return SharedFrames(depth, torch.ones_like(depth), K.repeat(count, 1, 1), torch.stack(poses))


def seen_as(frames: SharedFrames, chunk_from_world: Sim3) -> SharedFrames:
    """The same frames in a world and unit of another chunk."""
    return SharedFrames(
        frames.depth * chunk_from_world.scale.float(),
        frames.conf,
        frames.intrinsics,
        chunk_from_world.apply_to_cameras(frames.cam_from_world.double()).float(),
    )


def some_sim3(seed: int) -> Sim3:
    generator = torch.Generator().manual_seed(seed)
    vector = torch.randn(7, generator=generator, dtype=torch.float64)
    return Sim3.exp(vector * torch.tensor([2.0] * 3 + [0.8] * 3 + [0.5]))
