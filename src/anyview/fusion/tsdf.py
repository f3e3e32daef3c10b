# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth maps fused into a truncated signed distance field (Curless and Levoy, 1996).

Every view says of the space along its rays how far the surface is; the weighted mean of what all
views say is a field whose zero is the surface. Noise averages out, and a thing that one view put
where others look through is carved away.

The world frame and unit are those of the cameras that are given.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.fusion.voxel_blocks import SIDE, BlockIndex, pack
from anyview.geometry import se3
from anyview.geometry.depth_sampling import sample_depth
from anyview.geometry.projection import project
from anyview.geometry.rays import unproject

_CHUNK = 2048
"""Cubes worked on at a time: a million voxels."""


class TsdfVolume:
    """A field over as much of space as the depth maps speak of.

    Args:
        voxel_size: Side of a voxel in units of the world.
        truncation_voxels: Up to how many voxels behind its surface a depth map speaks; 3 to 5.
        carve: Whether views take away what they look through.
        max_blocks: Most cubes, about 10 KB each.

    Attributes:
        voxel_size: As given.
        truncation: The truncation distance in units of the world.
        blocks: The cubes that exist. Voxel (i, j, k) of a cube at (x, y, z) lies at
            ``(8 x + i, 8 y + j, 8 z + k) * voxel_size``.
        distance: Signed distance over truncation distance in [-1, 1], positive in front of the
            surface; row by row of ``blocks``.
        weight: How much was said of each voxel; 0 is unknown.
        color: RGB, 0 to 255.
        color_weight: How much was said of the colour; 0 is unknown.

    Raises:
        OptionError: If the voxels have no size.
    """

    def __init__(
        self,
        voxel_size: float,
        *,
        truncation_voxels: float = 4.0,
        carve: bool = True,
        max_blocks: int = 200_000,
    ) -> None:
        if not 0 < voxel_size < float("inf"):
            raise OptionError(f"voxel_size is {voxel_size}; give a length above 0 in scene units.")
        self.voxel_size, self.truncation = float(voxel_size), truncation_voxels * voxel_size
        self._carve, self._max_blocks = carve, max_blocks
        self.blocks = BlockIndex()
        self.distance: Float[Tensor, "N 512"] = torch.empty(0, SIDE**3)
        self.weight: Float[Tensor, "N 512"] = torch.empty(0, SIDE**3)
        self.color: Float[Tensor, "N 512 3"] = torch.empty(0, SIDE**3, 3, dtype=torch.float16)
        self.color_weight: Float[Tensor, "N 512"] = torch.empty(0, SIDE**3)

    def integrate(
        self,
        depth: Float[Tensor, "H W"],
        intrinsics: Float[Tensor, "3 3"],
        cam_from_world: Float[Tensor, "4 4"],
        image: UInt8[Tensor, "3 H W"] | None = None,
        weight: Float[Tensor, "H W"] | None = None,
    ) -> None:
        """Add what one view says.

        Args:
            depth: z-depth in units of the world; 0, negative or NaN where unknown.
            intrinsics: K in pixels of the depth map, centres at +0.5.
            cam_from_world: World-to-camera.
            image: Colours; grey if absent.
            weight: How much each pixel counts, 0 and more; 1 if absent.

        Raises:
            InputError: If the scene needs more cubes than the options allow. What was fused
                before is untouched.
        """
        depth = torch.where(torch.isfinite(depth) & (depth > 0), depth, 0.0).float()
        if not bool((depth > 0).any()):
            return
        self._make_room(self._touched(depth, intrinsics, cam_from_world))
        view = _View(
            depth,
            intrinsics.float(),
            cam_from_world.float(),
            torch.ones_like(depth) if weight is None else weight.float().clamp_min(0),
            image,
        )
        rows = self._in_sight(view)
        for start in range(0, len(rows), _CHUNK):
            self._update(rows[start : start + _CHUNK], view)

    def drop_unseen(self, min_weight: int | float) -> None:
        """Forget cubes in which nothing weighs that much."""
        wanted = (self.weight >= min_weight).any(dim=1)
        self.blocks.keep(wanted)
        self.distance = self.distance[wanted]
        self.weight = self.weight[wanted]
        self.color = self.color[wanted]
        self.color_weight = self.color_weight[wanted]

    def voxel_positions(self, rows: Int[Tensor, " M"]) -> Float[Tensor, "M 512 3"]:
        """Where the voxels of some cubes lie, in units of the world."""
        corner = self.blocks.coordinates[rows] * SIDE
        voxels = (corner[:, None] + _local_coordinates()[None]).double() * self.voxel_size
        return voxels.float()

    def _touched(self, depth: Tensor, intrinsics: Tensor, cam_from_world: Tensor) -> Tensor:
        """Keys of the cubes within the truncation distance of the surface."""
        world_from_cam = se3.invert(cam_from_world.double())
        points = unproject(depth[None].double(), intrinsics[None].double())[0]
        points = points[depth > 0]
        reach = self.truncation / points.norm(dim=-1, keepdim=True)
        side = SIDE * self.voxel_size
        steps = int(4 * self.truncation / side) + 2  # at most half a cube apart
        keys = []
        for share in torch.linspace(-1, 1, steps, dtype=torch.float64):
            along = points * (1 + share * reach).clamp_min(0)
            world = se3.transform_points(world_from_cam, along)
            keys.append(torch.unique(pack((world / side).floor().long())))
        return torch.unique(torch.cat(keys))

    def _make_room(self, keys: Tensor) -> None:
        needed = len(self.blocks) + int((self.blocks.rows_of(keys) < 0).sum())
        if needed > self._max_blocks:
            raise InputError(
                f"Voxels of {self.voxel_size:g} need {needed} cubes of {SIDE} x {SIDE} x {SIDE}, "
                f"more than max_blocks = {self._max_blocks}: give larger voxels (twice the "
                "size needs about a quarter), leave out far depth, or allow more."
            )
        self.blocks.add(keys)
        new = len(self.blocks) - len(self.weight)
        self.distance = torch.cat((self.distance, self.distance.new_ones(new, SIDE**3)))
        self.weight = torch.cat((self.weight, self.weight.new_zeros(new, SIDE**3)))
        self.color = torch.cat((self.color, self.color.new_zeros(new, SIDE**3, 3)))
        self.color_weight = torch.cat((self.color_weight, self.weight.new_zeros(new, SIDE**3)))

    def _in_sight(self, view: "_View") -> Int[Tensor, " M"]:
        """Rows of the cubes of which the view may say something."""
        side = SIDE * self.voxel_size
        centres = (self.blocks.coordinates.double() + 0.5) * side
        centres_cam = se3.transform_points(view.cam_from_world.double(), centres).float()
        z = centres_cam[:, 2]
        radius = side * 3**0.5 / 2
        height, width = view.depth.shape
        pixels, _ = project(centres_cam, view.intrinsics)
        # A ball around the cube, projected; generous near the border and exact nowhere.
        margin = radius * view.intrinsics[[0, 1], [0, 1]].max() / z.clamp_min(1e-9) * 1.5
        size = torch.tensor([width, height])
        inside = ((pixels > -margin[:, None]) & (pixels < size + margin[:, None])).all(dim=1)
        near = z < view.depth.max() + self.truncation + radius
        close = z.abs() <= radius  # the camera may stand in it
        return torch.nonzero((inside & (z > 0) & near) | close)[:, 0]

    def _update(self, rows: Tensor, view: "_View") -> None:
        world = self.voxel_positions(rows).flatten(0, 1)
        positions = se3.transform_points(view.cam_from_world, world).unflatten(0, (len(rows), -1))
        pixels, z = project(positions, view.intrinsics)
        measured, weight = view.depth_at(pixels), view.weight_at(pixels)
        # Along the ray, not along z: a wall seen at a slant is as thick as one seen from the front.
        stretch = positions.norm(dim=-1) / z.clamp_min(1e-9)
        distance = (measured - z) * stretch / self.truncation
        known = (z > 0) & (measured > 0) & (distance >= -1) & (weight > 0)
        if not self._carve:
            known &= distance <= 1
        weight = torch.where(known, weight, 0.0)
        old = self.weight[rows]
        total = old + weight
        share = weight / total.clamp_min(1e-12)
        self.distance[rows] += share * (distance.nan_to_num(0).clamp(-1, 1) - self.distance[rows])
        self.weight[rows] = total
        if view.image is not None:
            # Only looks at the surface have its colour, so they are counted by themselves.
            looks = torch.where(distance <= 1, weight, 0.0)
            total = self.color_weight[rows] + looks
            share = (looks / total.clamp_min(1e-12))[..., None]
            color = self.color[rows].float()
            self.color[rows] = (color + share * (view.color_at(pixels) - color)).half()
            self.color_weight[rows] = total


