# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Value noise for many points at once, from an integer hash: no tables, so it vectorises.

Everything is kept in 32 bits by hand; one wider number would halve the speed.

Importing needs numba (see ``kernels``).
"""

import numpy as np

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray

F = np.float32
S = np.int32
U = np.uint32


@part_of_kernel
def _scramble(h: np.uint32) -> np.float32:
    """A number in [0, 1) that looks random, from any 32 bits (after Wellons' ``lowbias32``)."""
    h = U(h ^ (h >> U(16)))
    h = U(h * U(0x7FEB352D))
    h = U(h ^ (h >> U(15)))
    h = U(h * U(0x846CA68B))
    return F(S(h >> U(8))) * F(1.0 / 16777216.0)


@part_of_kernel
def _value(x: np.float32, y: np.float32, z: np.float32) -> np.float32:
    """Smooth noise in [0, 1), one cell a unit."""
    fx = np.floor(x)
    fy = np.floor(y)
    fz = np.floor(z)
    x = F(x - fx)
    y = F(y - fy)
    z = F(z - fz)
    a0 = U(U(S(fx)) * U(0x9E3779B1))
    b0 = U(U(S(fy)) * U(0x85EBCA77))
    c0 = U(U(S(fz)) * U(0xC2B2AE3D))
    a1 = U(a0 + U(0x9E3779B1))
    b1 = U(b0 + U(0x85EBCA77))
    c1 = U(c0 + U(0xC2B2AE3D))
    x = x * x * (F(3.0) - F(2.0) * x)
    y = y * y * (F(3.0) - F(2.0) * y)
    z = z * z * (F(3.0) - F(2.0) * z)
    p = _scramble(U(U(a0 + b0) + c0))
    q = _scramble(U(U(a0 + b1) + c0))
    r = _scramble(U(U(a0 + b0) + c1))
    s = _scramble(U(U(a0 + b1) + c1))
    p += x * (_scramble(U(U(a1 + b0) + c0)) - p)
    q += x * (_scramble(U(U(a1 + b1) + c0)) - q)
    r += x * (_scramble(U(U(a1 + b0) + c1)) - r)
    s += x * (_scramble(U(U(a1 + b1) + c1)) - s)
    p += y * (q - p)
    r += y * (s - r)
    return F(p + z * (r - p))


@kernel
def octaves(points: FloatArray, num_octaves: int) -> FloatArray:
    """Sum of ever finer noise, [N] in [0, 1] around 0.5.

    Args:
        points: [4, N], place with one coarsest cell a unit, and the footprint of a pixel in such
            cells; finer detail fades to its mean.
        num_octaves: Each has half the cell size and 0.55 of the strength of the one before.
    """
    count = points.shape[1]
    x = points[0].copy()
    y = points[1].copy()
    z = points[2].copy()
    blur = points[3].copy()
    out = np.full(count, F(0.5), dtype=np.float32)
    amplitude = F(0.55)
    size = F(1.0)
    for _ in range(num_octaves):
        for n in range(count):
            weight = min(max(F(1.6) - F(1.8) * size * blur[n], F(0.0)), F(1.0))
            out[n] += amplitude * weight * (_value(x[n], y[n], z[n]) - F(0.5))
            # Turned a little between octaves, so that the grid does not show.
            turned = F(1.93) * x[n] + F(0.61) * y[n] + F(7.3)
            y[n] = F(1.93) * y[n] - F(0.61) * x[n] + F(3.1)
            x[n] = turned
            z[n] = F(2.03) * z[n] + F(5.7)
        size = F(size * F(2.03))
        amplitude = F(amplitude * F(0.55))
    return np.minimum(np.maximum(out, F(0.0)), F(1.0))
