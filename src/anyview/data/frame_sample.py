# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of a scene to one entry of a batch, at the size that a step wants."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.batch import EXACT, MEASURED, SPARSE, TEACHER, Batch
from anyview.data.scene import Frame, Scene, SparseDepth, TeacherLabels
from anyview.data.transforms import (
    Window,
    crop_resize_image,
    crop_resize_intrinsics,
    random_window,
    read_off,
)

GUESSED_FOV_DEG = 60.0
"""Field of view along the longer side of frames without K, as exporters guess it."""

_KINDS = {"exact": EXACT, "measured": MEASURED, "sparse": SPARSE, "teacher": TEACHER}


@dataclass(frozen=True)
class Zoom:
    """How windows are drawn from frames.

    Attributes:
        most: Largest zoom, see ``random_window``.
        share_scene: Whether all views of a scene have the same zoom and place, so that their K
            stay alike; otherwise each view draws its own.
    """

    most: float = 1.0
    share_scene: bool = True


def sample_of(
    scene: Scene,
    indices: Sequence[int],
    size: tuple[int, int],
    generator: torch.Generator,
    *,
    zoom: Zoom | None = None,
    teacher: str | None = None,
) -> Batch:
    """One scene's views as a batch of one.

    Dense depth is preferred to points, which fill the pixel that they fall into, the nearest
    first. Depth is 0 in the sky and where the ``ignore`` mask says so.

    Args:
        scene: Where the frames are.
        indices: Of its frames, the reference view first.
        size: Height and width of the images.
        generator: Draws windows; without a zoom they are the largest ones, in the middle.
        zoom: None for no zoom.
        teacher: Take this teacher's labels for depth. Labels that are not aligned give scenes
            without poses, because their unit is not that of the poses.

    Raises:
        InputError: If a file is damaged, an image has another size than its frame says, or the
            teacher has no label for a frame.
    """
    frames = [scene.frames[index] for index in indices]
    labels = _labels(scene, teacher)
    seed = int(torch.randint(2**62, (), generator=generator))
    windows = []
    for frame in frames:
        own = torch.Generator().manual_seed(seed) if zoom and zoom.share_scene else generator
        windows.append(random_window(frame.size, size, own if zoom else None, max_zoom=_most(zoom)))
    posed = all(f.intrinsics is not None and f.cam_from_world is not None for f in frames)
    has_pose = posed and (labels is None or labels.is_aligned)
    has_masks = all({"sky", "objects"} <= set(frame.masks) for frame in frames)
    images, depth, sky, objects, intrinsics, poses = [], [], [], [], [], []
    for frame, window in zip(frames, windows, strict=True):
        images.append(_image(frame, window, size))
        masks = {
            kind: read_off(torch.from_numpy(read()), frame.size, window, *size)
            for kind, read in frame.masks.items()
        }
        nowhere = torch.zeros(size, dtype=torch.bool)
        sky.append(masks.get("sky", nowhere))
        objects.append(masks.get("objects", nowhere))
        unknown = masks.get("sky", nowhere) | masks.get("ignore", nowhere)
        depth.append(_depth(scene, frame, window, size, teacher).masked_fill(unknown, 0.0))
        intrinsics.append(crop_resize_intrinsics(_intrinsics(frame), window, *size))
        pose = frame.cam_from_world if has_pose else None
        poses.append(torch.from_numpy(np.eye(4) if pose is None else pose))
    kind = TEACHER if labels is not None else _KINDS[scene.depth_kind or "sparse"]
    mask = torch.tensor(has_masks)
    return Batch(
        images=torch.stack(images)[None],
        depth=torch.stack(depth)[None],
        sky=(torch.stack(sky) & mask)[None],
        objects=(torch.stack(objects) & mask)[None],
        intrinsics=torch.stack(intrinsics)[None].float(),
        cam_from_world=torch.stack(poses)[None].float(),
        has_pose=torch.tensor([has_pose]),
        has_masks=mask[None],
        is_metric=torch.tensor([scene.is_metric and (labels is None or labels.is_aligned)]),
        depth_kind=torch.tensor([kind]),
        names=[f"{scene.name}/{frames[0].name}"],
    )


def rasterised(sparse: SparseDepth, window: Window, size: tuple[int, int]) -> Float[Tensor, "H W"]:
    """Depth at points as a map of a resized window; 0 between them.

    Where several points fall into one pixel the nearest is seen.
    """
    height, width = size
    x = (torch.from_numpy(sparse.pixels[:, 0]) - window.left) * (width / window.width)
    y = (torch.from_numpy(sparse.pixels[:, 1]) - window.top) * (height / window.height)
    depth = torch.from_numpy(sparse.depth)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height) & (depth > 0) & depth.isfinite()
    index = y[inside].long() * width + x[inside].long()
    nearest = torch.full((height * width,), torch.inf)
    nearest.scatter_reduce_(0, index, depth[inside].float(), "amin")
    return nearest.masked_fill(nearest.isinf(), 0.0).view(height, width)


def _most(zoom: Zoom | None) -> float:
    return 1.0 if zoom is None else zoom.most


def _labels(scene: Scene, teacher: str | None) -> TeacherLabels | None:
    if teacher is None:
        return None
    if teacher not in scene.teachers:
        known = ", ".join(scene.teachers) or "none"
        raise InputError(f"{scene.name}: has no labels of teacher {teacher!r}, only of: {known}.")
    return scene.teachers[teacher]


def _image(frame: Frame, window: Window, size: tuple[int, int]) -> Tensor:
    pixels = frame.read_image()
    if pixels.shape[:2] != frame.size:
        raise InputError(
            f"Frame {frame.name}: its image is {pixels.shape[:2]}, its size says {frame.size}."
        )
    planes = torch.from_numpy(pixels).permute(2, 0, 1)
    return crop_resize_image(planes, window, *size).float() / 255


def _depth(
    scene: Scene, frame: Frame, window: Window, size: tuple[int, int], teacher: str | None
) -> Tensor:
    if teacher is not None:
        readers = scene.teachers[teacher].readers
        if frame.name not in readers:
            raise InputError(f"{scene.name}: {teacher} has no label for frame {frame.name}.")
        depth = torch.from_numpy(readers[frame.name]())
    elif frame.read_depth is not None:
        depth = torch.from_numpy(frame.read_depth())
    elif frame.read_sparse is not None:
        return rasterised(frame.read_sparse(), window, size)
    else:
        return torch.zeros(size)
    known = torch.where(depth.isfinite() & (depth > 0), depth, 0.0)
    return read_off(known, frame.size, window, *size)


def _intrinsics(frame: Frame) -> Tensor:
    if frame.intrinsics is not None:
        return torch.from_numpy(frame.intrinsics)
    height, width = frame.size
    focal = max(height, width) / 2 / math.tan(math.radians(GUESSED_FOV_DEG / 2))
    rows = [[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]]
    return torch.tensor(rows, dtype=torch.float64)
