# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rotations against scipy, group laws, accuracy at the ends of the range, gradients."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from anyview.geometry.rotations import (
    axis_angle_from_rotation,
    conjugate_quaternion_wxyz,
    matrix_from_quaternion_wxyz,
    multiply_quaternions_wxyz,
    nearest_rotation,
    quaternion_wxyz_from_matrix,
    random_rotation,
    rotation_angle,
    rotation_from_axis_angle,
    rotation_of_largest_trace,
    skew_matrix,
)

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-14}
# Angles where naive formulas lose digits: zero, tiny, the branch points, the neighbourhood of pi.
ANGLES = [0.0, 1e-9, 1e-4, 6e-3, 1e-2, 0.03, 0.2, 1.0, 2.0, math.pi - 1e-4, math.pi - 1e-9, math.pi]

vectors = st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(
    lambda v: np.linalg.norm(v) > 1e-3
)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def about(axis, angle, dtype=torch.float64):
    axis = torch.tensor(axis, dtype=dtype)
    return axis / axis.norm() * angle


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_batches_agree_with_scipy(batch, dtype):
    q = torch.randn(*batch, 4, generator=generator(), dtype=dtype)
    ours = matrix_from_quaternion_wxyz(q)
    assert ours.shape == (*batch, 3, 3)
    assert ours.dtype == dtype
    theirs = Rotation.from_quat(q.reshape(-1, 4).double().numpy()[:, [1, 2, 3, 0]])
    np.testing.assert_allclose(ours.reshape(-1, 3, 3), theirs.as_matrix(), atol=TOLERANCE[dtype])

    back = quaternion_wxyz_from_matrix(ours)
    assert back.dtype == dtype
    canonical = theirs.as_quat(canonical=True)[:, [3, 0, 1, 2]]
    np.testing.assert_allclose(back.reshape(-1, 4), canonical, atol=TOLERANCE[dtype])

    vector = axis_angle_from_rotation(ours)
    np.testing.assert_allclose(
        vector.reshape(-1, 3), theirs.as_rotvec(), atol=10 * TOLERANCE[dtype]
    )
    np.testing.assert_allclose(
        rotation_angle(ours).reshape(-1), theirs.magnitude(), atol=TOLERANCE[dtype]
    )
    assert rotation_from_axis_angle(vector).shape == (*batch, 3, 3)


@given(q=st.lists(st.floats(-2, 2), min_size=4, max_size=4), factor=st.floats(0.1, 50))
@settings(deadline=None, max_examples=25)
def test_quaternion_length_and_sign_do_not_matter(q, factor):
    q = torch.tensor(q, dtype=torch.float64)
    if q.norm() < 1e-3:
        return
    matrix = matrix_from_quaternion_wxyz(q)
    for other in (factor * q, -factor * q):
        torch.testing.assert_close(matrix_from_quaternion_wxyz(other), matrix, atol=1e-13, rtol=0)


@given(axis=vectors, angle=st.sampled_from(ANGLES) | st.floats(0, math.pi))
@settings(deadline=None, max_examples=40)
def test_conversions_lose_no_digits_at_any_angle(axis, angle):
    vector = about(axis, angle)
    rotation = rotation_from_axis_angle(vector)
    expected = Rotation.from_rotvec(vector.numpy()).as_matrix()
    np.testing.assert_allclose(rotation, expected, atol=3e-16 * 4)
    assert abs(rotation_angle(rotation).item() - angle) < 3e-15
    q = quaternion_wxyz_from_matrix(rotation)
    assert q[0] >= 0
    assert abs(q.norm().item() - 1) < 1e-15
    torch.testing.assert_close(matrix_from_quaternion_wxyz(q), rotation, atol=2e-15, rtol=0)
    log = axis_angle_from_rotation(rotation)
    assert log.norm() <= math.pi + 1e-12
    torch.testing.assert_close(rotation_from_axis_angle(log), rotation, atol=2e-15, rtol=0)
    if angle < math.pi - 1e-6:  # closer to pi the sign of the axis is decided by rounding
        torch.testing.assert_close(log, vector, atol=5e-15, rtol=0)


def test_the_angle_is_accurate_in_float32_where_the_arc_cosine_is_not():
    for angle in (1e-4, 1e-3, math.pi - 1e-3):
        rotation = rotation_from_axis_angle(about([1.0, 2.0, -0.5], angle)).float()
        assert abs(rotation_angle(rotation).item() - angle) < 4e-7
    tiny = rotation_from_axis_angle(about([1.0, 2.0, -0.5], 1e-4)).float()
    naive = torch.acos((tiny.trace() - 1) / 2)
    assert abs(naive.item() - 1e-4) > 1e-5  # the reason for the longer formula


@given(a=vectors, b=vectors)
@settings(deadline=None, max_examples=30)
def test_quaternion_product_is_matrix_product(a, b):
    qa, qb = (torch.tensor([0.3, *v], dtype=torch.float64) for v in (a, b))
    product = matrix_from_quaternion_wxyz(multiply_quaternions_wxyz(qa, qb))
    expected = matrix_from_quaternion_wxyz(qa) @ matrix_from_quaternion_wxyz(qb)
    torch.testing.assert_close(product, expected, atol=1e-14, rtol=0)
    identity = multiply_quaternions_wxyz(qa, conjugate_quaternion_wxyz(qa)) / qa.square().sum()
    expected = torch.tensor([1.0, 0, 0, 0], dtype=torch.float64)
    torch.testing.assert_close(identity, expected, atol=1e-15, rtol=0)


