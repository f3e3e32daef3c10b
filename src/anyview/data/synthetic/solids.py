# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Random shapes that are nothing in particular: what keeps a model from knowing every shape."""

import numpy as np

from anyview.data.synthetic.parts import Mesh, apply, place
from anyview.data.synthetic.shapes import (
    box,
    cone,
    cylinder,
    extrude,
    lathe,
    sphere,
    torus,
)
from anyview.data.synthetic.soft_shapes import (
    bars,
    cloth,
    curtain,
    cushion,
    frame,
    leaf_cluster,
    lumpy,
    spring,
    tube,
)

Rng = np.random.Generator

THIN_KINDS = 6
"""So many of the kinds are thin: bars, wires, sheets, leaves."""
NUM_KINDS = 18


def random_solid(rng: Rng, kind: int | None = None) -> Mesh:
    """A shape that fits into a cube of edge 1 about 0.

    Args:
        rng: Draws kind and proportions.
        kind: 0 to ``NUM_KINDS`` - 1, the first ``THIN_KINDS`` of them thin; None: any.
    """
    which = int(rng.integers(NUM_KINDS)) if kind is None else kind
    mesh = _thin(which, rng) if which < THIN_KINDS else _solid(which, rng)
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    largest = float((high - low).max())
    centred = (mesh.vertices - (low + high) / 2) / np.float32(largest)
    return Mesh(centred.astype(np.float32), mesh.faces)


def _thin(which: int, rng: Rng) -> Mesh:
    if which == 0:  # a grid or fence
        count = int(rng.integers(3, 12))
        x = np.linspace(-0.5, 0.5, count)
        low = np.stack((x, 0 * x, 0 * x - 0.5), axis=-1)
        high = np.add(low, (0, 0, 1))
        if rng.random() < 0.5:
            low = np.concatenate((low, low[:, (2, 1, 0)]))
            high = np.concatenate((high, high[:, (2, 1, 0)]))
        return bars(low, high, rng.uniform(0.006, 0.03))
    if which == 1:  # a wire
        path = np.cumsum(rng.normal(0, 1, (10, 3)), axis=0)
        fine = np.linspace(0, 9, 40)
        smooth = np.stack([np.interp(fine, np.arange(10), path[:, k]) for k in range(3)], axis=-1)
        return tube(smooth, 0.03 * float(np.ptp(path, axis=0).max()) * rng.uniform(0.3, 1))
    if which == 2:
        return spring(1.0, rng.uniform(1, 4), rng.uniform(3, 8), rng.uniform(0.05, 0.2))
    if which == 3:
        return curtain(rng, rng.uniform(0.5, 1.5), rng.uniform(0.5, 1.5), rng.uniform(0.03, 0.2))
    if which == 4:
        return leaf_cluster(rng, int(rng.integers(20, 120)), 0.5, 0.3, rng.uniform(0.05, 0.2))
    return frame(1.0, rng.uniform(0.5, 1.5), rng.uniform(0.03, 0.15), rng.uniform(0.02, 0.2))


def _solid(which: int, rng: Rng) -> Mesh:
    a, b, c = (float(size) for size in rng.uniform(0.25, 1.0, 3))
    makers = (
        lambda: box(a, b, c),
        lambda: box(a, b, c, 0.12 * min(a, b, c), 1),
        lambda: box(a, b, c, rng.uniform(0.1, 0.45) * min(a, b, c), 3),
        lambda: cylinder(a / 2, b, 24),
        lambda: cone(a / 2, b, 24),
        lambda: sphere(0.5, 24).scaled(a, b, c),
        lambda: torus(0.5, 0.05 + 0.3 * a, 28, 12),
        lambda: lumpy(sphere(0.5, 24).scaled(a, b, c), rng, rng.uniform(0.1, 0.45), 0.6),
        lambda: extrude(_outline(rng), c * 0.6),
        lambda: _turned(rng),
        lambda: cushion(a, b, 0.4 * c),
        lambda: cloth(rng, 1.0, b, 0.3 * c),
    )
    return makers[which - THIN_KINDS]()


def _outline(rng: Rng) -> np.ndarray:
    """A star, a letter-like or a rounded outline, counter-clockwise."""
    if rng.random() < 0.3:
        t = rng.uniform(0.15, 0.4)
        shape = ((0, 0), (1, 0), (1, t), (t, t), (t, 1), (0, 1))
        return np.array(shape, dtype=np.float32)
    count = int(rng.integers(3, 13))
    angle = np.arange(count) * 2 * np.pi / count
    radius = rng.uniform(0.35, 1.0, count) if rng.random() < 0.5 else np.ones(count)
    if count % 2 == 0 and rng.random() < 0.5:
        radius = np.where(np.arange(count) % 2 == 0, 1.0, rng.uniform(0.35, 0.8))
    points = radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=-1)
    return points.astype(np.float32)


def _turned(rng: Rng) -> Mesh:
    level = np.linspace(0, 1, 16)
    radius = 0.3 + 0.15 * np.sin(level * rng.uniform(2, 12) + rng.uniform(0, 6))
    radius += 0.12 * np.sin(level * rng.uniform(2, 25) + rng.uniform(0, 6))
    return lathe(np.stack((np.maximum(radius, 0.02), level), axis=-1), 24)


def tumbled(mesh: Mesh, rng: Rng) -> Mesh:
    """Turned any way, lowest point on z = 0."""
    yaw, pitch, roll = rng.uniform(0, 2 * np.pi, 3)
    vertices = apply(place(yaw=yaw, pitch=pitch, roll=roll), mesh.vertices)
    vertices[:, 2] -= vertices[:, 2].min()
    return Mesh(vertices, mesh.faces)
