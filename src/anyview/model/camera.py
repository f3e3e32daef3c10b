# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras to tokens and tokens to cameras (DA3, section 3.2: the optional camera token).

A pose encoding has 9 numbers: camera centre (3), quaternion world-from-camera x y z w (4),
vertical and horizontal field of view in radians (2).
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.geometry.cameras import fov_from_intrinsics, intrinsics_from_fov
from anyview.geometry.rotations import matrix_from_quaternion_wxyz, quaternion_wxyz_from_matrix
from anyview.geometry.se3 import invert
from anyview.model.config import CameraConfig
from anyview.model.layers import Block, Mlp

ENCODING_SIZE = 9


def encode_pose(
    cam_from_world: Float[Tensor, "*batch 4 4"],
    intrinsics: Float[Tensor, "*batch 3 3"],
    height: int,
    width: int,
) -> Float[Tensor, "*batch 9"]:
    """Cameras as pose encodings; the principal point is not part of it.

    Args:
        cam_from_world: World-to-camera, rigid.
        intrinsics: K in pixels of the height x width image.
        height: Image height in pixels.
        width: Image width in pixels.
    """
    world_from_cam = invert(cam_from_world)
    quaternion_wxyz = quaternion_wxyz_from_matrix(world_from_cam[..., :3, :3])
    fov = torch.stack(fov_from_intrinsics(intrinsics, height, width), dim=-1)
    return torch.cat((world_from_cam[..., :3, 3], quaternion_wxyz.roll(-1, dims=-1), fov), dim=-1)


def decode_pose(
    encoding: Float[Tensor, "*batch 9"], height: int, width: int
) -> tuple[Float[Tensor, "*batch 4 4"], Float[Tensor, "*batch 3 3"]]:
    """Pose encodings as world-to-camera matrices and K with a centred principal point.

    The quaternion need not have unit length.
    """
    quaternion_wxyz = encoding[..., 3:7].roll(1, dims=-1)
    rotation = matrix_from_quaternion_wxyz(quaternion_wxyz)
    top = torch.cat((rotation, encoding[..., :3, None]), dim=-1)
    bottom = encoding.new_tensor([0.0, 0.0, 0.0, 1.0]).expand(*top.shape[:-2], 1, 4)
    world_from_cam = torch.cat((top, bottom), dim=-2)
    return invert(world_from_cam), intrinsics_from_fov(
        encoding[..., 7], encoding[..., 8], height, width
    )


class CameraEncoder(nn.Module):
    """Known cameras to one token a view; runs in float32."""

    def __init__(self, width: int, config: CameraConfig) -> None:
        super().__init__()
        self.pose_mlp = Mlp(ENCODING_SIZE, width // 2, width)
        self.token_norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList(
            Block(width, config.encoder_heads, Mlp(width, 4 * width), norm_eps=1e-5, scale=0.01)
            for _ in range(config.encoder_depth)
        )
        self.final_norm = nn.LayerNorm(width)

    def forward(
        self,
        cam_from_world: Float[Tensor, "B V 4 4"],
        intrinsics: Float[Tensor, "B V 3 3"],
        height: int,
        width: int,
    ) -> Float[Tensor, "B V D"]:
        """Encode the cameras as they come: normalising them is the caller's choice."""
        tokens = self.token_norm(
            self.pose_mlp(encode_pose(cam_from_world, intrinsics, height, width))
        )
        for block in self.blocks:
            tokens = block(tokens)
        out: Tensor = self.final_norm(tokens)
        return out


class CameraDecoder(nn.Module):
    """Camera features to pose encodings; runs in float32."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.hidden = nn.ModuleList((nn.Linear(width, width), nn.Linear(width, width)))
        self.centre = nn.Linear(width, 3)
        self.quaternion_xyzw = nn.Linear(width, 4)
        self.fov = nn.Linear(width, 2)
        # Training from nothing anneals this to 0: a ReLU layer that dies early stays dead, and the
        # cameras are then constant whatever the features say.
        self.negative_slope = 0.0

    def forward(self, features: Float[Tensor, "B V C"]) -> Float[Tensor, "B V 9"]:
        """One pose encoding a view."""
        for layer in self.hidden:
            features = F.leaky_relu(layer(features), self.negative_slope)
        parts = (self.centre(features), self.quaternion_xyzw(features), F.relu(self.fov(features)))
        return torch.cat(parts, dim=-1)
