# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames that two chunks share, as one: no surface twice, and no jump from chunk to chunk."""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.rotations import axis_angle_from_rotation, rotation_from_axis_angle
from anyview.geometry.se3 import invert, rigid_transform
from anyview.geometry.sim3 import Sim3
from anyview.streaming.joining import AGREE, SharedFrames


def blend(
    previous: SharedFrames, current: SharedFrames, previous_from_current: Sim3
) -> SharedFrames:
    """The shared frames in the previous chunk's world and unit.

    From the first shared frame to the last, the share of the current chunk rises evenly. Depths
    that agree are mixed in their logarithms, so that a mixture of surfaces stays on them; where
    they do not, the more confident one is taken: a mean of two surfaces is neither.

    Args:
        previous: As the chunk before sees them.
        current: As this chunk sees them, in its own world.
        previous_from_current: How its world lies.
    """
    count = len(previous.depth)
    share = (torch.arange(count, dtype=torch.float32) + 1) / (count + 1)
    scale = previous_from_current.scale.float()
    weight = share[:, None, None]
    one, two = previous.depth, scale * current.depth
    both = (one > 0) & (two > 0)
    log_one, log_two = one.clamp_min(1e-12).log(), two.clamp_min(1e-12).log()
    agree = both & ((log_one - log_two).abs() < AGREE)
    mixed = ((1 - weight) * log_one + weight * log_two).exp()
    surer = (1 - weight) * previous.conf >= weight * current.conf
    single = torch.where(both, torch.where(surer, one, two), torch.maximum(one, two))
    return SharedFrames(
        torch.where(agree, mixed, single),
        torch.maximum(previous.conf, current.conf),
        torch.lerp(previous.intrinsics, current.intrinsics, share[:, None, None]),
        _between(
            previous.cam_from_world,
            previous_from_current.apply_to_cameras(current.cam_from_world.double()),
            share,
        ),
    )


def _between(
    first: Float[Tensor, "K 4 4"], second: Float[Tensor, "K 4 4"], share: Float[Tensor, " K"]
) -> Float[Tensor, "K 4 4"]:
    """Cameras part of the way: centres on a line, orientations on the shortest turn."""
    a, b = invert(first.double()), invert(second.double())
    part = share.double()[:, None]
    turn = axis_angle_from_rotation(a[:, :3, :3].mT @ b[:, :3, :3])
    rotation = a[:, :3, :3] @ rotation_from_axis_angle(part * turn)
    centre = torch.lerp(a[:, :3, 3], b[:, :3, 3], part)
    return invert(rigid_transform(rotation, centre)).to(first.dtype)
