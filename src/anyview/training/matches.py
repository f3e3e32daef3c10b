# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where each patch of one view is seen in another: exact, from depth and cameras.

Patches of 14 x 14 pixels are numbered in row-major order. Positions are in pixels of the image,
centres of pixels at +0.5. Index order is [scene, source view, target view, source patch].
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.geometry import se3
from anyview.geometry.projection import agrees, project
from anyview.model.config import PATCH


@dataclass(frozen=True)
class Matches:
    """Matches of all ordered pairs of views; a view has none with itself.

    Attributes:
        patch: The patch of the target view that holds the match, 0 where there is none.
        flow: From the centre of the source patch to the match, (x, y) in patches, 0 where none.
        within: From the centre of ``patch`` to the match, (x, y) in patches, in [-0.5, 0.5], 0
            where there is none.
        visible: Whether there is a match: inside the target's image and not hidden there.
        grid: Rows and columns of patches.
    """

    patch: Int[Tensor, "B V V P"]
    flow: Float[Tensor, "B V V P 2"]
    within: Float[Tensor, "B V V P 2"]
    visible: Bool[Tensor, "B V V P"]
    grid: tuple[int, int]


@torch.no_grad()
def find_matches(
    depth: Float[Tensor, "B V H W"],
    intrinsics: Float[Tensor, "B V 3 3"],
    cam_from_world: Float[Tensor, "B V 4 4"],
    has_pose: Bool[Tensor, " B"] | None = None,
    *,
    samples: int = 2,
    relative_tolerance: float = 0.03,
) -> Matches:
    """Match every patch of every view with every other view of its scene.

    In each patch ``samples`` x ``samples`` pixels, spread evenly, are lifted to points and
    projected. A sample is visible if the target's depth there agrees with its own. A patch is
    visible if at least half of its samples are and the mean of their flow, which is the flow of
    the patch, carries its centre to a place in the target's image.

    Args:
        depth: z-depth, 0 or less where unknown (such pixels match nothing).
        intrinsics: K in pixels of the depth map.
        cam_from_world: World-to-camera, in the unit of depth.
        has_pose: Scenes whose cameras are known; others get no matches. None takes all.
        samples: Samples along each side of a patch, 1 to 14; one is the pixel right below and
            right of the centre.
        relative_tolerance: Share of the target's depth within which depths agree.

    Raises:
        OptionError: If the image is not a grid of patches, or ``samples`` is not in 1 to 14.
    """
    height, width = depth.shape[-2:]
    if height % PATCH or width % PATCH or height * width == 0:
        raise OptionError(
            f"Images are {width} x {height} pixels; accepted: multiples of {PATCH} on each side."
        )
    if not 1 <= samples <= PATCH:
        raise OptionError(f"samples is {samples}; accepted: 1 to {PATCH}.")
    rows, columns = height // PATCH, width // PATCH
    inside = ((torch.arange(samples, device=depth.device) + 0.5) * PATCH / samples).long()
    y = (torch.arange(rows, device=depth.device)[:, None] * PATCH + inside).flatten()
    x = (torch.arange(columns, device=depth.device)[:, None] * PATCH + inside).flatten()

    source = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1).flatten(0, 1)  # [Q, 2]
    flat = source[:, 1] * width + source[:, 0]
    sampled_depth = depth.flatten(2)[..., flat]
    points_cam = _directions_at(source + 0.5, intrinsics) * sampled_depth[..., None]
    world = se3.transform_points(se3.invert(cam_from_world), points_cam)

    # Target views first: one depth map for all points that are looked up in it.
    views = depth.shape[1]
    points = world[:, None].expand(-1, views, -1, -1, -1).flatten(2, 3)  # [B, Vt, Vs Q, 3]
    pixels, z = project(se3.transform_points(cam_from_world, points), intrinsics)
    pixels, z = (v.unflatten(2, (views, -1)).contiguous() for v in (pixels, z))
    seen = agrees(pixels, z, depth, relative_tolerance=relative_tolerance)
    seen &= (sampled_depth > 0)[:, None]
    seen &= ~torch.eye(views, dtype=torch.bool, device=depth.device)[:, :, None]
    if has_pose is not None:
        seen &= has_pose[:, None, None, None]
    seen, pixels = seen.transpose(1, 2), pixels.transpose(1, 2)

    flow = torch.where(seen[..., None], pixels - (source + 0.5), 0)
    flow, seen = (_by_patch(v, rows, columns, samples) for v in (flow, seen[..., None]))
    count = seen.count_nonzero(dim=-2)
    visible = (2 * count >= samples * samples)[..., 0]
    return _assemble(flow.sum(dim=-2) / (count.clamp_min(1) * PATCH), visible, (rows, columns))


def _directions_at(pixels: Tensor, intrinsics: Tensor) -> Tensor:
    """K^-1 (u, v, 1) at positions [Q, 2]: [..., Q, 3]."""
    K = intrinsics[..., None, :, :]
    y = (pixels[:, 1] - K[..., 1, 2]) / K[..., 1, 1]
    x = (pixels[:, 0] - K[..., 0, 2] - K[..., 0, 1] * y) / K[..., 0, 0]
    return torch.stack((x, y, torch.ones_like(x)), dim=-1)


def _by_patch(values: Tensor, rows: int, columns: int, samples: int) -> Tensor:
    """[..., Q, C] in row-major order of pixels to [..., P, samples of a patch, C]."""
    split = values.unflatten(-2, (rows, samples, columns, samples))
    return split.transpose(-4, -3).flatten(-3, -2).flatten(-4, -3)


def _assemble(flow: Tensor, visible: Tensor, grid: tuple[int, int]) -> Matches:
    """Patch and position within it from flow in patches."""
    rows, columns = grid
    index = torch.arange(rows * columns, device=flow.device)
    centre = torch.stack((index % columns, index // columns), dim=-1) + 0.5
    position = centre + flow
    size = position.new_tensor([columns, rows])
    # If only the samples on one side of a patch are visible, its centre may be carried outside.
    visible = visible & ((position >= 0) & (position <= size)).all(dim=-1)
    cell = position.floor().clamp_min(0).minimum(size - 1)
    patch = (cell[..., 1] * columns + cell[..., 0]).long()
    return Matches(
        patch=torch.where(visible, patch, 0),
        flow=torch.where(visible[..., None], flow, 0),
        within=torch.where(visible[..., None], position - cell - 0.5, 0),
        visible=visible,
        grid=grid,
    )
