# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Tasks from scenes whose files are known: which frames, how many, what is given."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocols import FrameChoice, FrameSpec, ProtocolSpec, Subset
from anyview.evaluation.benchmark.suites.options import Given, SuiteOptions
from anyview.evaluation.benchmark.task import Task, Truth
from anyview.evaluation.benchmark.task_scores import on_grid
from anyview.geometry.cameras import resize_intrinsics
from anyview.io.images import read_image
from anyview.io.resize import resize_area
from anyview.structures.views import View, ViewSet


@dataclass(frozen=True)
class FrameFiles:
    """One frame of a scene, not read yet.

    Attributes:
        name: Unique in the scene.
        read_image: Gives the image, RGB 0 to 255.
        source: Where it lies.
        cam_from_world: World-to-camera, or None.
        intrinsics: K in pixels of the image as it is stored, or None.
        read_depth: Gives true depth on a grid over the image, 0 where unknown.
        read_mask: Gives the pixels that a reconstruction is made of.
    """

    name: str
    read_image: Callable[[], Tensor]
    source: str
    cam_from_world: Float64[Tensor, "4 4"] | None = None
    intrinsics: Float64[Tensor, "3 3"] | None = None
    read_depth: Callable[[], Float[Tensor, "H W"]] | None = None
    read_mask: Callable[[], Bool[Tensor, "H W"]] | None = None


@dataclass(frozen=True)
class SurfaceTruth:
    """Points of a scene's surface, and which of a prediction's are judged by them.

    Attributes:
        points: In the world frame.
        observed: See ``task.Truth``.
    """

    points: Float[Tensor, "P 3"]
    observed: Callable[[Float[Tensor, "P 3"]], Bool[Tensor, " P"]] | None = None


@dataclass(frozen=True)
class SceneFiles:
    """One scene, not read yet.

    Attributes:
        name: Unique in the suite, usable as a file name.
        tags: What kind of scene it is.
        read_frames: Lists the frames, in order; reads cameras but no images.
        num_frames: How many there are, if that is known without; None asks every scene with all
            of its frames, whatever the view counts.
        read_surface: Reads the true surface; given the frames that were taken, with their truth.
        is_metric: Whether lengths are metres.
        posed: Whether frames belong together; single images otherwise.
    """

    name: str
    tags: tuple[str, ...]
    read_frames: Callable[[], Sequence[FrameFiles]]
    num_frames: int | None = None
    read_surface: Callable[[Truth], SurfaceTruth] | None = None
    is_metric: bool = True
    posed: bool = True


@dataclass(frozen=True)
class ListedSuite:
    """A suite made of scenes.

    Attributes:
        name: Of the suite.
        protocol: Its protocol.
        options: Which tasks are made.
        list_scenes: Lists the scenes; raises InputError if the data is not there.
    """

    name: str
    protocol: ProtocolSpec
    options: SuiteOptions
    list_scenes: Callable[[], Iterable[SceneFiles]]

    def tasks(self) -> list[Task]:
        """See ``task.Suite``.

        Raises:
            InputError: If the data is not there, or no scene fits the pattern.
        """
        options = self.options
        every = list(self.list_scenes())
        wanted = [s for s in every if options.scenes is None or fnmatchcase(s.name, options.scenes)]
        if not wanted:
            some = ", ".join(scene.name for scene in every[:5])
            raise InputError(
                f"{self.name}: no scene is called {options.scenes!r}; there are {len(every)}, such "
                f"as {some}."
            )
        frames = _frame_spec(self.protocol.frames, options)
        return [
            self._task(scene, count, frames)
            for scene in wanted[: options.max_scenes]
            for count in _counts(scene, frames)
        ]

    def _task(self, scene: SceneFiles, count: int, frames: FrameSpec) -> Task:
        """A task of ``count`` views, 0 for all."""
        several = len(frames.view_counts) > 1 and scene.posed
        name = f"{scene.name}_{count or 'all'}" if several else scene.name
        tags = (*scene.tags, f"{count or 'all'} views")
        given = self.options.given
        if given != "nothing":
            tags = (*tags, f"given {given}")
        return Task(name, self.name, tags, partial(load_scene, scene, count, frames, given))


