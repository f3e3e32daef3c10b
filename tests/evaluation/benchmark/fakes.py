# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A suite and a method whose tasks go wrong by their names; other processes can make them too."""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from anyview.core.errors import CheckpointMismatchError, InputError
from anyview.evaluation.benchmark.evaluation import CLAIMS_METRES, Asked
from anyview.evaluation.benchmark.task import Answer, Task, Truth
from anyview.evaluation.benchmark.task_scores import TaskScores
from anyview.evaluation.benchmark.worker import Recipe
from anyview.structures.views import View, ViewSet

HANGS_S = 60.0


def load(name: str) -> tuple[ViewSet, Truth]:
    if name == "unreadable":
        raise InputError("img.png is damaged")
    views = ViewSet((View(torch.zeros(3, 4, 6, dtype=torch.uint8), name),))
    return views, Truth(depth=(torch.ones(4, 6),))


@dataclass(frozen=True)
class FakeSuite:
    """Tasks of the names given."""

    names: tuple[str, ...]
    name: str = "fake"

    def tasks(self) -> list[Task]:
        return [Task(name, self.name, (name[0],), partial(load, name)) for name in self.names]


@dataclass(frozen=True)
class FakeMethod:
    """Depth 2 everywhere, unless the name of the task asks for something else."""

    name: str = "two"
    log: Path | None = None
    weights: str = "a"

    def answer(self, views: ViewSet, task: str) -> Answer:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"{task}\n")
        word = task.split("/")[1]
        if word == "refused":
            raise InputError("no overlap\nbetween the images")
        if word == "broken":
            raise KeyError("nothing")
        if word == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "hanging":
            time.sleep(HANGS_S)
        depth = torch.full((2, 3), torch.nan if word == "odd" else 2.0)
        return Answer(depth=(depth,))

    def describe(self) -> Mapping[str, object]:
        return {"weights": self.weights, CLAIMS_METRES: True}


def error_of_two(asked: Asked, answer: Answer | None) -> TaskScores:
    """1 for nothing, else the mean error; NaN cannot be scored."""
    assert asked.truth.depth is not None
    if answer is None:
        return TaskScores({"error": 99.0, "claims": float(asked.claims_metres)})
    assert answer.depth is not None
    error = float(answer.depth[0].mean() - asked.truth.depth[0].mean())
    if error != error:
        raise InputError("depth is NaN")
    return TaskScores({"error": error}, {"errors": (error, error)})


def no_weights() -> FakeMethod:
    raise CheckpointMismatchError("w.safetensors", missing=["a.b"])


def dies_at_once() -> FakeMethod:
    os._exit(7)


def suite_recipe(*names: str) -> Recipe:
    return Recipe("fake", partial(FakeSuite, names))


def method_recipe(**values: object) -> Recipe:
    return Recipe(str(values.get("name", "two")), partial(FakeMethod, **values))
