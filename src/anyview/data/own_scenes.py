# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes of one's own: what of them can be learnt from, and what is held out to measure with.

Small collections are kept in memory, pictures aside: a list of scenes with their overlap is a
``SceneLibrary``.
"""

import logging
import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch

from anyview.core.errors import InputError, OptionError
from anyview.data.batch import Batch, join
from anyview.data.frame_sample import sample_of
from anyview.data.overlap import Overlap, overlap_of, read_overlap
from anyview.data.scene import Frame, Scene
from anyview.data.scene_folder import find_scenes, read_scene

logger = logging.getLogger(__name__)

Library = list[tuple[Scene, Overlap]]
"""Scenes with the overlap of their frames."""

LEAST_POINTS = 8
"""A frame that has depth at fewer points says nothing of its scale."""

LEAST_FRAMES = 6
"""Of the only scene: two to be held out, and four to train on."""

SCENES_TO_HOLD_OUT = 3
"""From so many scenes on, whole scenes are held out; before, frames of each."""


@dataclass(frozen=True)
class HeldOut:
    """Scenes in two parts.

    Attributes:
        training: To learn from.
        validation: To measure with.
        by: Whether whole scenes are held out, or frames of scenes that are also trained on. The
            latter measures new views of known places, the former new places.
    """

    training: Library
    validation: Library
    by: Literal["scenes", "frames"]


@dataclass(frozen=True)
class ViewSet:
    """Frames that stand together.

    Attributes:
        scene: Theirs.
        frames: Indices, the reference view first.
    """

    scene: Scene
    frames: tuple[int, ...]


def read_usable(root: str | os.PathLike[str]) -> Library:
    """The scenes at or below a folder, with those frames whose cameras and depth are known.

    Scenes that are damaged or have fewer than two such frames are left out, with a warning.

    Args:
        root: See ``find_scenes``.

    Raises:
        InputError: If no scene is left; says what the frames lack.
    """
    library: Library = []
    lacking: Counter[str] = Counter()
    frames = 0
    for folder in find_scenes(root):
        try:
            scene = read_scene(folder)
            lacks = [_lacks(frame) for frame in scene.frames]
            overlap = read_overlap(folder, len(scene.frames))
            kept = [index for index, lack in enumerate(lacks) if lack is None]
            if len(kept) >= 2 and overlap is None:
                restricted = only(scene, kept)
                library.append((restricted, overlap_of(restricted)))
            elif len(kept) >= 2 and overlap is not None:
                library.append(_restricted(scene, overlap, kept))
            else:
                logger.warning("%s: no two frames with pose, K and depth; left out.", folder)
        except InputError as error:
            logger.warning("%s: left out: %s", folder, error)
            lacks = ["readable files"]
        frames += len(lacks)
        lacking.update(lack for lack in lacks if lack is not None)
    if not library:
        what = ", ".join(f"{count} have no {lack}" for lack, count in lacking.most_common())
        raise InputError(
            f"{root}: no scene has two frames with a pose, K and depth (of {frames} frames, "
            f"{what}). Look at it with 'anyview data check {root}'; a COLMAP model gives poses and "
            "points: 'anyview data convert colmap'."
        )
    return library


def hold_out(library: Library, share: float = 0.2) -> HeldOut:
    """Put a share of the scenes aside, or of the frames where there are one or two scenes.

    Held-out frames hang together: the last frame of a scene, then again and again the one that
    overlaps most with those before. The same library is always parted in the same way.

    Args:
        library: Of ``read_usable``.
        share: Of scenes or frames.

    Raises:
        OptionError: If the share is not between 0 and 1.
        InputError: If there are too few frames.
    """
    if not 0 < share < 1:
        raise OptionError(f"share is {share}; accepted: above 0 and below 1.")
    if len(library) >= SCENES_TO_HOLD_OUT:
        count = max(1, round(share * len(library)))
        rows = np.linspace(0, len(library) - 1, count + 2)[1:-1].round().astype(int)
        aside = set(rows.tolist())
        return HeldOut(
            [item for index, item in enumerate(library) if index not in aside],
            [library[index] for index in sorted(aside)],
            "scenes",
        )
    training, validation = [], []
    for scene, overlap in library:
        if len(scene.frames) < LEAST_FRAMES:
            training.append((scene, overlap))
            continue
        chosen = _hanging_together(overlap, max(2, round(share * len(scene.frames))))
        rest = [index for index in range(len(scene.frames)) if index not in chosen]
        training.append(_restricted(scene, overlap, rest))
        validation.append(_restricted(scene, overlap, sorted(chosen)))
    if not validation:
        counts = ", ".join(f"{scene.name} has {len(scene.frames)}" for scene, _ in library)
        raise InputError(
            f"Too few frames with a pose, K and depth: {counts}. Give a scene of at least "
            f"{LEAST_FRAMES}, or at least {SCENES_TO_HOLD_OUT} scenes: a part is held out to "
            "measure with."
        )
    return HeldOut(training, validation, "frames")


def view_sets(library: Library, views: int, most: int) -> list[ViewSet]:
    """Sets of equally many views, each around another reference, evenly from all scenes.

    Args:
        library: The scenes.
        views: Wanted of each set; fewer if no scene has so many that overlap.
        most: Sets in all.

    Raises:
        OptionError: If a number is below 1.
    """
    if views < 1 or most < 1:
        raise OptionError(f"{views} views, {most} sets: accepted are 1, 2, ...")
    grown = [
        [ViewSet(scene, g) for r in range(len(scene.frames)) if (g := _around(overlap, r, views))]
        for scene, overlap in library
    ]
    size = max(len(item.frames) for sets in grown for item in sets)
    grown = [[item for item in sets if len(item.frames) == size] for sets in grown]
    grown = [sets for sets in grown if sets]
    each = max(1, most // len(grown))
    chosen = []
    for sets in grown[:most]:
        rows = np.linspace(0, len(sets) - 1, min(each, len(sets))).round().astype(int)
        chosen += [sets[row] for row in rows]
    return chosen


def batch_of_sets(sets: list[ViewSet], size: tuple[int, int]) -> Batch:
    """Sets as one batch, the largest window in the middle of each picture.

    Args:
        sets: Of equally many views.
        size: Height and width.

    Raises:
        InputError: If a picture cannot be read.
    """
    nothing = torch.Generator().manual_seed(0)  # without a zoom nothing is drawn
    return join([sample_of(item.scene, item.frames, size, nothing) for item in sets])


def only(scene: Scene, frames: list[int]) -> Scene:
    """The scene with some of its frames."""
    return replace(scene, frames=tuple(scene.frames[index] for index in frames))


def _restricted(scene: Scene, overlap: Overlap, frames: list[int]) -> tuple[Scene, Overlap]:
    matrix = overlap.matrix[frames][:, frames]
    return only(scene, frames), Overlap(matrix, overlap.method)


def _lacks(frame: Frame) -> str | None:
    """The first thing that a frame lacks to be learnt from, or None."""
    if frame.cam_from_world is None:
        return "pose"
    if frame.intrinsics is None:
        return "K"
    if frame.read_depth is not None:
        return None
    if frame.read_sparse is None:
        return "depth"
    count = len(frame.read_sparse().depth)
    return None if count >= LEAST_POINTS else f"depth at {LEAST_POINTS} points or more"


def _hanging_together(overlap: Overlap, count: int) -> set[int]:
    mutual = overlap.mutual
    chosen = [len(mutual) - 1]
    while len(chosen) < count:
        linked = mutual[chosen].amax(dim=0)
        linked[chosen] = -1
        # Of equals the last: frames of a video that nothing is known of stay side by side.
        chosen.append(len(linked) - 1 - int(linked.flip(0).argmax()))
    return set(chosen)


def _around(overlap: Overlap, reference: int, views: int) -> tuple[int, ...]:
    """The reference and the views that overlap most with it; fewer if others do not at all."""
    beside = overlap.mutual[reference].clone()
    beside[reference] = 2.0
    order = beside.argsort(descending=True, stable=True)[:views]
    return tuple(int(index) for index in order if beside[index] > 0)
