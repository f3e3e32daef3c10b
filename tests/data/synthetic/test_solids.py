# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.parts import Mesh
from anyview.data.synthetic.solids import NUM_KINDS, random_solid, tumbled

from .sound_worlds import assert_sound_mesh


@pytest.mark.parametrize("kind", range(NUM_KINDS))
def test_solids_fit_a_unit_cube(kind):
    shapes = []
    for seed in range(4):
        mesh = random_solid(np.random.default_rng(seed), kind)
        assert_sound_mesh(mesh)
        assert np.ptp(mesh.vertices, axis=0).max() == pytest.approx(1.0, abs=1e-4)
        assert np.abs(mesh.vertices).max() <= 0.501
        shapes.append(mesh.vertices.std(axis=0).round(4).tobytes())
        again = random_solid(np.random.default_rng(seed), kind)
        assert np.array_equal(mesh.vertices, again.vertices)
    if kind not in (11,):
        assert len(set(shapes)) > 1


def test_any_kind_is_drawn():
    rng = np.random.default_rng(0)
    faces = {len(random_solid(rng).faces) for _ in range(80)}
    assert len(faces) > 15


def test_tumbled_shapes_lie_on_the_ground():
    rng = np.random.default_rng(0)
    mesh = random_solid(rng, 6)
    turned = tumbled(mesh, rng)
    assert isinstance(turned, Mesh)
    assert turned.vertices[:, 2].min() == pytest.approx(0, abs=1e-6)
    edge = np.linalg.norm(mesh.vertices[0] - mesh.vertices[-1])
    assert np.linalg.norm(turned.vertices[0] - turned.vertices[-1]) == pytest.approx(edge, rel=1e-5)
