# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rays of any Hypersim lens are those of a turned pinhole camera."""

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.converters.hypersim_camera import (
    PARAMETERS,
    metres_per_asset_unit,
    parameters_file,
    scene_camera,
    split_rays,
)
from anyview.geometry.rays import directions_cam
from tests.data.converters.hypersim_miniature import (
    GL,
    HEIGHT,
    SHIFTED,
    STRAIGHT,
    TILTED,
    WIDTH,
    write_parameters,
)


@pytest.mark.parametrize("cam_from_uv", [STRAIGHT, SHIFTED, TILTED])
def test_every_pixel_keeps_its_ray(cam_from_uv):
    camera = split_rays(torch.from_numpy(cam_from_uv), HEIGHT, WIDTH)
    ours = directions_cam(camera.intrinsics, HEIGHT, WIDTH) @ camera.turned_from_cam[:3, :3]
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    uv = np.stack([2 * x / WIDTH - 1, 1 - 2 * y / HEIGHT, np.ones_like(x)], axis=-1)
    theirs = uv @ cam_from_uv.T @ GL
    theirs = torch.from_numpy(theirs / np.linalg.norm(theirs, axis=-1, keepdims=True))
    np.testing.assert_allclose(ours / ours.norm(dim=-1, keepdim=True), theirs, atol=1e-12)


def test_only_tilted_lenses_turn_the_camera():
    for cam_from_uv, is_turned in ((STRAIGHT, False), (SHIFTED, False), (TILTED, True)):
        camera = split_rays(torch.from_numpy(cam_from_uv), HEIGHT, WIDTH)
        near = torch.allclose(camera.turned_from_cam, torch.eye(4, dtype=torch.float64), atol=1e-12)
        assert near != is_turned


def test_points_project_as_the_published_matrix_of_a_shifted_lens_says():
    """Row ai_041_008 of the published table: both of its matrices, against each other."""
    cam_from_uv = np.array(
        [
            [0.579524123702513, 0, 0],
            [0, 0.447236712006752, 0],
            [-0.14082436247421865, -0.007011482141615686, -1.0231480202975314],
        ]
    )
    clip_from_cam = np.array(
        [
            [1.7255537070849007, 0, 0, 0],
            [0, 2.2359524009399805, 0, 0],
            [-0.2375022928203403, -0.015322651285719562, -0.9773756877418383, 0],
        ]
    )  # rows 0, 1 and 3 of M_proj
    camera = split_rays(torch.from_numpy(cam_from_uv), 768, 1024)
    rng = np.random.default_rng(0)
    ours = np.concatenate([rng.uniform(-1, 1, (50, 2)), rng.uniform(3, 6, (50, 1))], axis=1)
    clip = np.concatenate([ours @ GL, np.ones((50, 1))], axis=1) @ clip_from_cam.T
    theirs = (clip[:, :2] / clip[:, 2:] * [1, -1] + 1) / 2 * [1024, 768]
    turned = ours @ camera.turned_from_cam[:3, :3].numpy().T
    pixels = turned @ camera.intrinsics.numpy().T
    np.testing.assert_allclose(pixels[:, :2] / pixels[:, 2:], theirs, atol=1e-3)


def test_a_mirror_is_refused():
    with pytest.raises(InputError, match="mirror"):
        split_rays(torch.from_numpy(STRAIGHT @ np.diag([1.0, -1.0, 1.0])), HEIGHT, WIDTH)


def test_rows_that_are_absent_or_damaged(tmp_path):
    write_parameters(tmp_path)
    path = tmp_path / PARAMETERS
    assert scene_camera(path, "ai_001_001").width == WIDTH
    with pytest.raises(InputError, match="ai_999_999"):
        scene_camera(path, "ai_999_999")
    write_parameters(tmp_path, np.zeros((3, 3)))
    with pytest.raises(InputError, match="singular"):
        scene_camera(path, "ai_001_001")
    path.write_text("scene_name\nai_001_001\n")
    with pytest.raises(InputError, match="no camera"):
        scene_camera(path, "ai_001_001")


def test_the_table_is_looked_for_and_where_to_get_it_is_said(tmp_path):
    scene = tmp_path / "scenes" / "ai_001_001"
    scene.mkdir(parents=True)
    with pytest.raises(InputError, match="contrib/mikeroberts3000"):
        parameters_file(scene, None)
    write_parameters(tmp_path)
    assert parameters_file(scene, None) == tmp_path / PARAMETERS
    assert parameters_file(scene, "given.csv").name == "given.csv"


@pytest.mark.parametrize("value", ["", "zero", "0", "-1", "nan"])
def test_asset_units_must_be_positive(tmp_path, value):
    path = tmp_path / "metadata_scene.csv"
    path.write_text(f"parameter_name,parameter_value\nmeters_per_asset_unit,{value}\n")
    with pytest.raises(InputError, match="meters_per_asset_unit"):
        metres_per_asset_unit(path)
