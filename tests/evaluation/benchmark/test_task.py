# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest
import torch

from anyview.evaluation.benchmark.task import Answer, Task, Truth
from anyview.structures.views import View, ViewSet


def test_nothing_is_read_before_the_task_is_run():
    calls = []

    def load():
        calls.append(1)
        view = View(torch.zeros(3, 4, 4, dtype=torch.uint8), "a")
        return ViewSet((view,)), Truth()

    task = Task("one", "suite", ("indoor",), load)
    assert not calls
    views, truth = task.load()
    assert len(views) == 1
    assert truth.depth is None
    assert calls == [1]


def test_answers_cannot_be_changed():
    answer = Answer()
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.unit_is_metre = True
    with pytest.raises(TypeError):
        answer.notes["a"] = 1
