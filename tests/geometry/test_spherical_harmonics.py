# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Spherical harmonics: order and signs, orthonormality, rotation."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import sph_harm_y

from anyview.core.errors import InputError
from anyview.geometry.rotations import random_rotation
from anyview.geometry.spherical_harmonics import (
    evaluate_harmonics,
    harmonic_basis,
    rotate_harmonics,
)

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 5e-6, torch.float64: 1e-14}


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def directions(*shape, seed=0, dtype=torch.float64):
    return torch.nn.functional.normalize(normal(*shape, 3, seed=seed, dtype=dtype), dim=-1)


def test_order_and_signs_of_gaussian_splatting():
    x, y, z = (v.item() for v in directions(seed=1))
    # The constants that 3-D Gaussian splatting files are written with.
    expected = [
        0.28209479177387814,
        -0.4886025119029199 * y,
        0.4886025119029199 * z,
        -0.4886025119029199 * x,
        1.0925484305920792 * x * y,
        -1.0925484305920792 * y * z,
        0.31539156525252005 * (2 * z * z - x * x - y * y),
        -1.0925484305920792 * x * z,
        0.5462742152960396 * (x * x - y * y),
    ]
    np.testing.assert_allclose(harmonic_basis(directions(seed=1), 2), expected, rtol=1e-14)


def test_each_is_a_real_harmonic_of_scipy():
    d = directions(50)
    polar, azimuth = torch.acos(d[:, 2]).numpy(), torch.atan2(d[:, 1], d[:, 0]).numpy()
    ours = harmonic_basis(d, 2).numpy()
    for degree in (0, 1, 2):
        for order in range(-degree, degree + 1):
            theirs = sph_harm_y(degree, abs(order), polar, azimuth)
            real = {0: theirs.real}.get(order, math.sqrt(2) * theirs.real)
            real = math.sqrt(2) * theirs.imag if order < 0 else real
            np.testing.assert_allclose(ours[:, degree * (degree + 1) + order], real, atol=1e-14)


def test_the_basis_is_orthonormal():
    # Degree-4 products are integrated exactly by Gauss-Legendre in z and even steps in azimuth.
    nodes, weights = np.polynomial.legendre.leggauss(4)
    azimuth = 2 * math.pi * np.arange(8) / 8
    z, a = np.meshgrid(nodes, azimuth, indexing="ij")
    r = np.sqrt(1 - z**2)
    d = torch.from_numpy(np.stack([r * np.cos(a), r * np.sin(a), z], -1))
    values = harmonic_basis(d, 2)
    measure = torch.from_numpy(weights)[:, None, None] * 2 * math.pi / 8
    gram = (measure[..., None] * values[..., :, None] * values[..., None, :]).sum((0, 1))
    torch.testing.assert_close(gram, torch.eye(9).double(), atol=1e-14, rtol=0)


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_lower_degrees_are_the_first_entries(degree):
    d = directions(7)
    count = (degree + 1) ** 2
    assert torch.equal(harmonic_basis(d, degree), harmonic_basis(d, 2)[..., :count])
    c = normal(7, count)
    torch.testing.assert_close(
        evaluate_harmonics(c, d), torch.einsum("nk,nk->n", c, harmonic_basis(d, degree))
    )


@given(
    seed=st.integers(0, 1000),
    batch=st.sampled_from(BATCHES),
    dtype=st.sampled_from(DTYPES),
    count=st.sampled_from([1, 4, 9]),
)
@settings(deadline=None, max_examples=30)
def test_rotated_coefficients_turn_the_function(seed, batch, dtype, count):
    c = normal(*batch, count, seed=seed, dtype=dtype)
    rotation = random_rotation(batch, torch.Generator().manual_seed(seed), dtype=dtype)
    d = directions(*batch, seed=seed + 1, dtype=dtype)
    turned = rotate_harmonics(c, rotation)
    assert turned.shape == c.shape
    before = evaluate_harmonics(c, (rotation.mT @ d[..., None])[..., 0])
    close = {"atol": TOLERANCE[dtype] * 10, "rtol": 0}
    torch.testing.assert_close(evaluate_harmonics(turned, d), before, **close)
    torch.testing.assert_close(turned.norm(dim=-1), c.norm(dim=-1), **close)
    torch.testing.assert_close(rotate_harmonics(turned, rotation.mT), c, **close)


def test_rotations_compose():
    c, g = normal(9), torch.Generator().manual_seed(0)
    a, b = random_rotation((2,), g, dtype=torch.float64)
    twice = rotate_harmonics(rotate_harmonics(c, b), a)
    torch.testing.assert_close(rotate_harmonics(c, a @ b), twice, atol=1e-14, rtol=0)
    torch.testing.assert_close(rotate_harmonics(c, torch.eye(3).double()), c, atol=1e-15, rtol=0)


def test_one_rotation_serves_all_gaussians_of_a_view():
    c = normal(2, 5, 3, 9)
    rotation = random_rotation((2,), torch.Generator().manual_seed(0), dtype=torch.float64)
    turned = rotate_harmonics(c, rotation)
    for v in range(2):
        for n in range(5):
            for channel in range(3):
                alone = rotate_harmonics(c[v, n, channel], rotation[v])
                torch.testing.assert_close(turned[v, n, channel], alone)


def test_gradients():
    c = normal(2, 9).requires_grad_()
    rotation = random_rotation((2,), torch.Generator().manual_seed(0), dtype=torch.float64)
    assert torch.autograd.gradcheck(rotate_harmonics, (c, rotation.requires_grad_()))
    assert torch.autograd.gradcheck(evaluate_harmonics, (c, directions(2).requires_grad_()))


def test_rotation_stays_on_its_device():
    turned = rotate_harmonics(torch.zeros(2, 9, device="meta"), torch.zeros(3, 3, device="meta"))
    assert turned.device.type == "meta"


def test_colour_channels_broadcast():
    assert evaluate_harmonics(normal(5, 3, 9), directions(5, 1)).shape == (5, 3)


@pytest.mark.parametrize("count", [0, 2, 16])
def test_other_numbers_of_coefficients_are_refused(count):
    with pytest.raises(InputError, match=f"There are {count} .*1, 4 and 9"):
        evaluate_harmonics(torch.zeros(count), directions().float())
    with pytest.raises(InputError, match="1, 4 and 9"):
        rotate_harmonics(torch.zeros(count), torch.eye(3))


@pytest.mark.parametrize("degree", [-1, 3])
def test_other_degrees_are_refused(degree):
    with pytest.raises(InputError, match=f"degree {degree}"):
        harmonic_basis(directions(), degree)
