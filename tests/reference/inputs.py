# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Seeded images and cameras for differential tests."""

import torch
import torch.nn.functional as F
from torch import Tensor


def random_images(scenes: int, views: int, height: int, width: int, *, seed: int = 0) -> Tensor:
    """Normalised images ``[B, V, 3, H, W]``: coarse colour fields, each with its own detail."""
    generator = torch.Generator().manual_seed(seed)
    count = scenes * views
    coarse = torch.randn(count, 3, 4, 5, generator=generator)
    fields = F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False)
    detail = torch.randn(count, 3, height, width, generator=generator)
    strength = torch.rand(count, 1, 1, 1, generator=generator)
    return (fields + 0.6 * strength * detail).view(scenes, views, 3, height, width)


def random_rotations(*shape: int, generator: torch.Generator) -> Tensor:
    """Uniform rotation matrices ``[*shape, 3, 3]`` of determinant 1."""
    q, r = torch.linalg.qr(torch.randn(*shape, 3, 3, generator=generator, dtype=torch.float64))
    q = q * torch.sign(torch.diagonal(r, dim1=-2, dim2=-1)).unsqueeze(-2)
    flip = torch.where(torch.linalg.det(q) < 0, -1.0, 1.0)
    return (q * flip[..., None, None]).float()


def random_cameras(
    scenes: int, views: int, height: int, width: int, *, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """World-to-camera ``[B, V, 4, 4]`` and intrinsics ``[B, V, 3, 3]`` with unequal focals."""
    generator = torch.Generator().manual_seed(seed)
    extrinsics = torch.eye(4).repeat(scenes, views, 1, 1)
    extrinsics[..., :3, :3] = random_rotations(scenes, views, generator=generator)
    extrinsics[..., :3, 3] = torch.randn(scenes, views, 3, generator=generator)
    focal = 0.7 + torch.rand(scenes, views, 2, generator=generator)
    intrinsics = torch.eye(3).repeat(scenes, views, 1, 1)
    intrinsics[..., 0, 0] = focal[..., 0] * width
    intrinsics[..., 1, 1] = focal[..., 1] * height
    intrinsics[..., 0, 2] = width / 2
    intrinsics[..., 1, 2] = height / 2
    return extrinsics, intrinsics