def load_scene(
    scene: SceneFiles, count: int, frames: FrameSpec, given: Given = "nothing"
) -> tuple[ViewSet, Truth]:
    """Read some frames of a scene.

    Args:
        scene: Which.
        count: How many views; 0 for all that the protocol takes.
        frames: Which frames.
        given: What the method is shown of the cameras.

    Raises:
        InputError: If there is no frame, or a file is damaged.
    """
    listed = list(scene.read_frames())
    if not listed:
        raise InputError(f"{scene.name}: no frame can be used.")
    chosen = [listed[i] for i in chosen_frames(len(listed), frames.most, frames.choice)]
    chosen = [chosen[i] for i in subset_of(len(chosen), count, frames.subset)]
    read = [_read_frame(frame, frames.image_side) for frame in chosen]
    truth = Truth(
        depth=_or_none([frame.depth for frame in read]),
        cam_from_world=_stacked([frame.cam_from_world for frame in chosen], 4),
        intrinsics=_stacked([frame.intrinsics for frame in read], 3),
        is_metric=scene.is_metric,
        masks=_or_none([frame.mask for frame in read]),
    )
    if scene.read_surface is not None:
        surface = scene.read_surface(truth)
        truth = replace(truth, points=surface.points, observed=surface.observed)
    views = ViewSet(
        tuple(frame.view for frame in read),
        extrinsics=truth.cam_from_world if given == "cameras" else None,
        intrinsics=truth.intrinsics if given in ("cameras", "intrinsics") else None,
    )
    return views, truth


def chosen_frames(count: int, most: int | None, choice: FrameChoice) -> list[int]:
    """Which of ``count`` frames a protocol takes, ascending."""
    if most is None or count <= most:
        return list(range(count))
    if choice == "even":
        return [int(i) for i in torch.linspace(0, count - 1, most, dtype=torch.float64).round()]
    order = list(range(count))
    random.Random(42).shuffle(order)
    return sorted(order[:most])


def subset_of(count: int, wanted: int, subset: Subset) -> range:
    """Which of ``count`` frames a smaller view count takes; 0 and too large numbers take all."""
    if not 0 < wanted < count:
        return range(count)
    start = 0 if subset == "first" else (count - wanted) // 2
    return range(start, start + wanted)


def image_reader(path: Path) -> Callable[[], Tensor]:
    """Reads an image file when it is called."""
    return lambda: read_image(path).image


@dataclass(frozen=True)
class _ReadFrame:
    view: View
    intrinsics: Float64[Tensor, "3 3"] | None
    depth: Float[Tensor, "H W"] | None
    mask: Bool[Tensor, "H W"] | None


def _read_frame(frame: FrameFiles, side: int | None) -> _ReadFrame:
    """A frame with its truth on the grid of the image."""
    image = frame.read_image()
    height, width = int(image.shape[1]), int(image.shape[2])
    K = frame.intrinsics
    if side and max(height, width) > side:
        small = [max(1, round(length * side / max(height, width))) for length in (height, width)]
        image = resize_area(image, *small)
        if K is not None:
            K = resize_intrinsics(K, small[1] / width, small[0] / height)
        height, width = small
    # Depth is never mixed across an edge; unknown stays unknown.
    depth = None if frame.read_depth is None else frame.read_depth()
    if depth is not None:
        depth = on_grid(depth, (height, width), smooth=False)
    mask = None if frame.read_mask is None else frame.read_mask()
    if mask is not None:
        mask = on_grid(mask.float(), (height, width), smooth=False) > 0
    return _ReadFrame(View(image, frame.name, frame.source), K, depth, mask)


def _frame_spec(spec: FrameSpec, options: SuiteOptions) -> FrameSpec:
    """The protocol's, where the options leave it alone."""
    side = spec.image_side if options.image_side is None else options.image_side or None
    return replace(
        spec,
        most=spec.most if options.max_frames is None else options.max_frames,
        view_counts=options.counts() or spec.view_counts,
        image_side=side,
    )


def _counts(scene: SceneFiles, frames: FrameSpec) -> list[int]:
    """View counts that the scene has frames for; one that is all of them is called so."""
    if not scene.posed:
        return [1]
    total = scene.num_frames
    if total is None:
        return list(frames.view_counts)
    total = min(total, frames.most or total)
    counts = [0 if count == total else count for count in frames.view_counts if count <= total]
    return list(dict.fromkeys(counts))


def _or_none(parts: list[Tensor | None]) -> tuple[Tensor | None, ...] | None:
    return None if all(part is None for part in parts) else tuple(parts)


def _stacked(matrices: Sequence[Tensor | None], side: int) -> Tensor | None:
    """Matrices of float64, NaN where one is unknown; None if all are."""
    if all(matrix is None for matrix in matrices):
        return None
    unknown = torch.full((side, side), torch.nan, dtype=torch.float64)
    return torch.stack([unknown if m is None else m.double() for m in matrices])
