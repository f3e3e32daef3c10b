# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a method is given and gives back, and what is known of the truth: the nouns of a benchmark.

A suite yields tasks, a method answers each with an ``Answer``, a protocol turns answer and truth
into numbers. None of the three knows of the others. Maps of views may differ in size, so their axes
have no letters.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol, runtime_checkable

from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.structures.views import ViewSet

Outcome = Literal["ok", "failed"]


@dataclass(frozen=True)
class Truth:
    """What is known of a task's views; each part may be absent.

    Attributes:
        depth: z-depth of each view on the grid of its own image, 0 where unknown.
        cam_from_world: World-to-camera, float64; rows of NaN where a pose is unknown.
        intrinsics: K in pixels of each image, centres at +0.5.
        points: The surface as points in the world frame, for reconstruction.
        is_metric: Whether lengths are metres.
        masks: On the grid of each image, which pixels a reconstruction is made of; without one,
            those with known depth.
        observed: Which points of the world a reconstruction is judged by; None for all.
    """

    depth: tuple[Float[Tensor, "_ _"] | None, ...] | None = None
    cam_from_world: Float64[Tensor, "V 4 4"] | None = None
    intrinsics: Float64[Tensor, "V 3 3"] | None = None
    points: Float[Tensor, "P 3"] | None = None
    is_metric: bool = False
    masks: tuple[Bool[Tensor, "_ _"] | None, ...] | None = None
    observed: Callable[[Float[Tensor, "P 3"]], Bool[Tensor, " P"]] | None = None


@dataclass(frozen=True)
class Task:
    """Views of one scene to be answered together.

    Attributes:
        name: Unique in its suite, usable as a file name.
        suite: Name of the suite.
        tags: What kind of scene it is, such as ``"indoor"`` or ``"low-texture"``.
        load: Reads the images and the truth; not called before the task is run. Known cameras in
            the ``ViewSet`` are part of what the method is given.
    """

    name: str
    suite: str
    tags: tuple[str, ...]
    load: Callable[[], tuple[ViewSet, Truth]]


@dataclass(frozen=True)
class Cost:
    """What an answer took.

    Attributes:
        seconds: Wall time, without loading models and reading files.
        peak_bytes: Largest resident memory of the process above that before the task; None where
            it cannot be measured.
    """

    seconds: float
    peak_bytes: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a method says of a task; absent parts are None.

    Attributes:
        depth: z-depth of each view on any grid over the whole image, positive where known.
        conf: Confidence on the grids of ``depth``.
        cam_from_world: World-to-camera in any frame and unit; NaN rows for views it cannot place.
        intrinsics: K in pixels of each original image, centres at +0.5.
        points: Sparse points in the same frame.
        unit_is_metre: Whether it claims that its lengths are metres.
        cost: What it took.
        notes: JSON-able remarks, such as registered views.
    """

    depth: tuple[Float[Tensor, "_ _"] | None, ...] | None = None
    conf: tuple[Float[Tensor, "_ _"] | None, ...] | None = None
    cam_from_world: Float64[Tensor, "V 4 4"] | None = None
    intrinsics: Float64[Tensor, "V 3 3"] | None = None
    points: Float[Tensor, "P 3"] | None = None
    unit_is_metre: bool = False
    cost: Cost = field(default_factory=lambda: Cost(0.0))
    notes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@runtime_checkable
class Suite(Protocol):
    """A data set under a protocol."""

    @property
    def name(self) -> str:
        """What results go by."""

    def tasks(self) -> Iterable[Task]:
        """All tasks, in a fixed order; cheap, reads no image.

        Raises:
            InputError: If the data is not there; says where it comes from and how it must lie.
        """


@runtime_checkable
class Method(Protocol):
    """Whatever answers tasks."""

    @property
    def name(self) -> str:
        """What results go by."""

    def answer(self, views: ViewSet, task: str) -> Answer:
        """Answer one task.

        Args:
            views: The images, with what is known of their cameras.
            task: ``suite/name``, for methods that look an answer up; others leave it aside.

        Raises:
            AnyViewError: If it cannot; the runner records a scored failure.
        """

    def describe(self) -> Mapping[str, object]:
        """JSON-able provenance: weights and their hash, options, versions."""


@dataclass(frozen=True)
class Scored:
    """One task under one method: what the results file holds.

    Attributes:
        task: Its name.
        suite: Its suite.
        tags: Its kinds.
        outcome: Whether there was an answer.
        reason: Why there was none; empty otherwise.
        numbers: Metric name to value, such as ``"depth/delta1"``, ``"pose/auc30"``; a failed task
            has the worst value of every metric that has one, so that it is never dropped.
        curves: Short lists for plots, such as the sorted pose errors in degrees.
        seconds: Of the answer.
        peak_bytes: Of the answer.
    """

    task: str
    suite: str
    tags: tuple[str, ...]
    outcome: Outcome
    reason: str
    numbers: Mapping[str, float]
    curves: Mapping[str, tuple[float, ...]]
    seconds: float
    peak_bytes: int | None
