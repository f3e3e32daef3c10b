# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import trimesh

from anyview.data.synthetic.parts import Mesh
from anyview.data.synthetic.shapes import (
    box,
    box_between,
    boxes,
    cone,
    cylinder,
    extrude,
    flat,
    lathe,
    loft,
    sphere,
    torus,
    triangulate,
)

from .sound_worlds import assert_sound_mesh

L_SHAPE = ((0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2))
POT = ((0.1, 0), (0.2, 0.3), (0.15, 0.3), (0.05, 0.1))

SOLIDS = {
    "box": (box(1, 2, 3), 6.0, 1e-5),
    "cut": (box(1, 2, 3, 0.1), 5.88, 0.01),
    "rounded": (box(1, 2, 3, 0.2, 6), 5.82, 0.01),
    "between": (box_between((0, 0, 0), (1, 2, 3)), 6.0, 1e-5),
    "cylinder": (cylinder(1, 2, 64), 2 * np.pi, 0.01),
    "cone": (cone(1, 3, 64), np.pi, 0.01),
    "sphere": (sphere(1, 48), 4 / 3 * np.pi, 0.01),
    "torus": (torus(1, 0.2, 48, 24), 2 * np.pi**2 * 0.04, 0.02),
    "extruded": (extrude(L_SHAPE, 2), 6.0, 1e-5),
    "pot": (lathe(POT, 64), None, 0.0),
}


@pytest.mark.parametrize("name", SOLIDS)
def test_solids_are_closed_look_outwards_and_have_their_volume(name):
    mesh, volume, tolerance = SOLIDS[name]
    assert_sound_mesh(mesh)
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=True)
    solid.merge_vertices()
    solid.update_faces(solid.nondegenerate_faces())
    assert solid.is_watertight
    assert solid.volume > 0
    if volume is not None:
        assert solid.volume == pytest.approx(volume, rel=tolerance)


def test_rounding_never_leaves_the_box():
    mesh = box(1, 2, 3, 5.0, 3)
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), (1, 2, 3), atol=1e-5)
    assert mesh.vertices[:, 2].min() == pytest.approx(0, abs=1e-6)


def test_boxes_are_single_boxes():
    low = np.array(((0.0, 0, 0), (1, 2, 3)))
    both = boxes(low, np.add(low, (1, 2, 4)))
    for k in range(2):
        one = box_between(low[k], low[k] + (1, 2, 4))
        np.testing.assert_allclose(both.vertices[8 * k : 8 * k + 8], one.vertices)
        assert np.array_equal(both.faces[12 * k : 12 * k + 12], one.faces + 8 * k)


def test_flat_looks_up():
    mesh = flat(L_SHAPE)
    corners = mesh.vertices[mesh.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normal[:, 2] > 0).all()
    assert normal[:, 2].sum() / 2 == pytest.approx(3.0)


def test_triangulate_covers_a_star_once():
    angle = np.arange(14) * 2 * np.pi / 14
    radius = np.where(np.arange(14) % 2 == 0, 1.0, 0.3)
    star = (radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), -1)).astype(np.float32)
    faces = triangulate(star)
    assert faces.shape == (12, 3)
    a, b, c = (star[faces[:, k]] for k in range(3))
    areas = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assert (areas >= 0).all()
    after = np.roll(star, -1, axis=0)
    whole = (star[:, 0] * after[:, 1] - star[:, 1] * after[:, 0]).sum()
    assert areas.sum() == pytest.approx(whole, rel=1e-5)


def test_triangulate_survives_a_degenerate_outline():
    assert triangulate(np.zeros((5, 2), np.float32)).shape == (3, 3)


def test_open_lofts_have_no_caps():
    rings = np.zeros((3, 4, 3), dtype=np.float32)
    assert len(loft(rings, closed=False).faces) == 2 * 3 * 2
    assert len(loft(rings, caps=False).faces) == 2 * 4 * 2
    assert len(loft(rings, ring=True).faces) == 3 * 4 * 2
    assert len(loft(rings).faces) == 2 * 4 * 2 + 8
    assert isinstance(loft(rings), Mesh)
