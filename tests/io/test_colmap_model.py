# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP models against pycolmap, both ways; damage is told, whatever it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError, OutputError
from anyview.io.colmap_model import find_colmap_model, read_colmap_model, write_colmap_model
from anyview.io.colmap_records import (
    ColmapCamera,
    ColmapImage,
    ColmapModel,
    ColmapPoints,
    ColmapPose,
)

pycolmap = pytest.importorskip("pycolmap")


def made_by_colmap(seed: int = 0):
    """Two rigs of two cameras, features with and without points."""
    pycolmap.set_random_seed(seed)
    options = pycolmap.SyntheticDatasetOptions()
    options.num_rigs = options.num_cameras_per_rig = options.num_frames_per_rig = 2
    options.num_points3D = 9
    options.sensor_from_rig_translation_stddev = 0.1
    options.sensor_from_rig_rotation_stddev = 5.0
    return pycolmap.synthesize_dataset(options)


def own_model(seed: int = 0) -> ColmapModel:
    """Every field with numbers that text must not round."""
    rng = np.random.default_rng(seed)
    cameras = {
        7: ColmapCamera(7, "OPENCV", 64, 48, tuple(rng.normal(size=8).tolist())),
        2: ColmapCamera(2, "SIMPLE_PINHOLE", 640, 480, (500.1, 320.2, 240.3)),
    }
    images = {}
    for number, (name, count) in enumerate([("a.jpg", 5), ("links/b ä.jpg", 0), ("c.png", 3)]):
        quaternion = rng.normal(size=4)
        w, x, y, z = (quaternion / np.linalg.norm(quaternion)).tolist()
        a, b, c = rng.normal(size=3).tolist()
        ids = np.full(count, -1, np.int64)
        ids[: count // 2] = np.arange(count // 2) + 11
        images[9 - number] = ColmapImage(
            9 - number,
            name,
            7 if number else 2,
            ColmapPose((w, x, y, z), (a, b, c)),
            rng.normal(size=(count, 2)),
            ids,
        )
    points = ColmapPoints(
        ids=np.array([11, 12, 40]),
        xyz=rng.normal(size=(3, 3)),
        rgb=rng.integers(0, 256, (3, 3), dtype=np.uint8),
        errors=np.array([0.5, 1 / 3, -1.0]),
        track_lengths=np.array([2, 1, 0]),
        tracks=np.array([[9, 0], [7, 0], [9, 1]]),
    )
    return ColmapModel(cameras, images, points)


def assert_equal(first: ColmapModel, second: ColmapModel) -> None:
    assert dict(first.cameras) == dict(second.cameras)
    assert list(first.images) == list(second.images)
    for one, other in zip(first.images.values(), second.images.values(), strict=True):
        assert (one.id, one.name, one.camera_id, one.pose) == (
            other.id,
            other.name,
            other.camera_id,
            other.pose,
        )
        np.testing.assert_array_equal(one.points_xy, other.points_xy)
        np.testing.assert_array_equal(one.point_ids, other.point_ids)
    for name, value in vars(first.points).items():
        np.testing.assert_array_equal(value, getattr(second.points, name), err_msg=name)


@pytest.mark.parametrize("text", [False, True])
def test_what_is_written_is_read_bit_by_bit(tmp_path, text):
    files = write_colmap_model(own_model(), tmp_path, text=text)
    assert [path.name for path in files] == [
        f"{stem}{'.txt' if text else '.bin'}" for stem in ("cameras", "images", "points3D")
    ]
    assert_equal(read_colmap_model(tmp_path), own_model())
    alone = read_colmap_model(tmp_path, read_points=False)
    assert len(alone.points) == 0
    assert len(alone.images) == 3


@pytest.mark.parametrize("text", [False, True])
def test_a_model_without_points_and_one_without_anything(tmp_path, text):
    whole = own_model()
    poses_only = ColmapModel(whole.cameras, whole.images)
    for name, model in {"poses": poses_only, "empty": ColmapModel({}, {})}.items():
        write_colmap_model(model, tmp_path / name, text=text)
        assert_equal(read_colmap_model(tmp_path / name), model)


@pytest.mark.parametrize("text", [False, True])
def test_pycolmap_reads_what_we_write(tmp_path, text):
    model = read_model_of(made_by_colmap(), tmp_path / "a", text=False)
    write_colmap_model(model, tmp_path / "b", text=text)
    theirs, original = pycolmap.Reconstruction(str(tmp_path / "b")), made_by_colmap()
    assert theirs.num_images() == original.num_images() == 8
    for key, image in original.images.items():
        np.testing.assert_allclose(
            theirs.images[key].cam_from_world().matrix(),
            image.cam_from_world().matrix(),
            atol=1e-15,
        )
        assert theirs.images[key].name == image.name
        for one, other in zip(theirs.images[key].points2D, image.points2D, strict=True):
            np.testing.assert_array_equal(one.xy, other.xy)
            assert one.point3D_id == other.point3D_id
    for key, camera in original.cameras.items():
        own = theirs.cameras[key]
        assert (own.model, own.width, own.height) == (camera.model, camera.width, camera.height)
        np.testing.assert_array_equal(own.params, camera.params)
    for key, point in original.points3D.items():
        np.testing.assert_array_equal(theirs.points3D[key].xyz, point.xyz)
        elements = [(e.image_id, e.point2D_idx) for e in point.track.elements]
        assert [
            (e.image_id, e.point2D_idx) for e in theirs.points3D[key].track.elements
        ] == elements
        np.testing.assert_array_equal(theirs.points3D[key].color, point.color)


def read_model_of(reconstruction, folder, *, text):
    folder.mkdir(parents=True)
    (reconstruction.write_text if text else reconstruction.write_binary)(str(folder))
    return read_colmap_model(folder)


@pytest.mark.parametrize("text", [False, True])
def test_we_read_what_pycolmap_writes(tmp_path, text):
    theirs = made_by_colmap()
    model = read_model_of(theirs, tmp_path / "a", text=text)
    assert set(model.images) == set(theirs.images)
    for key, image in model.images.items():
        matrix = theirs.images[key].cam_from_world().matrix()
        np.testing.assert_allclose(image.pose.matrix[:3], matrix, atol=1e-14)
        assert image.name == theirs.images[key].name
        seen = [point.xy for point in theirs.images[key].points2D]
        np.testing.assert_array_equal(image.points_xy, seen)
        ids = [
            point.point3D_id if point.has_point3D() else -1 for point in theirs.images[key].points2D
        ]
        np.testing.assert_array_equal(image.point_ids, ids)
    starts = np.cumsum(model.points.track_lengths) - model.points.track_lengths
    for row, key in enumerate(model.points.ids.tolist()):
        point = theirs.points3D[key]
        np.testing.assert_array_equal(model.points.xyz[row], point.xyz)
        np.testing.assert_array_equal(model.points.rgb[row], point.color)
        assert model.points.errors[row] == point.error
        track = model.points.tracks[starts[row] : starts[row] + model.points.track_lengths[row]]
        assert track.tolist() == [[e.image_id, e.point2D_idx] for e in point.track.elements]
    for key, camera in theirs.cameras.items():
        own = model.cameras[key]
        assert (own.model, own.width, own.height) == (
            camera.model.name,
            camera.width,
            camera.height,
        )
        np.testing.assert_array_equal(own.params, camera.params)


@pytest.mark.parametrize("text", [False, True])
def test_rigs_and_frames(tmp_path, text):
    theirs = made_by_colmap()
    model = read_model_of(theirs, tmp_path / "a", text=text)
    assert len(model.rigs) == len(theirs.rigs) == 2
    for key, rig in model.rigs.items():
        for camera_id, pose in rig.cam_from_rig.items():
            assert pose is not None
            sensor = pycolmap.sensor_t(pycolmap.SensorType.CAMERA, camera_id)
            if theirs.rigs[key].is_ref_sensor(sensor):
                expected = np.eye(4)[:3]
            else:
                expected = theirs.rigs[key].sensor_from_rig(sensor).matrix()
            np.testing.assert_allclose(pose.matrix[:3], expected, atol=1e-14)
    frames = {frame.id: (frame.rig_id, set(frame.image_ids)) for frame in model.frames}
    assert frames == {
        key: (frame.rig_id, {data.id for data in frame.image_ids})
        for key, frame in theirs.frames.items()
    }


def test_where_a_model_is_found(tmp_path):
    assert find_colmap_model(tmp_path) is None
    write_colmap_model(own_model(), tmp_path / "sparse" / "0", text=True)
    assert find_colmap_model(tmp_path) == tmp_path / "sparse" / "0"
    assert find_colmap_model(tmp_path / "sparse" / "0") == tmp_path / "sparse" / "0"


def test_files_that_would_be_read_with_the_new_ones_are_not_left_there(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    made_by_colmap().write_binary(str(made))
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    for text in (False, True):
        with pytest.raises(OutputError, match="of another model is there"):
            write_colmap_model(own_model(), made, text=text)
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before
    # Its own earlier files are replaced.
    write_colmap_model(own_model(), tmp_path / "own")
    write_colmap_model(own_model(1), tmp_path / "own")
    assert_equal(read_colmap_model(tmp_path / "own"), own_model(1))


@pytest.mark.parametrize("name", ["", "a\0b", "a\nb"])
def test_names_that_would_end_a_record_are_refused(tmp_path, name):
    image = ColmapImage(1, name, 1, ColmapPose((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    camera = ColmapCamera(1, "PINHOLE", 64, 48, (60.0, 60.0, 32.0, 24.0))
    with pytest.raises(InputError, match="cannot be written"):
        write_colmap_model(ColmapModel({1: camera}, {1: image}), tmp_path, text=True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """A model with rigs, as text and as bytes, to be damaged again and again."""
    folders = {}
    for text in (False, True):
        folder = tmp_path_factory.mktemp("model")
        theirs = made_by_colmap()
        (theirs.write_text if text else theirs.write_binary)(str(folder))
        folders[text] = {path: path.read_bytes() for path in folder.iterdir()}
    return folders


@settings(deadline=None, max_examples=120)
@given(st.booleans(), st.sampled_from(range(5)), st.data())
def test_damage_gives_a_model_or_an_input_error(damaged, text, number, data):
    contents = damaged[text]
    path = sorted(contents)[number]
    broken = bytearray(contents[path])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del broken[data.draw(st.integers(0, len(broken))) :]
    path.write_bytes(broken)
    try:
        model = read_colmap_model(path.parent)
        assert all(image.camera_id in model.cameras for image in model.images.values())
    except InputError as problem:
        message = str(problem)
        assert message.startswith(str(path.parent))
    finally:
        path.write_bytes(contents[path])
