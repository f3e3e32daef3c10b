# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.parts import Builder, Mesh, apply, merge, place, repeat, rotation
from anyview.data.synthetic.shapes import box, boxes, sphere
from anyview.data.synthetic.world import Lamp, Material, Sky

RED = Material("plain", (0.8, 0.1, 0.1))
BLUE = Material("plain", (0.1, 0.1, 0.8))


def test_place_scales_turns_and_moves():
    points = np.array(((1, 0, 0), (0, 0, 1)), dtype=np.float32)
    got = apply(place(1, 2, 3, yaw=np.pi / 2, scale=2.0), points)
    np.testing.assert_allclose(got, ((1, 4, 3), (1, 2, 5)), atol=1e-6)


@pytest.mark.parametrize("angles", [(0.3, 0, 0), (0, 0.4, 0), (0, 0, 0.5), (1.0, -2.0, 0.7)])
def test_rotation_is_the_product_of_its_turns(angles):
    yaw, pitch, roll = angles
    turn = rotation(yaw, pitch, roll)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-6)
    product = rotation(yaw=yaw) @ rotation(roll=roll) @ rotation(pitch=pitch)
    np.testing.assert_allclose(turn, product, atol=1e-6)
    assert np.linalg.det(turn) == pytest.approx(1.0, abs=1e-5)


def test_repeat_is_merge_of_transformed():
    poses = np.stack([place(x, 0, 0, yaw=x) for x in (0.0, 1.0, 2.0)])
    mesh = sphere(0.5, 8)
    one, other = repeat(mesh, poses), merge([mesh.transformed(pose) for pose in poses])
    np.testing.assert_allclose(one.vertices, other.vertices, atol=1e-6)
    assert np.array_equal(one.faces, other.faces)
    assert len(merge([]).faces) == 0


def test_mesh_moves_and_scales():
    mesh = box(1, 1, 1)
    assert mesh.moved(z=2).vertices[:, 2].min() == 2
    assert np.ptp(mesh.scaled(2, 3, 4).vertices, axis=0).tolist() == [2, 3, 4]
    assert np.ptp(mesh.scaled(2).vertices, axis=0).tolist() == [2, 2, 2]


def _world(built: Builder):
    return built.world(
        "test",
        lamps=[Lamp((1.0, 1.0, 1.0))],
        sky=Sky(),
        camera_box=((0, 0, 0), (1, 1, 1)),
        size_m=1.0,
    )


def test_builder_shares_blocks_out():
    built = Builder()
    low = np.zeros((3, 3))
    built.add(boxes(low, low + 1), (RED, BLUE, RED), (4, 5, 6))
    world = _world(built)
    assert world.materials == (RED, BLUE)
    assert world.face_material.tolist() == [0] * 12 + [1] * 12 + [0] * 12
    assert world.face_object.tolist() == [4] * 12 + [5] * 12 + [6] * 12
    assert built.new_object() == 7


def test_builder_refuses_blocks_that_do_not_fit():
    with pytest.raises(AssertionError, match="do not divide"):
        Builder().add(box(1, 1, 1), (RED,) * 5)


def test_add_all_keeps_parts_apart_or_joins_them():
    inner = Builder()
    inner.add(box(1, 1, 1), BLUE, 0)
    inner.add(box(1, 1, 1), RED, 2)
    built = Builder()
    built.add(box(1, 1, 1), RED, built.new_object())
    built.add_all(inner, place(5))
    built.add_all(inner, place(9), 8)
    built.add_all(Builder())
    world = _world(built)
    assert world.face_object.tolist() == [1] * 12 + [0] * 12 + [3] * 12 + [8] * 24
    assert world.materials == (RED, BLUE)
    shown = [world.materials[k] for k in world.face_material[::12]]
    assert shown == [RED, BLUE, RED, BLUE, RED]
    assert world.vertices[:, 0].max() == 9.5
    assert inner.bounds()[1][0] == 0.5


def test_bounds_and_boxes_of_objects_follow_what_is_added():
    built = Builder()
    assert built.object_centres().shape == (0, 3)
    assert len(built.mesh().faces) == 0
    built.add(box(1, 1, 1), RED)
    assert built.object_centres().shape == (0, 3)
    assert built.bounds()[1].tolist() == [0.5, 0.5, 1.0]
    built.add(box(1, 1, 2), RED, 3, place(4))
    built.add(box(1, 1, 2), RED, 1)
    built.add(box(1, 1, 2), RED, 3, place(6))
    low, high = built.object_boxes()
    assert low.tolist() == [[-0.5, -0.5, 0], [3.5, -0.5, 0]]
    assert high.tolist() == [[0.5, 0.5, 2], [6.5, 0.5, 2]]
    assert built.object_centres().tolist() == [[0, 0, 1], [5, 0, 1]]
    assert built.bounds()[1].tolist() == [6.5, 0.5, 2.0]
    assert len(built.mesh().faces) == 48
    assert _world(built).focus.tolist() == [[0, 0, 1], [5, 0, 1]]


def test_empty_meshes_add_nothing():
    built = Builder()
    built.add(box(1, 1, 1), RED)
    built.add(Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)), BLUE)
    assert _world(built).materials == (RED,)
