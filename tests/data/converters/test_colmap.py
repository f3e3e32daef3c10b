# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP models written by pycolmap itself, text and binary, and read back as scenes."""

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.colmap import find_colmap, read_colmap
from anyview.data.converters.options import ConvertOptions
from tests.data.converters.miniature import NORMAL, SPOT, cameras, check_frame, spot_image

pycolmap = pytest.importorskip("pycolmap")

PARAMS = {
    "SIMPLE_PINHOLE": [60, 31, 25.5],
    "PINHOLE": [60, 62, 31, 25.5],
    "SIMPLE_RADIAL": [60, 31, 25.5, -0.1],
    "RADIAL": [60, 31, 25.5, -0.1, 0.02],
    "OPENCV": [60, 62, 31, 25.5, -0.1, 0.02, 0.002, -0.003],
    "OPENCV_FISHEYE": [60, 62, 31, 25.5, 0.05, -0.02, 0.01, -0.003],
}
NUM_POINTS = 30


def plane_points(count: int = NUM_POINTS) -> np.ndarray:
    """The spot first, then points on the same plane around it."""
    rng = np.random.default_rng(3)
    xy = SPOT[:2] + rng.uniform(-0.5, 0.5, (count, 2))
    xy[0] = SPOT[:2]
    z = SPOT[2] - (xy - SPOT[:2]) @ NORMAL[:2] / NORMAL[2]
    return np.concatenate([xy, z[:, None]], axis=1)


def write_model(folder, model="PINHOLE", *, text=False, noise=None, unknown_pose=None):
    """images/ and sparse/0/ as COLMAP lays them out; every image sees every point."""
    reconstruction = pycolmap.Reconstruction()
    camera = pycolmap.Camera(
        model=model, width=64, height=48, params=PARAMS.get(model, PARAMS["PINHOLE"]), camera_id=1
    )
    reconstruction.add_camera_with_trivial_rig(camera)
    points = plane_points()
    (folder / "images" / "left").mkdir(parents=True)
    for number, view in enumerate(cameras(), start=1):
        cam = points @ view.cam_from_world[:3, :3].T + view.cam_from_world[:3, 3]
        pixels = camera.img_from_cam(cam)
        Image.fromarray(spot_image(pixels[0], (48, 64))).save(
            folder / "images" / "left" / f"{number}.png"
        )
        seen = pixels.copy()
        if noise is not None and number == 1:
            seen += noise
        image = pycolmap.Image(
            name=f"left/{number}.png",
            camera_id=1,
            image_id=number,
            points2D=pycolmap.Point2DList([pycolmap.Point2D(xy) for xy in seen]),
        )
        matrix = view.cam_from_world[:3].copy()
        if number == unknown_pose:
            matrix[:, 3] = np.nan
        pose = pycolmap.Rigid3d(matrix)
        reconstruction.add_image_with_trivial_frame(image, pose)
    for row, xyz in enumerate(points):
        track = pycolmap.Track()
        # The last two points have short tracks.
        for number in range(1, 4 if row < NUM_POINTS - 2 else 3):
            track.add_element(number, row)
        reconstruction.add_point3D(xyz, track, np.zeros(3, dtype=np.uint8))
    model_folder = folder / "sparse" / "0"
    model_folder.mkdir(parents=True)
    (reconstruction.write_text if text else reconstruction.write_binary)(str(model_folder))
    return reconstruction


def read(folder, **options):
    settings = ConvertOptions(**options)
    [source] = find_colmap(folder, settings)
    return source.read()


@pytest.mark.parametrize(
    ("model", "text"), [*((model, False) for model in PARAMS), ("PINHOLE", True), ("OPENCV", True)]
)
def test_every_model_becomes_exact_pinhole_frames(tmp_path, model, text):
    write_model(tmp_path, model, text=text)
    found = read(tmp_path)
    assert [frame.name for frame in found.frames] == ["left/1", "left/2", "left/3"]
    assert found.left_out == ()
    assert found.depth_kind == "sparse"
    assert not found.is_metric
    for frame in found.frames:
        check_frame(frame)
        sparse = frame.read_sparse()
        # Each point projects where the sparse depth says, with the depth that it says.
        points = plane_points()[sparse.point_ids - 1]
        cam = points @ frame.cam_from_world[:3, :3].T + frame.cam_from_world[:3, 3]
        pixels = cam @ frame.intrinsics.T
        np.testing.assert_allclose(sparse.pixels, pixels[:, :2] / pixels[:, 2:], atol=1e-4)
        np.testing.assert_allclose(sparse.depth, cam[:, 2], rtol=1e-6)
        assert ((sparse.pixels >= 0) & (sparse.pixels < [64, 48])).all()
        assert 0 < len(sparse.depth) <= NUM_POINTS - 2


