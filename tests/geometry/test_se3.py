# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rigid transforms: group laws, points and centres, and what bad extrinsics are told."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.rotations import random_rotation
from anyview.geometry.se3 import (
    camera_centres,
    compose,
    invert,
    relative_to_first,
    rigid_transform,
    to_homogeneous,
    transform_points,
    validate_extrinsics,
)

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-13}


def rigid(batch=(), seed=0, dtype=torch.float64):
    g = torch.Generator().manual_seed(seed)
    rotation = random_rotation(batch, g, dtype=dtype)
    return rigid_transform(rotation, torch.randn(*batch, 3, generator=g, dtype=dtype))


@given(seed=st.integers(0, 1000), batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES))
@settings(deadline=None, max_examples=30)
def test_group_laws(seed, batch, dtype):
    a, b, c = (rigid(batch, seed + i, dtype) for i in range(3))
    close = {"atol": TOLERANCE[dtype], "rtol": 0}
    identity = torch.eye(4, dtype=dtype).expand_as(a)
    torch.testing.assert_close(compose(a, invert(a)), identity, **close)
    torch.testing.assert_close(compose(invert(a), a), identity, **close)
    torch.testing.assert_close(compose(compose(a, b), c), compose(a, compose(b, c)), **close)
    torch.testing.assert_close(compose(a, b, c), a @ b @ c, **close)
    torch.testing.assert_close(invert(a), torch.linalg.inv(a), **close)
    assert compose(a) is a

    points = torch.randn(*batch, 7, 3, dtype=dtype, generator=torch.Generator().manual_seed(seed))
    chained = transform_points(a, transform_points(b, points))
    torch.testing.assert_close(transform_points(compose(a, b), points), chained, **close)


def test_points_agree_with_a_plain_loop():
    a = rigid(dtype=torch.float64)
    points = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    for point, moved in zip(points, transform_points(a, points), strict=True):
        torch.testing.assert_close(moved, a[:3, :3] @ point + a[:3, 3])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_a_camera_sees_its_centre_at_its_origin(batch, dtype):
    cam_from_world = rigid(batch, dtype=dtype)
    centres = camera_centres(cam_from_world)
    assert centres.shape == (*batch, 3)
    seen = transform_points(cam_from_world, centres[..., None, :])
    assert seen.abs().max() < TOLERANCE[dtype]
    torch.testing.assert_close(centres, invert(cam_from_world)[..., :3, 3])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_relative_cameras_see_the_same(batch, dtype):
    cams = rigid((*batch, 4), dtype=dtype)
    relative = relative_to_first(cams)
    identity = torch.eye(4, dtype=dtype).expand(*batch, 4, 4)
    assert torch.equal(relative[..., 0, :, :], identity)
    between = cams[..., 2, :, :] @ invert(cams[..., 1, :, :])
    after = relative[..., 2, :, :] @ invert(relative[..., 1, :, :])
    torch.testing.assert_close(after, between, atol=TOLERANCE[dtype], rtol=0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_both_public_shapes_become_homogeneous(batch, dtype):
    full = rigid(batch, dtype=dtype)
    assert torch.equal(to_homogeneous(full[..., :3, :]), full)
    assert torch.equal(to_homogeneous(full), full)
    assert torch.equal(validate_extrinsics(full[..., :3, :]), full)


@pytest.mark.parametrize("shape", [(2, 3, 3), (4, 3), (2, 4, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(InputError, match=r"\[\.\.\., 3, 4\] and \[\.\.\., 4, 4\]"):
        to_homogeneous(torch.zeros(shape))


def broken(change):
    cams = rigid((3,)).clone()
    change(cams[1])
    return cams


def set_nan(cam):
    cam[0, 3] = torch.nan


def set_inf(cam):
    cam[1, 1] = torch.inf


def scale(cam):
    cam[:3, :3] *= 2


def skew(cam):
    cam[0, :3] += 0.1 * cam[1, :3]


def shrink_and_skew(cam):
    skew(cam)
    cam[:3, :3] *= 0.01


def flatten(cam):
    cam[:3, :3] = 0


def mirror(cam):
    cam[2, :3] *= -1


def transpose(cam):
    cam.copy_(cam.mT.clone())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (set_nan, "NaN or infinite"),
        (set_inf, "NaN or infinite"),
        (scale, "not rigid: its rotation part is scaled by 2"),
        (skew, "not rigid: R\\^T R differs from the identity by 0\\.09847"),
        (shrink_and_skew, "not rigid: R\\^T R differs from the identity by 0\\.9999"),
        (flatten, "not rigid: R\\^T R differs from the identity by 1"),
        (mirror, "left-handed"),
        (transpose, "last row other than 0 0 0 1.*transposed"),
    ],
)
def test_bad_extrinsics_name_the_view_and_the_cure(change, words):
    with pytest.raises(InputError, match=rf"^extrinsics\[1\].*{words}.*world-to-camera"):
        validate_extrinsics(broken(change))


def test_the_label_follows_the_batch_and_the_name():
    cams = rigid((2, 3)).clone()
    cams[1, 2, 0, 0] = torch.nan
    with pytest.raises(InputError, match=r"^poses\[1, 2\] has a NaN"):
        validate_extrinsics(cams, name="poses")
    with pytest.raises(InputError, match=r"^extrinsics has a NaN"):
        validate_extrinsics(cams[1, 2])


def test_matrices_printed_with_three_digits_pass():
    cams = (rigid((20,)) * 1000).round() / 1000
    assert torch.equal(validate_extrinsics(cams), cams)
    with pytest.raises(InputError, match="At most 1e-06"):
        validate_extrinsics(cams, tolerance=1e-6)


def test_no_views_are_no_error():
    assert validate_extrinsics(torch.zeros(0, 3, 4)).shape == (0, 4, 4)
    assert relative_to_first(torch.zeros(0, 4, 4)).shape == (0, 4, 4)
