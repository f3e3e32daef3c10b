# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import trimesh

from anyview.data.synthetic.shapes import box, sphere
from anyview.data.synthetic.soft_shapes import (
    bars,
    cable,
    cloth,
    curtain,
    cushion,
    frame,
    height_field,
    leaf_cluster,
    leaves,
    lumpy,
    pile,
    spring,
    tube,
)

from .sound_worlds import assert_sound_mesh


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_tube_keeps_its_distance_from_the_path():
    path = np.array(((0, 0, 0), (0, 0, 1), (0, 0, 2)), dtype=np.float32)
    mesh = tube(path, 0.1, 12)
    solid = trimesh.Trimesh(mesh.vertices, mesh.faces)
    assert solid.is_watertight
    assert solid.volume == pytest.approx(2 * np.pi * 0.01, rel=0.06)
    np.testing.assert_allclose(np.linalg.norm(mesh.vertices[:36, :2], axis=1), 0.1, rtol=1e-5)


@pytest.mark.parametrize("path", [((0, 0, 0), (1, 0, 0)), ((0, 0, 0), (0, 3, 0), (0, 3, 0))])
def test_tubes_of_any_direction_are_finite(path):
    assert_sound_mesh(tube(path, 0.1))


def test_radius_may_vary():
    mesh = tube(((0, 0, 0), (0, 0, 1)), np.array((0.1, 0.5)), 8)
    top = mesh.vertices[8:16]
    np.testing.assert_allclose(np.linalg.norm(top[:, :2], axis=1), 0.5, rtol=1e-5)


def test_bars_run_from_start_to_end():
    starts = np.array(((0.0, 0, 0), (1, 1, 0), (0, 0, 5)))
    ends = np.array(((0.0, 0, 2), (3, 1, 0), (1, 2, 6)))
    mesh = bars(starts, ends, 0.05, 6)
    each = mesh.vertices.reshape(3, -1, 3)
    np.testing.assert_allclose(each[:, :6].mean(axis=1), starts, atol=1e-5)
    np.testing.assert_allclose(each[:, 6:12].mean(axis=1), ends, atol=1e-5)
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).volume > 0
    away = np.linalg.norm(each[:, :6] - starts[:, None], axis=2)
    np.testing.assert_allclose(away, 0.05, rtol=1e-4)


def test_cable_hangs_through():
    mesh = cable(np.array((0.0, 0, 2)), np.array((4.0, 0, 2)), 0.5, 0.01, points=13)
    assert mesh.vertices[:, 2].min() == pytest.approx(1.5, abs=0.02)
    assert mesh.vertices[:, 2].max() <= 2.02


def test_height_field_is_centred_and_looks_up():
    heights = np.arange(6, dtype=np.float32).reshape(2, 3)
    mesh = height_field(heights, 4.0, 2.0)
    assert np.abs(mesh.vertices[:, :2]).max(axis=0).tolist() == [2, 1]
    assert mesh.vertices[:, 2].tolist() == heights.ravel().tolist()
    corners = mesh.vertices[mesh.faces]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normal[:, 2] > 0).all()


def test_cloths_have_their_size(rng):
    sheet = curtain(rng, 1.2, 2.0, 0.1)
    assert np.ptp(sheet.vertices[:, 0]) == pytest.approx(1.2, rel=1e-5)
    assert np.ptp(sheet.vertices[:, 2]) == pytest.approx(2.0, rel=1e-5)
    assert 0.02 < np.abs(sheet.vertices[:, 1]).max() < 0.1
    blanket = cloth(rng, 1.0, 2.0, 0.2)
    assert blanket.vertices[:, 2].min() >= 0
    assert blanket.vertices[:, 2].max() == pytest.approx(0.2, rel=1e-5)
    pillow = cushion(0.6, 0.4, 0.2)
    np.testing.assert_allclose(np.ptp(pillow.vertices, axis=0), (0.6, 0.4, 0.2), rtol=0.02)
    assert pillow.vertices[:, 2].min() == pytest.approx(0, abs=1e-6)


def test_lumps_stay_near_the_shape(rng):
    ball = sphere(1.0, 16)
    radius = np.linalg.norm(lumpy(ball, rng, 0.2, 1.0).vertices, axis=1)
    assert radius.std() > 0.01
    assert radius.min() > 0.6
    assert radius.max() < 1.4


def test_leaves_start_at_their_stalks_and_hang(rng):
    stalks = rng.normal(size=(5, 3))
    out = np.tile((1.0, 0.0, 0.0), (5, 1))
    mesh = leaves(stalks, out, 0.5, 0.1, 0.4)
    each = mesh.vertices.reshape(5, 6, 3)
    np.testing.assert_allclose(each[:, 0], stalks, atol=1e-6)
    np.testing.assert_allclose(each[:, 5], np.add(stalks, (0.5, 0, -0.2)), atol=1e-6)
    assert len(mesh.faces) == 20
    upright = leaves(stalks, np.tile((0.0, 0.0, 1.0), (5, 1)), 0.5, 0.1)
    assert_sound_mesh(upright)


def test_other_soft_shapes_are_sound(rng):
    for mesh in (leaf_cluster(rng, 9, 1, 0.3, 0.1), spring(0.1, 0.5, 4, 0.01)):
        assert_sound_mesh(mesh)
    rim = frame(1.0, 0.8, 0.1, 0.03)
    assert_sound_mesh(rim)
    middle = np.abs(rim.vertices[:, 0]) < 0.39
    assert not middle.any(), "a frame is open in the middle"


def test_pile_stands_one_on_the_other():
    mesh = pile([box(1, 1, 1), sphere(0.5, 8), box(1, 1, 0.25)])
    assert np.ptp(mesh.vertices[:, 2]) == pytest.approx(2.25)