@dataclass(frozen=True)
class _View:
    """One depth map and its camera."""

    depth: Float[Tensor, "H W"]
    intrinsics: Float[Tensor, "3 3"]
    cam_from_world: Float[Tensor, "4 4"]
    weight: Float[Tensor, "H W"]
    image: UInt8[Tensor, "3 H W"] | None

    def depth_at(self, pixels: Float[Tensor, "*b 2"]) -> Float[Tensor, "*b"]:
        """Between pixels of one surface, of one side where it is torn; 0 where there is none."""
        return sample_depth(self.depth, pixels).nan_to_num(0)

    def weight_at(self, pixels: Float[Tensor, "*b 2"]) -> Float[Tensor, "*b"]:
        """Of the pixel; any pixel's outside."""
        return self.weight[self._place(pixels)]

    def color_at(self, pixels: Float[Tensor, "*b 2"]) -> Float[Tensor, "*b 3"]:
        """Of the pixel; any pixel's outside."""
        assert self.image is not None
        row, column = self._place(pixels)
        return self.image[:, row, column].movedim(0, -1).float()

    def _place(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        height, width = self.depth.shape
        x, y = pixels.nan_to_num(0).floor().long().unbind(-1)
        return y.clamp(0, height - 1), x.clamp(0, width - 1)


def _local_coordinates() -> Int[Tensor, "512 3"]:
    """Voxels of a cube, z running fastest."""
    axis = torch.arange(SIDE)
    return torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"), dim=-1).reshape(-1, 3)
