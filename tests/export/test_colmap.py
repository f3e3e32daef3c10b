# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
from types import MappingProxyType

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import OutputError
from anyview.export.colmap import write_colmap
from anyview.export.options import ExportOptions
from anyview.io.colmap_model import read_colmap_model, write_colmap_model
from anyview.structures.prediction import Prediction

from .conftest import KEEP_ALL

OPTIONS = ExportOptions(**KEEP_ALL)


@pytest.fixture(scope="module")
def project(synthetic_scene, tmp_path_factory):
    """Four views of a furnished room with originals of twice the size; the folder and views."""
    folder = tmp_path_factory.mktemp("project")
    views, height, width = synthetic_scene.depth.shape
    images = (synthetic_scene.images * 255).to(torch.uint8)
    sources = []
    for view in range(views):
        sources.append(str(folder / f"IMG_{view:03d}.png"))
        pixels = images[view].permute(1, 2, 0).repeat_interleave(2, 0).repeat_interleave(2, 1)
        Image.fromarray(pixels.contiguous().numpy()).save(sources[-1])
    prediction = Prediction(
        depth=synthetic_scene.depth,
        images=images,
        names=tuple(f"view {view}" for view in range(views)),
        extrinsics=synthetic_scene.cam_from_world[:, :3].contiguous(),
        intrinsics=synthetic_scene.intrinsics,
        original_sizes=torch.tensor([[2 * height, 2 * width]] * views),
        processed_from_original=torch.diag(torch.tensor([0.5, 0.5, 1.0])).repeat(views, 1, 1),
        provenance=MappingProxyType({"sources": sources}),
    )
    files = write_colmap(prediction, folder, ExportOptions(conf_percentile=0.0))
    return folder / "colmap", prediction, files


def test_pycolmap_opens_it_and_finds_what_was_written(project):
    pycolmap = pytest.importorskip("pycolmap")
    folder, prediction, _ = project
    model = pycolmap.Reconstruction(str(folder / "sparse/0"))
    views, height, width = prediction.depth.shape
    assert (len(model.images), model.num_reg_images()) == (views, views)
    assert len(model.points3D) > 1000
    assert model.compute_mean_track_length() > 2.2
    assert model.compute_mean_reprojection_error() < 0.5
    for view, image in enumerate(sorted(model.images.values(), key=lambda image: image.name)):
        camera = model.cameras[image.camera_id]
        assert camera.model.name == "PINHOLE"
        assert (camera.height, camera.width) == (2 * height, 2 * width)
        expected = prediction.intrinsics[view].double().numpy() * [[2], [2], [1]]
        assert camera.calibration_matrix() == pytest.approx(expected, abs=1e-4)
        pose = image.cam_from_world
        pose = pose() if callable(pose) else pose
        assert pose.matrix() == pytest.approx(prediction.extrinsics[view].numpy(), abs=1e-5)
        assert (folder / "images" / image.name).is_file()


def test_errors_are_the_true_ones(project):
    pycolmap = pytest.importorskip("pycolmap")
    model = pycolmap.Reconstruction(str(project[0] / "sparse/0"))
    worst, errors = 0.0, []
    for point in list(model.points3D.values())[::7]:
        distances = []
        for element in point.track.elements:
            image = model.images[element.image_id]
            seen = image.points2D[element.point2D_idx]
            assert seen.point3D_id in model.points3D
            distances.append(float(np.linalg.norm(image.project_point(point.xyz) - seen.xy)))
        assert len({element.image_id for element in point.track.elements}) == len(distances) >= 2
        worst = max(worst, *distances)
        errors.append((point.error, np.mean(distances)))
    told, true = np.array(errors).T
    assert told == pytest.approx(true, abs=1e-6)
    # One pixel of the prediction is two of the originals.
    assert 0 < worst <= 2.0


def test_pycolmap_writes_it_back_and_our_reader_finds_the_same(project, tmp_path):
    pycolmap = pytest.importorskip("pycolmap")
    model = pycolmap.Reconstruction(str(project[0] / "sparse/0"))
    model.write_binary(str(tmp_path))
    ours, theirs = read_colmap_model(project[0] / "sparse/0"), read_colmap_model(tmp_path)
    assert {image.name for image in ours.images.values()} == {f"IMG_{v:03d}.png" for v in range(4)}
    for number, image in ours.images.items():
        other = theirs.images[number]
        assert np.array_equal(image.points_xy, other.points_xy)
        assert np.array_equal(image.point_ids, other.point_ids)
        assert image.pose.matrix.numpy() == pytest.approx(other.pose.matrix.numpy(), abs=1e-12)
    assert theirs.cameras == ours.cameras
    order = np.argsort(theirs.points.ids)
    assert np.array_equal(theirs.points.xyz[order], ours.points.xyz)
    assert np.array_equal(theirs.points.rgb[order], ours.points.rgb)
    assert np.array_equal(theirs.points.track_lengths[order], ours.points.track_lengths)


def test_features_and_tracks_point_at_each_other(project):
    model = read_colmap_model(project[0] / "sparse/0")
    ends = model.points.track_lengths.cumsum()
    for index in range(0, len(model.points), 11):
        track = model.points.tracks[ends[index] - model.points.track_lengths[index] : ends[index]]
        for image_id, feature in track:
            assert model.images[image_id].point_ids[feature] == model.points.ids[index]
    assert sum(len(image.point_ids) for image in model.images.values()) == len(model.points.tracks)


def test_one_lens_is_one_camera(project, room, tmp_path):
    # The example scene has one K for all; the room's views have three.
    assert len(read_colmap_model(project[0] / "sparse/0").cameras) == 1
    write_colmap(room, tmp_path, OPTIONS)
    model = read_colmap_model(tmp_path / "colmap/sparse/0")
    assert sorted(image.camera_id for image in model.images.values()) == [1, 2, 3]


def test_a_single_view_has_points_with_one_observation(room, tmp_path):
    single = Prediction(
        depth=room.depth[:1],
        images=room.images[:1],
        names=("one",),
        extrinsics=room.extrinsics[:1],
        intrinsics=room.intrinsics[:1],
    )
    write_colmap(single, tmp_path, OPTIONS)
    pycolmap = pytest.importorskip("pycolmap")
    model = pycolmap.Reconstruction(str(tmp_path / "colmap/sparse/0"))
    assert {point.track.length() for point in model.points3D.values()} == {1}
    assert model.compute_mean_reprojection_error() < 1e-3


def test_a_folder_with_another_model_is_refused(room, tmp_path):
    folder = tmp_path / "colmap/sparse/0"
    folder.mkdir(parents=True)
    (folder / "rigs.bin").write_bytes(b"")
    with pytest.raises(OutputError, match="another model"):
        write_colmap(room, tmp_path, OPTIONS)


def test_it_stays_small(project, tmp_path):
    prediction = project[1]
    options = ExportOptions(conf_percentile=0.0, max_colmap_points=200)
    smaller = dataclasses.replace(prediction, provenance=MappingProxyType({}))
    write_colmap(smaller, tmp_path, options)
    model = read_colmap_model(tmp_path / "colmap/sparse/0")
    assert 50 < len(model.points) <= 200
    write_colmap_model(model, tmp_path / "text", text=True)
    again = read_colmap_model(tmp_path / "text")
    assert np.array_equal(again.points.xyz, model.points.xyz)
