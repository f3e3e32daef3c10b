# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A ball of radius 1 at the origin, seen from all around with exact depth."""

import torch

from anyview.geometry.rays import directions_cam
from anyview.structures.prediction import Prediction

HEIGHT, WIDTH = 60, 80
K = torch.tensor([[70.0, 0, WIDTH / 2], [0, 70.0, HEIGHT / 2], [0, 0, 1]])


def camera_at(centre: torch.Tensor) -> torch.Tensor:
    """World-to-camera of a camera that looks at the origin."""
    forward = -centre / centre.norm()
    up = torch.tensor([0.0, 0, 1]) if abs(forward[2]) < 0.9 else torch.tensor([1.0, 0, 0])
    right = torch.linalg.cross(forward, up)
    right = right / right.norm()
    rotation = torch.stack((right, torch.linalg.cross(forward, right), forward))
    pose = torch.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, -rotation @ centre
    return pose


def ball_depth(pose: torch.Tensor, radius: float = 1.0) -> torch.Tensor:
    """z-depth, 0 beside the ball."""
    d = directions_cam(K, HEIGHT, WIDTH)
    centre = pose[:3, 3]
    a, b, c = d.square().sum(-1), -2 * (d @ centre), centre @ centre - radius**2
    inside = b.square() - 4 * a * c
    return torch.where(inside > 0, (-b - inside.clamp_min(0).sqrt()) / (2 * a), 0.0)


def cameras_around(count: int, seed: int = 0, distance: float = 3.0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(count, 3, generator=generator)
    return [camera_at(distance * c / c.norm()) for c in centres]


def ball_prediction(count: int = 12) -> Prediction:
    """Views of the ball; depth 0 beside it."""
    poses = torch.stack(cameras_around(count))
    return Prediction(
        depth=torch.stack([ball_depth(pose) for pose in poses]),
        images=torch.full((count, 3, HEIGHT, WIDTH), 200, dtype=torch.uint8),
        names=tuple(f"v{i}" for i in range(count)),
        extrinsics=poses[:, :3],
        intrinsics=K.repeat(count, 1, 1),
    )
