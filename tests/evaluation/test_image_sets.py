# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sets are read with their truth on our pixel grid; triangulated points fall on their pixels."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.evaluation.image_sets import find_sets, read_set


def test_sets_are_found(sets_folder):
    assert [path.name for path in find_sets(sets_folder)] == ["dense", "points"]
    assert find_sets(sets_folder / "dense") == [sets_folder / "dense"]


def test_dense_truth(sets_folder, room, synthetic_scene):
    images = read_set(sets_folder / "dense")
    assert not images.is_sparse
    assert len(images.with_depth) == len(images.with_pose) == 3
    for view, photo in enumerate(images.photos):
        torch.testing.assert_close(photo.intrinsics.float(), room.intrinsics[0, view])
        torch.testing.assert_close(photo.cam_from_world.float(), room.cam_from_world[0, view])
        torch.testing.assert_close(photo.depth, room.depth[0, view], atol=6e-4, rtol=0)
        assert torch.equal(photo.view.image, synthetic_scene.images[view])


def test_points_fall_on_the_pixels_they_were_seen_at(sets_folder, room):
    images = read_set(sets_folder / "points")
    assert images.is_sparse
    for view, photo in enumerate(images.photos):
        truth = room.depth[0, view]
        known = (truth > 0).nonzero()[::97]
        expected = torch.zeros_like(truth)
        expected[known[:, 0], known[:, 1]] = truth[known[:, 0], known[:, 1]]
        torch.testing.assert_close(photo.depth, expected)


def test_the_nearest_point_of_a_pixel_counts_and_those_outside_do_not(sets_folder, tmp_path):
    folder = tmp_path / "points"
    shutil.copytree(sets_folder / "points", folder)
    rows = [(1, 0, 5.0, 3.0, 4.0), (1, 1, 5.3, 2.8, 2.0), (1, 2, -3.0, 3.0, 1.0)]
    np.savez(folder / "sparse.npz", obs=np.array([*rows, (1, 3, 500.0, 3.0, 1.0)], np.float32))
    photos = read_set(folder).photos
    assert photos[0].depth is None
    assert photos[1].depth[3, 5] == 2
    assert int((photos[1].depth > 0).sum()) == 1


def test_pixel_centres_at_a_half_are_left_alone(sets_folder, tmp_path):
    folder = tmp_path / "dense"
    shutil.copytree(sets_folder / "dense", folder)
    index = json.loads((folder / "cameras.json").read_text())
    index["convention"] = "pixel centres at +0.5"
    (folder / "cameras.json").write_text(json.dumps(index))
    other, photo = (read_set(p).photos[0] for p in (sets_folder / "dense", folder))
    torch.testing.assert_close(photo.intrinsics[:2, 2] + 0.5, other.intrinsics[:2, 2])


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("meta.json", "{}", "depth_unit_m"),
        ("cameras.json", '{"images": []}', "no images"),
        ("cameras.json", "{", "not a readable JSON"),
        ("cameras.json", '{"images": [{"K": null}]}', "file"),
        ("meta.json", None, "meta.json: no such file"),
    ],
)
def test_what_is_no_set_is_refused(sets_folder, tmp_path, file, text, message):
    folder = tmp_path / "dense"
    shutil.copytree(sets_folder / "dense", folder)
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text)
    with pytest.raises(InputError, match=message):
        read_set(folder)


def test_broken_points_and_empty_folders_are_refused(sets_folder, tmp_path):
    with pytest.raises(InputError, match="no image set"):
        find_sets(tmp_path)
    folder = tmp_path / "points"
    shutil.copytree(sets_folder / "points", folder)
    (folder / "sparse.npz").write_bytes(b"PK nothing")
    with pytest.raises(InputError, match=r"sparse\.npz"):
        read_set(folder)


def test_a_sensor_may_have_fewer_pixels_but_not_another_shape(sets_folder, tmp_path):
    folder = tmp_path / "dense"
    shutil.copytree(sets_folder / "dense", folder)
    entry = json.loads((folder / "cameras.json").read_text())["images"][0]
    with Image.open(folder / entry["depth"]) as opened:
        levels = np.asarray(opened)
    Image.fromarray(levels[::2, ::2]).save(folder / entry["depth"])
    photo = read_set(folder).photos[0]
    assert photo.depth.shape == tuple((side + 1) // 2 for side in levels.shape)
    Image.fromarray(levels[::3]).save(folder / entry["depth"])
    with pytest.raises(InputError, match="not the shape of its image"):
        read_set(folder)
