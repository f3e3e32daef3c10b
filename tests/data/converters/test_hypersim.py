# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A small Hypersim scene: distances become z-depth, asset units metres, tilted lenses pinholes."""

import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.converters.hypersim import TonemappedColor, find_hypersim, read_hdf5
from anyview.data.converters.options import ConvertOptions
from tests.data.converters.hypersim_miniature import (
    METRES,
    SHIFTED,
    STRAIGHT,
    TILTED,
    hdf5,
    write_scene_files,
)
from tests.data.converters.miniature import POSES, Camera, check_frame, depth_along


def read(folder, **options):
    [source] = find_hypersim(folder, ConvertOptions(**options))
    return source.read()


@pytest.mark.parametrize("cam_from_uv", [STRAIGHT, SHIFTED, TILTED])
def test_frames_are_exact_pinhole_views(tmp_path, cam_from_uv):
    write_scene_files(tmp_path, cam_from_uv)
    found = read(tmp_path)
    assert found.name == "ai_001_001_cam_00"
    assert found.is_metric
    assert found.is_ordered
    assert found.depth_kind == "exact"
    assert len(found.frames) == 3
    for frame in found.frames:
        check_frame(frame)
        view = Camera(frame.intrinsics, frame.cam_from_world)
        depth = frame.read_depth()
        assert (depth[0, :5] == 0).all()  # NaN in the file
        # Half floats of the file carry three digits.
        known = depth > 0
        np.testing.assert_allclose(depth[known], depth_along(view, view.rays())[known], rtol=1.5e-3)


def test_straight_lens_keeps_the_pose_and_the_published_field_of_view(tmp_path):
    write_scene_files(tmp_path)
    for frame, pose in zip(read(tmp_path).frames, POSES, strict=True):
        np.testing.assert_allclose(frame.cam_from_world, pose, atol=1e-9)
        focal = 32 / np.tan(np.pi / 6)
        np.testing.assert_allclose(
            frame.intrinsics, [[focal, 0, 32], [0, focal, 24], [0, 0, 1]], atol=1e-9
        )


def test_lossless_colour_is_preferred_and_tone_mapped(tmp_path):
    write_scene_files(tmp_path, hdr=True)
    for frame in read(tmp_path).frames:
        assert isinstance(frame.read_image, TonemappedColor)
        check_frame(frame)


def test_tone_mapping_puts_the_ninetieth_percentile_at_four_fifths(tmp_path):
    color = np.random.default_rng(0).uniform(0, 50, (20, 30, 1)).repeat(3, axis=-1)
    color[0, 0] = np.nan
    entities = np.ones((20, 30), np.int32)
    entities[1] = -1
    color[1] = 1e6  # no surface: a lamp must not set the exposure
    hdf5(tmp_path / "c.hdf5", color)
    hdf5(tmp_path / "e.hdf5", entities)
    image = TonemappedColor(tmp_path / "c.hdf5", tmp_path / "e.hdf5")()
    surface = np.ones((20, 30), bool)
    surface[0, 0] = False
    surface[1] = False
    assert abs(np.percentile(image[..., 0][surface], 90) - 0.8 * 255) < 2
    assert (image[1] == 255).all()
    assert (image[0, 0] == 0).all()


def test_black_images_stay_black(tmp_path):
    hdf5(tmp_path / "c.hdf5", np.zeros((4, 5, 3)))
    assert TonemappedColor(tmp_path / "c.hdf5", None)().max() == 0


def test_one_scene_or_a_folder_of_scenes(tmp_path):
    scene = write_scene_files(tmp_path)
    for source in (scene, tmp_path):
        assert [s.name for s in find_hypersim(source, ConvertOptions())] == ["ai_001_001_cam_00"]
    assert len(read(scene).frames) == 3  # the table of cameras is found above


def test_frames_without_image_or_pose_are_left_out(tmp_path):
    scene = write_scene_files(tmp_path)
    preview = scene / "images" / "scene_cam_00_final_preview"
    (preview / "frame.0001.tonemap.jpg").unlink()
    hdf5(scene / "images" / "scene_cam_00_geometry_hdf5" / "frame.0007.depth_meters.hdf5", [[1.0]])
    found = read(tmp_path)
    assert [frame.name for frame in found.frames] == ["frame.0000", "frame.0002"]
    reasons = {item.name: item.reason for item in found.left_out}
    assert "neither" in reasons["frame.0001"]
    assert "poses for 3 frames" in reasons["frame.0007"]


def test_a_nan_pose_is_left_out(tmp_path):
    scene = write_scene_files(tmp_path)
    path = scene / "_detail" / "cam_00" / "camera_keyframe_positions.hdf5"
    positions = read_hdf5(path)
    positions[1] = np.nan
    hdf5(path, positions)
    found = read(tmp_path)
    assert len(found.frames) == 2
    assert "NaN" in found.left_out[0].reason


def test_positions_are_asset_units(tmp_path):
    scene = write_scene_files(tmp_path)
    before = read(tmp_path).frames[1].cam_from_world
    (scene / "_detail" / "metadata_scene.csv").write_text(
        f"parameter_name,parameter_value\nmeters_per_asset_unit,{2 * METRES}\n"
    )
    after = read(tmp_path).frames[1].cam_from_world
    np.testing.assert_allclose(after[:3, 3], 2 * before[:3, 3])


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda s: (s / "_detail" / "metadata_scene.csv").unlink(), "no such file"),
        (
            lambda s: (s / "_detail" / "cam_00" / "camera_keyframe_positions.hdf5").write_text("x"),
            "not a readable HDF5",
        ),
        (
            lambda s: hdf5(
                s / "_detail" / "cam_00" / "camera_keyframe_positions.hdf5", np.zeros((2, 3))
            ),
            "must be",
        ),
        (
            lambda s: [p.unlink() for p in (s / "images" / "scene_cam_00_geometry_hdf5").iterdir()],
            "has no frame",
        ),
    ],
)
def test_what_all_frames_need_is_named(tmp_path, break_it, message):
    break_it(write_scene_files(tmp_path))
    with pytest.raises(InputError, match=message):
        read(tmp_path)


def test_no_scene(tmp_path):
    with pytest.raises(InputError, match="no Hypersim scene"):
        find_hypersim(tmp_path, ConvertOptions())
