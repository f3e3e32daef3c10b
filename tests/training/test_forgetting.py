# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.training.forgetting import forget_activations, remember_activations
from anyview.training.plan import StepPlan
from anyview.training.recipes.steps import full
from anyview.training.student import Student
from tests.training.runs import Planes, network_of, small_recipe

_PLAN = StepPlan(0, full(2, 2, 42, 28), False, 3)


def _gradients(*, forgets: bool) -> dict[str, torch.Tensor]:
    network = network_of(small_recipe())
    if forgets:
        forget_activations(network)
    student = Student(network)
    loss, _ = student(Planes().batch(_PLAN), _PLAN)
    loss.backward()
    return {n: p.grad for n, p in student.named_parameters() if p.grad is not None}


def test_gradients_are_the_same_with_matching_supervised_inside_blocks():
    kept, computed_again = _gradients(forgets=False), _gradients(forgets=True)
    assert kept.keys() == computed_again.keys()
    for name, gradient in kept.items():
        torch.testing.assert_close(computed_again[name], gradient, msg=name)


def test_blocks_run_twice_until_that_is_undone():
    network = network_of(small_recipe())
    calls = []
    block = network.backbone.blocks[0]
    block.attention_norm.register_forward_hook(lambda *_: calls.append(1))
    for expected in (2, 1):
        if expected == 2:
            forget_activations(network)
        else:
            remember_activations(network)
        calls.clear()
        network(torch.randn(1, 1, 3, 28, 42)).depth.sum().backward()
        assert len(calls) == expected
