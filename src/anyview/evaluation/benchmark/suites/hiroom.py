# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""HiRoom as DA3-BENCH has it (hiroom.zip): rendered rooms, exact depth and cameras.

Poses are world-to-camera; depth is 16-bit with 65535 at 100 m; pixels of ``aliasing_mask`` are
left out.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import (
    depth_levels,
    missing,
    need,
    read_npy,
    read_text,
    rigid,
)
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Truth
from anyview.io.images import read_image
from anyview.io.listing import is_image
from anyview.io.naming import natural_key
from anyview.io.ply import read_ply

NAME = "hiroom"
LIST = "selected_scene_list_val.txt"
LEVELS = 65535 / 100.0
"""Grey levels a metre."""


def open_hiroom(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds ``data``, ``fused_pcd`` and the list of scenes.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    protocol = protocol_of(NAME)
    listed = read_text(need(root / LIST, root, protocol)).split("\n")
    found = []
    for line in filter(None, map(str.strip, listed)):
        parts = PurePosixPath(line).parts
        if not parts or PurePosixPath(line).is_absolute() or ".." in parts:
            raise InputError(f"{root / LIST}: {line!r} is no path below data/.")
        name = "-".join(parts[-3:])
        folder = need(root / "data" / line, root, protocol)
        cloud = root / "fused_pcd" / f"{name}.ply"
        found.append(
            SceneFiles(
                name,
                ("indoor", "rendered"),
                partial(_frames, folder),
                read_surface=partial(_surface, cloud),
            )
        )
    if not found:
        raise missing(root, protocol, f"any scene in {LIST}")
    return found


def _frames(folder: Path) -> list[FrameFiles]:
    K = read_npy(folder / "cam_K.npy", ((3, 3),))
    frames = []
    images = (path for path in (folder / "image").glob("*") if is_image(path))
    for image in sorted(images, key=lambda path: natural_key(path.name)):
        stem = image.name.split(".")[0]
        pose = folder / "pose" / f"{stem}.npy"
        if not pose.is_file():
            continue
        depth = folder / "depth" / f"{stem}.png"
        mask = folder / "aliasing_mask" / f"{stem}.png"
        frames.append(
            FrameFiles(
                name=stem,
                read_image=image_reader(image),
                source=str(image),
                cam_from_world=rigid(read_npy(pose, ((4, 4), (3, 4))), str(pose)),
                intrinsics=K,
                read_depth=partial(_depth, depth_levels(depth, LEVELS), mask)
                if depth.is_file()
                else None,
            )
        )
    return frames


def _depth(read: Callable[[], Float[Tensor, "H W"]], mask: Path) -> Float[Tensor, "H W"]:
    """Depth, 0 where the mask is set."""
    depth = read()
    if not mask.is_file():
        return depth
    flags = read_image(mask).image.amax(0) > 0
    if flags.shape != depth.shape:
        raise InputError(f"{mask}: not of the size of its depth image.")
    return torch.where(flags, 0.0, depth)


def _surface(cloud: Path, truth: Truth) -> SurfaceTruth:  # noqa: ARG001 - the cloud is the truth
    return SurfaceTruth(read_ply(cloud).points)