def test_cameras_and_poses_survive_the_round_trip_bit_by_bit(tmp_path):
    write_model(tmp_path)
    for frame, view in zip(read(tmp_path).frames, cameras(), strict=True):
        np.testing.assert_array_equal(frame.intrinsics, [[60, 0, 31], [0, 62, 25.5], [0, 0, 1]])
        np.testing.assert_allclose(frame.cam_from_world, view.cam_from_world, atol=1e-12)


def test_short_tracks_and_bad_sightings_are_left_out(tmp_path):
    noise = np.zeros((NUM_POINTS, 2))
    noise[5] = [3.0, 0.0]
    write_model(tmp_path, noise=noise)
    first, second, _ = (set(frame.read_sparse().point_ids) for frame in read(tmp_path).frames)
    assert 6 not in first
    assert 6 in second
    assert not {NUM_POINTS - 1, NUM_POINTS} & (first | second)
    lenient = read(tmp_path, min_track_length=2, max_error_px=4.0).frames[0]
    assert {6, NUM_POINTS - 1, NUM_POINTS} <= set(lenient.read_sparse().point_ids)


def test_images_of_half_the_size_are_understood(tmp_path):
    write_model(tmp_path)
    for path in (tmp_path / "images" / "left").iterdir():
        Image.open(path).resize((32, 24), Image.Resampling.BOX).save(path)
    for frame in read(tmp_path).frames:
        assert frame.size == (24, 32)
        check_frame(frame)


def test_an_image_that_is_not_there_is_left_out_and_named(tmp_path):
    write_model(tmp_path)
    (tmp_path / "images" / "left" / "2.png").unlink()
    found = read(tmp_path)
    assert [frame.name for frame in found.frames] == ["left/1", "left/3"]
    [left_out] = found.left_out
    assert left_out.name == "left/2"
    assert "no such file" in left_out.reason


def test_an_image_of_another_shape_is_left_out(tmp_path):
    write_model(tmp_path)
    Image.new("RGB", (64, 64)).save(tmp_path / "images" / "left" / "1.png")
    [left_out] = read(tmp_path).left_out
    assert "64x64" in left_out.reason
    assert "64x48" in left_out.reason


def test_a_nan_pose_is_left_out(tmp_path):
    write_model(tmp_path, unknown_pose=2)
    found = read(tmp_path)
    assert [frame.name for frame in found.frames] == ["left/1", "left/3"]
    [left_out] = found.left_out
    assert left_out.name == "left/2"
    assert "NaN" in left_out.reason


def test_models_of_before_rigs_are_read(tmp_path):
    write_model(tmp_path, text=True)
    for name in ("rigs.txt", "frames.txt"):
        (tmp_path / "sparse" / "0" / name).unlink()
    for frame in read(tmp_path).frames:
        check_frame(frame)


def test_images_of_a_model_that_cannot_be_undistorted_are_left_out_with_the_way_out(tmp_path):
    write_model(tmp_path, text=True)
    path = tmp_path / "sparse" / "0" / "cameras.txt"
    path.write_text("1 FOV 64 48 60 62 31 25.5 0.9\n")
    found = read(tmp_path)
    assert found.frames == ()
    assert all("FOV" in left.reason for left in found.left_out)
    assert all("image_undistorter" in left.reason for left in found.left_out)


def test_unknown_model_names_are_refused(tmp_path):
    write_model(tmp_path, text=True)
    path = tmp_path / "sparse" / "0" / "cameras.txt"
    path.write_text(path.read_text().replace("PINHOLE", "MAGIC"))
    with pytest.raises(InputError, match="not a readable COLMAP model"):
        read(tmp_path)


def test_no_model_no_image_folder_no_images(tmp_path):
    with pytest.raises(InputError, match="no COLMAP model"):
        find_colmap(tmp_path, ConvertOptions())
    empty = pycolmap.Reconstruction()
    (tmp_path / "sparse" / "0").mkdir(parents=True)
    empty.write_binary(str(tmp_path / "sparse" / "0"))
    with pytest.raises(InputError, match="has no images"):
        read_colmap(tmp_path, tmp_path / "sparse" / "0", ConvertOptions())
    write_model(tmp_path / "b")
    (tmp_path / "b" / "images").rename(tmp_path / "b" / "pictures")
    with pytest.raises(InputError, match="images/"):
        read(tmp_path / "b")


def test_a_cut_off_file_is_refused(tmp_path):
    write_model(tmp_path)
    path = tmp_path / "sparse" / "0" / "images.bin"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="COLMAP"):
        read(tmp_path)
