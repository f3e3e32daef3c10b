# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One scene as the network sees it, and the moves that keep all of its parts in one frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.rotations import multiply_quaternions_wxyz, quaternion_wxyz_from_matrix
from anyview.geometry.se3 import invert
from anyview.geometry.sim3 import Sim3
from anyview.geometry.spherical_harmonics import rotate_harmonics
from anyview.model.outputs import NetworkOutput
from anyview.structures.gaussians import Gaussians


@dataclass(frozen=True)
class SceneOutput:
    """The parts of one scene in one world frame at one scale; float32 on the CPU.

    Attributes:
        depth: z-depth.
        conf: Confidence of depth, >= 1.
        extrinsics: World-to-camera; with intrinsics or not at all.
        intrinsics: K in pixels of the depth map.
        sky: Sky score.
        ray_map: World origin first, world direction second.
        ray_conf: Confidence of the ray map.
        gaussians: One Gaussian a pixel, views in order, pixels row by row.
        features: Patch features by layer.
    """

    depth: Float[Tensor, "V H W"]
    conf: Float[Tensor, "V H W"] | None = None
    extrinsics: Float[Tensor, "V 4 4"] | None = None
    intrinsics: Float[Tensor, "V 3 3"] | None = None
    sky: Float[Tensor, "V H W"] | None = None
    ray_map: Float[Tensor, "V Hr Wr 6"] | None = None
    ray_conf: Float[Tensor, "V Hr Wr"] | None = None
    gaussians: Gaussians | None = None
    features: Mapping[int, Float[Tensor, "V h w D"]] = field(default_factory=dict)

    def scaled(self, factor: float) -> "SceneOutput":
        """The same scene in another unit of length."""
        return self.moved(
            Sim3(torch.tensor(factor, dtype=torch.float32), torch.eye(3), torch.zeros(3))
        )

    def moved(self, target_from_world: Sim3) -> "SceneOutput":
        """The scene in another world frame and unit: every part moves alike.

        Args:
            target_from_world: One transform, batch shape ``()``.
        """
        move = target_from_world.to("cpu", torch.float32)
        ray_map = self.ray_map
        if ray_map is not None:
            directions = ray_map[..., 3:] @ move.rotation.mT
            ray_map = torch.cat((move.apply(ray_map[..., :3]), directions), dim=-1)
        extrinsics = self.extrinsics
        if extrinsics is not None:
            extrinsics = target_from_world.to("cpu", torch.float64).apply_to_cameras(
                extrinsics.double()
            )
        views = len(self.depth)
        each = Sim3(
            move.scale.expand(views),
            move.rotation.expand(views, 3, 3),
            move.translation.expand(views, 3),
        )
        return replace(
            self,
            depth=self.depth * move.scale,
            extrinsics=None if extrinsics is None else extrinsics.float(),
            ray_map=ray_map,
            gaussians=None if self.gaussians is None else _moved(self.gaussians, each),
        )

    def with_cameras(
        self, extrinsics: Float[Tensor, "V 4 4"], intrinsics: Float[Tensor, "V 3 3"]
    ) -> "SceneOutput":
        """The scene seen by other cameras at the same scale: depth stays, what hangs on it follows.

        The Gaussians of a view keep their pixels and their z in that view's camera. The ray map is
        an estimate of cameras by itself and stays.
        """
        gaussians = self.gaussians
        if gaussians is not None and self.extrinsics is not None and self.intrinsics is not None:
            gaussians = _at_pixels_of(gaussians, self.extrinsics, self.intrinsics, intrinsics)
            motion = invert(extrinsics) @ self.extrinsics
            gaussians = _moved(
                gaussians,
                Sim3(torch.ones(len(motion)), motion[:, :3, :3], motion[:, :3, 3]),
            )
        return replace(self, extrinsics=extrinsics, intrinsics=intrinsics, gaussians=gaussians)


def scene_of(output: NetworkOutput, scene: int = 0) -> SceneOutput:
    """Take one scene out of a batched output.

    Args:
        output: With depth.
        scene: Its index in the batch.
    """
    assert output.depth is not None, "depth is always asked for"

    def taken(value: Tensor | None) -> Tensor | None:
        # A copy even on the CPU: inference tensors must not leak into what users keep.
        return None if value is None else value[scene].detach().float().cpu().clone()

    depth = taken(output.depth)
    assert depth is not None
    gaussians = None
    if output.gaussians is not None:
        parts = {name: taken(value) for name, value in vars(output.gaussians).items()}
        gaussians = Gaussians(**{k: v for k, v in parts.items() if v is not None})
    features = {layer: taken(value) for layer, value in output.features.items()}
    return SceneOutput(
        depth=depth,
        conf=taken(output.conf),
        extrinsics=taken(output.extrinsics),
        intrinsics=taken(output.intrinsics),
        sky=taken(output.sky),
        ray_map=taken(output.ray_map),
        ray_conf=taken(output.ray_conf),
        gaussians=gaussians,
        features={layer: value for layer, value in features.items() if value is not None},
    )


def _moved(gaussians: Gaussians, moves: Sim3) -> Gaussians:
    """Move the Gaussians of view i by transform i of the batch (V,)."""
    views = len(moves.scale)
    turns = quaternion_wxyz_from_matrix(moves.rotation)[:, None]
    rotations = multiply_quaternions_wxyz(turns, gaussians.rotations_wxyz.unflatten(0, (views, -1)))
    harmonics = rotate_harmonics(gaussians.harmonics.unflatten(0, (views, -1)), moves.rotation)
    scales = gaussians.scales.unflatten(0, (views, -1)) * moves.scale[:, None, None]
    return Gaussians(
        means=moves.apply(gaussians.means.unflatten(0, (views, -1))).flatten(0, 1),
        scales=scales.flatten(0, 1),
        rotations_wxyz=rotations.flatten(0, 1),
        harmonics=harmonics.flatten(0, 1),
        opacities=gaussians.opacities,
    )


def _at_pixels_of(
    gaussians: Gaussians,
    extrinsics: Float[Tensor, "V 4 4"],
    old: Float[Tensor, "V 3 3"],
    new: Float[Tensor, "V 3 3"],
) -> Gaussians:
    """Centres that project to the same pixel, at the same z, under another K."""
    same_pixel = torch.linalg.solve(new, old)
    means = gaussians.means.unflatten(0, (len(old), -1))
    in_camera = means @ extrinsics[:, :3, :3].mT + extrinsics[:, None, :3, 3]
    moved = in_camera @ same_pixel.mT - extrinsics[:, None, :3, 3]
    return replace(gaussians, means=(moved @ extrinsics[:, :3, :3]).flatten(0, 1))