def test_quaternion_product_broadcasts():
    one, many = torch.randn(4, generator=generator()), torch.randn(5, 4, generator=generator())
    assert multiply_quaternions_wxyz(one, many).shape == (5, 4)


def test_skew_matrix_is_the_cross_product():
    a, b = torch.randn(2, 3, 3, generator=generator())
    torch.testing.assert_close((skew_matrix(a) @ b[..., None])[..., 0], torch.linalg.cross(a, b))


def test_gradients_match_finite_differences():
    g = generator(3)
    q = torch.randn(5, 4, generator=g, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(matrix_from_quaternion_wxyz, q)
    vector = torch.randn(5, 3, generator=g, dtype=torch.float64)
    vector[0] *= 1e-3  # the series branch
    vector.requires_grad_()
    assert torch.autograd.gradcheck(rotation_from_axis_angle, vector)

    def log_of_exp(v):
        return axis_angle_from_rotation(rotation_from_axis_angle(v))

    assert torch.autograd.gradcheck(log_of_exp, vector)


@pytest.mark.parametrize("function", [quaternion_wxyz_from_matrix, axis_angle_from_rotation])
@pytest.mark.parametrize("angle", [0.0, math.pi])
def test_gradients_are_finite_at_the_ends(function, angle):
    for axis in ([1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]):
        rotation = rotation_from_axis_angle(about(axis, angle)).requires_grad_()
        function(rotation).sum().backward()
        assert rotation.grad.isfinite().all()
    vector = torch.zeros(3, requires_grad=True)
    rotation_from_axis_angle(vector)[2, 1].backward()
    torch.testing.assert_close(vector.grad, torch.tensor([1.0, 0, 0]))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_nearest_rotation_is_the_nearest(batch, dtype):
    g = generator(1)
    truth = random_rotation(batch, g, dtype=dtype)
    noisy = 1.7 * truth + 0.05 * torch.randn(truth.shape, generator=g, dtype=dtype)
    best = nearest_rotation(noisy)
    assert best.shape == truth.shape
    identity = torch.eye(3, dtype=dtype).expand_as(best)
    torch.testing.assert_close(best.mT @ best, identity, atol=TOLERANCE[dtype], rtol=0)
    assert (torch.linalg.det(best) > 0).all()
    distance = (noisy - best).square().sum((-2, -1))
    for _ in range(20):
        step = 0.02 * torch.randn(*batch, 3, generator=g, dtype=dtype)
        other = best @ rotation_from_axis_angle(step)
        assert (distance <= (noisy - other).square().sum((-2, -1)) + TOLERANCE[dtype]).all()


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_a_mirror_gives_a_proper_rotation_and_the_margin_bounds_the_loss(seed):
    g = generator(seed)
    matrix = torch.randn(3, 3, generator=g, dtype=torch.float64)
    matrix = matrix * -torch.linalg.det(matrix).sign()  # determinant below 0
    best, margin = rotation_of_largest_trace(matrix)
    assert abs(torch.linalg.det(best).item() - 1) < 1e-12
    value = (best * matrix).sum()
    turned = rotation_from_axis_angle(torch.randn(200, 3, generator=g, dtype=torch.float64)) @ best
    loss = value - (turned * matrix).sum((-2, -1))
    bound = margin * (1 - torch.cos(rotation_angle(turned @ best.mT)))
    assert (loss >= bound - 1e-10).all()


def test_margin_is_zero_where_rotations_tie():
    line = torch.diag(torch.tensor([1.0, 0.0, 0.0]))
    assert rotation_of_largest_trace(line)[1] == 0


def test_random_rotations_are_uniform_and_repeatable():
    many = random_rotation((20_000,), generator(5), dtype=torch.float64)
    assert torch.equal(many, random_rotation((20_000,), generator(5), dtype=torch.float64))
    assert many.mean(0).abs().max() < 0.02
    # Haar: the angle has density (1 - cos a) / pi, so its mean is pi / 2 + 2 / pi.
    assert abs(rotation_angle(many).mean().item() - (math.pi / 2 + 2 / math.pi)) < 0.02
    assert random_rotation((), generator()).dtype == torch.float32


def test_everything_stays_on_its_device():
    q = torch.zeros(2, 4, device="meta")
    matrix = matrix_from_quaternion_wxyz(q)
    for tensor in (
        quaternion_wxyz_from_matrix(matrix),
        conjugate_quaternion_wxyz(q),
        rotation_from_axis_angle(axis_angle_from_rotation(matrix)),
        nearest_rotation(matrix),
        rotation_angle(matrix),
    ):
        assert tensor.device.type == "meta"


def test_a_zero_quaternion_is_nan_not_a_rotation():
    assert matrix_from_quaternion_wxyz(torch.zeros(4)).isnan().any()
