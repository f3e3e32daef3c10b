# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Similarities: group axioms, exponential map, and what happens to cameras and depth."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from anyview.core.errors import InputError
from anyview.geometry.rotations import random_rotation, skew_matrix
from anyview.geometry.se3 import camera_centres, rigid_transform, transform_points
from anyview.geometry.sim3 import Sim3

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-12}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def sim3(batch=(), seed=0, dtype=torch.float64):
    g = generator(seed)
    scale = torch.rand(batch, generator=g, dtype=dtype) * 3 + 0.2
    rotation = random_rotation(batch, g, dtype=dtype)
    return Sim3(scale, rotation, torch.randn(*batch, 3, generator=g, dtype=dtype))


def assert_same(a, b, dtype=torch.float64):
    for name in ("scale", "rotation", "translation"):
        torch.testing.assert_close(
            getattr(a, name), getattr(b, name), atol=TOLERANCE[dtype], rtol=TOLERANCE[dtype]
        )


@given(seed=st.integers(0, 1000), batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES))
@settings(deadline=None, max_examples=15)
def test_group_axioms(seed, batch, dtype):
    a, b, c = (sim3(batch, seed + i, dtype) for i in range(3))
    identity = Sim3.identity(batch, dtype=dtype)
    assert_same(a @ identity, a, dtype)
    assert_same(identity @ a, a, dtype)
    assert_same(a @ a.inverse(), identity, dtype)
    assert_same(a.inverse() @ a, identity, dtype)
    assert_same((a @ b) @ c, a @ (b @ c), dtype)

    points = torch.randn(*batch, 5, 3, generator=generator(seed), dtype=dtype)
    close = {"atol": TOLERANCE[dtype], "rtol": TOLERANCE[dtype]}
    torch.testing.assert_close((a @ b).apply(points), a.apply(b.apply(points)), **close)
    torch.testing.assert_close(a.inverse().apply(a.apply(points)), points, **close)
    torch.testing.assert_close(transform_points(a.matrix(), points), a.apply(points), **close)
    torch.testing.assert_close((a @ b).matrix(), a.matrix() @ b.matrix(), **close)


def test_apply_is_the_formula():
    a = sim3((2,))
    points = torch.randn(2, 4, 5, 3, generator=generator(), dtype=torch.float64)
    moved = a.apply(points)
    for v in range(2):
        for i in range(4):
            for j in range(5):
                expected = a.scale[v] * (a.rotation[v] @ points[v, i, j]) + a.translation[v]
                torch.testing.assert_close(moved[v, i, j], expected)


@pytest.mark.parametrize("shape", [(3,), (6, 3), (2, 4, 5, 3), (0, 3)])
def test_any_number_of_axes_may_follow_the_batch(shape):
    assert sim3().apply(torch.zeros(shape, dtype=torch.float64)).shape == shape


def test_other_batch_axes_are_refused():
    with pytest.raises(InputError, match=r"points has leading axes \(3, 4\).*\(2,\)"):
        sim3((2,)).apply(torch.zeros(3, 4, 3, dtype=torch.float64))
    with pytest.raises(InputError, match="cam_from_world has leading axes"):
        sim3((2,)).apply_to_cameras(torch.eye(4, dtype=torch.float64))
    with pytest.raises(InputError, match="do not agree"):
        Sim3.__post_init__(_Parts())


class _Parts:
    scale, rotation, translation = torch.ones(2), torch.eye(3), torch.zeros(3)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_moved_cameras_see_moved_points_at_scaled_depth(batch, dtype):
    a, g = sim3(batch, dtype=dtype), generator(7)
    cams = rigid_transform(
        random_rotation((*batch, 4), g, dtype=dtype),
        torch.randn(*batch, 4, 3, generator=g, dtype=dtype),
    )
    points = torch.randn(*batch, 6, 3, generator=g, dtype=dtype)
    moved = a.apply_to_cameras(cams)
    close = {"atol": TOLERANCE[dtype], "rtol": TOLERANCE[dtype]}
    torch.testing.assert_close(torch.linalg.det(moved[..., :3, :3]), cams.new_ones(*batch, 4))
    torch.testing.assert_close(camera_centres(moved), a.apply(camera_centres(cams)), **close)
    before = transform_points(cams, points[..., None, :, :].expand(*batch, 4, 6, 3))
    after = transform_points(moved, a.apply(points)[..., None, :, :].expand(*batch, 4, 6, 3))
    torch.testing.assert_close(after, a.scale[..., None, None, None] * before, **close)
    back = a.inverse().apply_to_cameras(moved)
    torch.testing.assert_close(back, cams, **close)


