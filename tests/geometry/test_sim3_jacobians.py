# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry.sim3 import Sim3
from anyview.geometry.sim3_jacobians import adjoint, difference, difference_jacobian, step

SMALL = 1e-6


def vectors(seed: int, size: float, count: int = 4) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return size * torch.randn(count, 7, generator=generator, dtype=torch.float64)


@given(st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_a_step_from_nowhere_is_the_difference(seed):
    vector = vectors(seed, 0.5)
    away = step(Sim3.identity((4,), dtype=torch.float64), vector)
    assert torch.allclose(difference(away), vector, atol=1e-12)


@given(st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_small_steps_are_those_of_the_exponential_map(seed):
    transform, vector = Sim3.exp(vectors(seed, 1.0)), vectors(seed + 1000, SMALL)
    one, two = step(transform, vector), transform @ Sim3.exp(vector)
    assert torch.allclose(one.matrix(), two.matrix(), atol=1e-9)


@given(st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_the_adjoint_moves_a_step_to_the_other_side(seed):
    transform, vector = Sim3.exp(vectors(seed, 1.0)), vectors(seed + 1000, SMALL)
    nowhere = Sim3.identity((4,), dtype=torch.float64)
    left = difference(transform @ step(nowhere, vector) @ transform.inverse())
    right = (adjoint(transform) @ vector[..., None])[..., 0]
    assert torch.allclose(left, right, atol=1e-9)


@given(st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_the_jacobian_is_that_of_finite_differences(seed):
    transform = step(Sim3.identity((4,), dtype=torch.float64), vectors(seed, 0.05))
    steps = SMALL * torch.eye(7, dtype=torch.float64).expand(4, 7, 7)
    spread = Sim3(
        *(
            getattr(transform, f)[:, None].expand(4, 7, *s)
            for f, s in (("scale", ()), ("rotation", (3, 3)), ("translation", (3,)))
        )
    )
    plus, minus = (difference(step(spread, sign * steps)) for sign in (1, -1))
    numeric = ((plus - minus) / (2 * SMALL)).mT
    assert (numeric - difference_jacobian(transform)).abs().max() < 1e-5
