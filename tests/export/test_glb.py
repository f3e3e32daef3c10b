# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import struct

import numpy as np
import pytest
import torch
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.export.glb import gltf_from_world, write_glb
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction

from .conftest import KEEP_ALL

OPTIONS = ExportOptions(**KEEP_ALL)


@pytest.fixture(scope="module")
def file(room, tmp_path_factory):
    (path,) = write_glb(room, tmp_path_factory.mktemp("glb"), OPTIONS)
    return path


@pytest.fixture(scope="module")
def tree(file):
    content = file.read_bytes()
    magic, version, length, json_length = struct.unpack("<4sIII", content[:16])
    assert (magic, version, length) == (b"glTF", 2, len(content))
    return json.loads(content[20 : 20 + json_length])


@settings(deadline=None, max_examples=20)
@given(st.tuples(*[st.floats(-10, 10, width=32)] * 3))
def test_axes_turn_by_half_a_turn_about_x_and_back(point):
    x, y, z = point
    turned = gltf_from_world(torch.tensor(point))
    assert turned.tolist() == [x, -y, -z]
    assert gltf_from_world(turned).tolist() == [x, y, z]


def test_the_change_of_axes_is_a_rotation():
    assert torch.linalg.det(gltf_from_world(torch.eye(3))) == 1


def test_points_and_colors_reload(room, file):
    cloud = cloud_from_prediction(room, OPTIONS)
    scene = trimesh.load_scene(file)
    transform, name = scene.graph["points"]
    assert np.array_equal(transform, np.eye(4))
    points = scene.geometry[name]
    assert np.array_equal(points.vertices.astype(np.float32), gltf_from_world(cloud.points).numpy())
    assert np.array_equal(points.colors[:, :3], cloud.colors.numpy())


def test_cameras_are_named_nodes_at_their_place_that_look_at_the_scene(room, file):
    scene = trimesh.load_scene(file, skip_materials=True)
    assert set(scene.graph.nodes_geometry) == {"points", *(f"camera_{n}" for n in room.names)}
    for view, name in enumerate(room.names):
        assert scene.graph.transforms.parents[f"camera_{name}"] == "cameras"
        rotation = room.extrinsics[view, :, :3].double()
        center = -rotation.T @ room.extrinsics[view, :, 3].double()
        mesh = scene.geometry[f"camera_{name}"]
        distance = np.linalg.norm(mesh.vertices - gltf_from_world(center.float()).numpy(), axis=1)
        assert distance.min() < 0.03 * distance.max()
        forward = gltf_from_world(rotation[2].float()).numpy()
        middle = mesh.vertices.mean(axis=0) - gltf_from_world(center.float()).numpy()
        assert middle @ forward > 0.9 * np.linalg.norm(middle)
        assert len(np.unique(mesh.visual.vertex_colors, axis=0)) == 1


def test_up_in_the_image_is_up_in_the_file(file):
    # The first camera is level: its mark stands on the upper side of the image, towards +Y.
    mesh = trimesh.load_scene(file, skip_materials=True).geometry["camera_front"]
    y = mesh.vertices[:, 1]
    assert y.max() > 1.2 * abs(y.min())


def test_camera_size_is_an_option(room, tmp_path):
    for size in (0.1, 0.4):
        options = dataclasses.replace(OPTIONS, camera_size=size)
        (path,) = write_glb(room, tmp_path, options)
        mesh = trimesh.load_scene(path).geometry["camera_front"]
        assert np.linalg.norm(mesh.vertices, axis=1).max() == pytest.approx(size, rel=0.15)


def test_everything_is_unlit_and_the_unit_is_said(tree):
    assert tree["extensionsUsed"] == ["KHR_materials_unlit"]
    assert [list(m["extensions"]) for m in tree["materials"]] == [["KHR_materials_unlit"]]
    primitives = [p for mesh in tree["meshes"] for p in mesh["primitives"]]
    assert {p["material"] for p in primitives} == {0}
    assert all("COLOR_0" in p["attributes"] for p in primitives)
    notes = tree["scenes"][0]["extras"]
    assert notes["unit"] == "m"
    assert notes["scale_note"] == "metres, from the test"
    assert notes["cameras"] == "predicted"
    assert "y up" in notes["axes"]


def test_a_single_view_without_camera_is_shown_and_called_a_guess(mono, tmp_path):
    (path,) = write_glb(mono, tmp_path, ExportOptions(edge_threshold=0.0))
    scene = trimesh.load_scene(path)
    assert "guessed" in scene.metadata["cameras"]
    assert scene.geometry["points"].vertices[:, 2].max() < 0  # in front of a camera that faces -z


def test_a_view_may_be_called_like_a_node_of_ours(room, tmp_path):
    renamed = dataclasses.replace(room, names=("points", "cameras", "world"))
    (path,) = write_glb(renamed, tmp_path, OPTIONS)
    assert len(trimesh.load_scene(path).geometry) == 4