@given(
    velocity=st.lists(st.floats(-5, 5), min_size=3, max_size=3),
    direction=st.lists(st.floats(-1, 1), min_size=3, max_size=3),
    angle=st.sampled_from([0.0, 1e-9, 1e-4, 1.0, 3.1]),
    log_scale=st.sampled_from([0.0, 1e-9, -1e-4, 0.7, -3.0]),
)
@settings(deadline=None, max_examples=15)
def test_exp_is_the_matrix_exponential_and_log_its_inverse(velocity, direction, angle, log_scale):
    axis = torch.tensor(direction, dtype=torch.float64)
    axis = angle * (axis / axis.norm() if axis.norm() > 1e-3 else axis)
    vector = torch.tensor([*velocity, *axis.tolist(), log_scale], dtype=torch.float64)
    moved = Sim3.exp(vector)
    generator_matrix = torch.zeros(4, 4, dtype=torch.float64)
    generator_matrix[:3, :3] = skew_matrix(axis) + log_scale * torch.eye(3, dtype=torch.float64)
    generator_matrix[:3, 3] = vector[:3]
    expected = torch.from_numpy(expm(generator_matrix.numpy()))
    torch.testing.assert_close(moved.matrix(), expected, atol=1e-13, rtol=1e-13)
    torch.testing.assert_close(moved.log(), vector, atol=1e-12, rtol=0)
    half = Sim3.exp(vector / 2)
    assert_same(half @ half, moved)
    assert_same(Sim3.exp(-vector), moved.inverse())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_exp_of_log_over_batches(batch, dtype):
    a = sim3(batch, dtype=dtype)
    vector = a.log()
    assert vector.shape == (*batch, 7)
    assert vector.dtype == dtype
    assert_same(Sim3.exp(vector), a, dtype)


def test_gradients_of_exp_and_log():
    vector = 0.5 * torch.randn(2, 7, generator=generator(), dtype=torch.float64)
    vector.requires_grad_()
    assert torch.autograd.gradcheck(lambda v: Sim3.exp(v).matrix(), vector)
    assert torch.autograd.gradcheck(lambda v: (Sim3.exp(v) @ Sim3.exp(2 * v)).log(), vector)
    zero = torch.zeros(7, dtype=torch.float64, requires_grad=True)
    Sim3.exp(zero).log().sum().backward()
    torch.testing.assert_close(zero.grad, torch.ones_like(zero))


def test_composition_broadcasts_and_to_converts():
    one, many = sim3(), sim3((3,))
    both = one @ many
    assert both.scale.shape == (3,)
    points = torch.randn(3, 2, 3, dtype=torch.float64, generator=generator())
    torch.testing.assert_close(both.apply(points), one.apply(many.apply(points)))
    assert one.to(dtype=torch.float32).rotation.dtype == torch.float32
    assert one.to("cpu").scale.dtype == torch.float64


def test_indexing_picks_from_the_batch():
    many = sim3((3,))
    mask = torch.tensor([True, False, True])
    assert_same(many[mask][1], many[2])
    assert many[0:2].scale.shape == (2,)


def test_everything_stays_on_its_device():
    on_meta = sim3((2,)).to("meta")
    cameras = torch.zeros(2, 4, 4, dtype=torch.float64, device="meta")
    for tensor in (
        (on_meta @ on_meta.inverse()).matrix(),
        Sim3.exp(on_meta.log()).rotation,
        on_meta.apply(cameras[..., :3]),
        on_meta.apply_to_cameras(cameras),
        Sim3.identity(device="meta").translation,
    ):
        assert tensor.device.type == "meta"


def test_identity_is_not_shared_memory():
    many = Sim3.identity((2,))
    many.rotation[0, 0, 0] = math.nan
    assert many.rotation[1, 0, 0] == 1


def test_the_fields_cannot_be_replaced():
    with pytest.raises(AttributeError):
        sim3().scale = torch.ones(())
