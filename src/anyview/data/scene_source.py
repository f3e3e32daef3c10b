# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes on disk as a source of training batches."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.core.options import option
from anyview.data.batch import Batch, join
from anyview.data.findings import FailureReport
from anyview.data.frame_sample import Zoom, sample_of
from anyview.data.overlap import Overlap, overlap_of, read_overlap
from anyview.data.sampling import ViewSetOptions, sample_views
from anyview.data.scene import Scene
from anyview.data.scene_folder import find_scenes, read_scene

_TRIES = 50  # scenes drawn for one place in a batch before the data set is given up
_REMEMBERED = 512  # scenes whose document and overlap are kept in memory


@runtime_checkable
class Source(Protocol):
    """Whatever gives training batches as a function of a seed."""

    def batch(self, seed: int, scenes: int, views: int, size: tuple[int, int]) -> Batch:
        """Scenes of equally many, equally large views; the same for the same arguments."""


@runtime_checkable
class SceneLibrary(Protocol):
    """Numbered scenes with the overlap of their frames."""

    def __len__(self) -> int:
        """How many."""

    def __getitem__(self, index: int) -> tuple[Scene, Overlap]:
        """One of them; ``InputError`` if it cannot be read."""


class FolderLibrary:
    """The scenes at or below a folder.

    Args:
        root: See ``find_scenes``.

    Raises:
        InputError: If there is none.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.folders = find_scenes(root)

    def __len__(self) -> int:
        return len(self.folders)

    def __getitem__(self, index: int) -> tuple[Scene, Overlap]:
        """A scene and its overlap: kept beside it, or computed from all of its depth."""
        scene = read_scene(self.folders[index])
        overlap = read_overlap(self.folders[index], len(scene.frames))
        return scene, overlap if overlap is not None else overlap_of(scene)


@dataclass(frozen=True)
class SceneSourceOptions:
    """What is taken from scenes."""

    view_sets: ViewSetOptions = field(default_factory=ViewSetOptions)
    max_zoom: float = option(1.0, "Largest random zoom; 1 takes the largest window, in the middle.")
    share_zoom: bool = option(True, "Whether the views of a scene have the same zoom.")
    teacher: str | None = option(None, "Take depth from this teacher's labels.")


class SceneSource:
    """Batches from a library of scenes, each scene equally likely.

    Scenes that cannot be read, or have no set of that many overlapping views, are skipped and
    another is drawn; ``failures`` counts the former.

    Args:
        library: The scenes.
        options: None for the defaults.
        failures: Where unreadable scenes are counted; None for an own report.
    """

    def __init__(
        self,
        library: SceneLibrary,
        options: SceneSourceOptions | None = None,
        failures: FailureReport | None = None,
    ) -> None:
        self.options = options or SceneSourceOptions()
        self.failures = failures or FailureReport()
        self._scenes = _Remembered(library.__getitem__, _REMEMBERED)
        self._count = len(library)

    def batch(self, seed: int, scenes: int, views: int, size: tuple[int, int]) -> Batch:
        """Scenes of ``views`` overlapping frames each, as a function of the arguments alone.

        Args:
            seed: Any number from 0.
            scenes: How many.
            views: Frames of each.
            size: Height and width of the images.

        Raises:
            InputError: If no scene with that many overlapping frames is found, or too many cannot
                be read.
        """
        return join([self._one(seed, place, views, size) for place in range(scenes)])

    def _one(self, seed: int, place: int, views: int, size: tuple[int, int]) -> Batch:
        rng = np.random.default_rng((seed, place, 0x5CE7E))
        last = "none was read"
        for _ in range(_TRIES):
            index = int(rng.integers(self._count))
            generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
            try:
                scene, overlap = self._scenes(index)
                chosen = sample_views(overlap, views, generator, self.options.view_sets)
                if chosen is None:
                    last = f"{scene.name} has no {views} views that overlap as wanted"
                    continue
                zoomed = self.options.max_zoom > 1
                sample = sample_of(
                    scene,
                    chosen,
                    size,
                    generator,
                    zoom=Zoom(self.options.max_zoom, self.options.share_zoom) if zoomed else None,
                    teacher=self.options.teacher,
                )
            except InputError as error:
                last = str(error)
                self.failures.failed(f"scene {index}", error)
                continue
            self.failures.succeeded()
            return sample
        raise InputError(
            f"No scene with {views} overlapping views of {size[0]} x {size[1]} was found in "
            f"{_TRIES} draws from {self._count} scenes; the last reason: {last}. Ask for fewer "
            "views, loosen the limits of overlap, or check the data."
        )


class SceneFolderSource(SceneSource):
    """A ``SceneSource`` over the scenes at or below a folder.

    Args:
        root: See ``find_scenes``.
        options: None for the defaults.
        failures: As in ``SceneSource``.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        options: SceneSourceOptions | None = None,
        failures: FailureReport | None = None,
    ) -> None:
        super().__init__(FolderLibrary(root), options, failures)


class _Remembered:
    """The last results of a function of a number."""

    def __init__(self, function: Callable[[int], tuple[Scene, Overlap]], capacity: int) -> None:
        self._function, self._capacity = function, capacity
        self._kept: OrderedDict[int, tuple[Scene, Overlap]] = OrderedDict()

    def __call__(self, index: int) -> tuple[Scene, Overlap]:
        if index not in self._kept:
            self._kept[index] = self._function(index)
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(index)
        return self._kept[index]
