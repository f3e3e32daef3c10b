# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Matrices of JSON and NPZ files, in order or by name."""

import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.camera_files import read_cameras
from anyview.io.lens_json import lens_to_json

E = np.tile(np.eye(4), (3, 1, 1)) + 0.25
K = np.tile(np.diag([500.0, 510.0, 1.0]), (3, 1, 1))


def write_json(path, document):
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize("rows", [3, 4])
def test_json_and_npz_agree(tmp_path, rows):
    extrinsics = E[:, :rows]
    document = {"extrinsics": extrinsics.tolist(), "intrinsics": K.tolist()}
    write_json(tmp_path / "a.json", document)
    np.savez(tmp_path / "a.npz", extrinsics=extrinsics, intrinsics=K)
    for path in (tmp_path / "a.json", tmp_path / "a.npz"):
        cameras = read_cameras(path)
        assert torch.equal(cameras.extrinsics[:, :rows], torch.from_numpy(extrinsics))
        assert cameras.extrinsics.shape == (3, 4, 4)
        assert not cameras.is_named
        assert torch.equal(cameras.intrinsics, torch.from_numpy(K))


def test_either_alone_and_one_for_all(tmp_path):
    only_k = read_cameras(write_json(tmp_path / "k.json", {"intrinsics": K[0].tolist()}))
    assert only_k.extrinsics is None
    assert only_k.intrinsics.shape == (3, 3)
    np.savez(tmp_path / "e.npz", extrinsics=E.astype(np.float32))
    only_e = read_cameras(tmp_path / "e.npz")
    assert only_e.intrinsics is None
    assert only_e.extrinsics.dtype == torch.float64


def test_own_files_give_cameras_of_the_original_images(tmp_path):
    views = [
        {"extrinsics": E[i, :3].tolist(), "K": K[i].tolist(), "original_K": (2 * K[i]).tolist()}
        for i in range(3)
    ]
    path = write_json(tmp_path / "cameras.json", {"format": "anyview-cameras", "views": views})
    assert torch.equal(read_cameras(path).intrinsics, torch.from_numpy(2 * K))
    assert read_cameras(path).extrinsics.shape == (3, 4, 4)
    assert not read_cameras(path).is_named
    views[1]["original_K"] = None
    write_json(path, {"format": "anyview-cameras", "views": views})
    assert torch.equal(read_cameras(path).intrinsics[1], torch.from_numpy(K[1]))
    np.savez(
        tmp_path / "prediction.npz",
        depth=np.ones((3, 4, 5)),
        extrinsics=E[:, :3],
        intrinsics=K,
        original_intrinsics=3 * K,
    )
    assert torch.equal(
        read_cameras(tmp_path / "prediction.npz").intrinsics, torch.from_numpy(3 * K)
    )


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1, 2], "must be an object"),
        ({}, r"neither extrinsics nor intrinsics \(it has nothing\)"),
        ({"poses": [], "K": []}, r"it has K, poses\)"),
        ({"extrinsics": E[0].tolist()}, r"extrinsics has shape \(4, 4\)"),
        ({"extrinsics": E[:, :2].tolist()}, r"extrinsics has shape \(3, 2, 4\)"),
        ({"intrinsics": K[:, :2].tolist()}, r"intrinsics has shape \(3, 2, 3\)"),
        ({"extrinsics": [[1, 2], [3]]}, "no regular array of numbers"),
        ({"extrinsics": "identity"}, "no regular array of numbers"),
        ({"format": "anyview-cameras", "views": [{"K": []}]}, "lacks 'extrinsics'"),
        ({"format": "anyview-cameras"}, "lacks 'views'"),
        ({"format": "anyview-cameras", "views": []}, "has no views"),
        ({"extrinsics": E.tolist(), "intrinsics": K[:2].tolist()}, "3 extrinsics and 2 intrinsics"),
        ({"extrinsics": {}}, "names no camera"),
        ({"cameras": 3}, "cameras: must be a JSON object"),
        ({"cameras": {"a.jpg": None}}, "no camera has extrinsics or intrinsics"),
        ({"cameras": {"a.jpg": {"extrinsics": [1]}}}, r"'a\.jpg': extrinsics has shape"),
        (
            {"cameras": {"a.jpg": {"intrinsics": K[0].tolist(), "width": 64}}},
            "two positive whole numbers",
        ),
        (
            {"cameras": {"a.jpg": {"intrinsics": K[0].tolist(), "k1": 0.1}}},
            "k1 need 'intrinsics', 'width' and 'height'",
        ),
    ],
)
def test_bad_json(tmp_path, document, message):
    path = write_json(tmp_path / "a.json", document)
    with pytest.raises(InputError, match=message) as caught:
        read_cameras(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_bad_files(tmp_path):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "a.npz").write_bytes(b"PK\3\4 no archive")
    (tmp_path / "a.txt").write_text("1 0 0")
    np.save(tmp_path / "array.npy", E)
    (tmp_path / "array.npy").rename(tmp_path / "array.npz")
    np.savez(tmp_path / "pickled.npz", extrinsics=np.array([object()]))
    (tmp_path / "folder.json").mkdir()
    for name, message in (
        ("a.json", "not a readable JSON file"),
        ("a.npz", "damaged or not an NPZ file"),
        ("a.txt", "is no file of cameras by its name"),
        ("array.npz", "not an NPZ file .*a single array"),
        ("pickled.npz", "holds Python objects"),
        ("folder.json", "holds no cameras"),
        ("absent.json", "no such file"),
    ):
        with pytest.raises(InputError, match=message):
            read_cameras(tmp_path / name)


def test_null_and_nan_are_unknown(tmp_path):
    document = {
        "extrinsics": [None, E[1].tolist(), E[2].tolist()],
        "intrinsics": [K[0].tolist(), None, K[2].tolist()],
    }
    poses, matrices = E.copy(), K.copy()
    poses[0, :3] = np.nan  # the last row is often left as it is
    matrices[1] = np.nan
    np.savez(tmp_path / "a.npz", extrinsics=poses, intrinsics=matrices)
    for path in (write_json(tmp_path / "a.json", document), tmp_path / "a.npz"):
        cameras = read_cameras(path)
        assert [camera.extrinsics is None for camera in cameras.cameras] == [True, False, False]
        assert [camera.intrinsics is None for camera in cameras.cameras] == [False, True, False]
        assert cameras.extrinsics[0].isnan().all()
        assert cameras.intrinsics[1].isnan().all()
        assert torch.equal(cameras.extrinsics[1:], torch.from_numpy(E[1:]))


def test_objects_by_name(tmp_path):
    by_field = {
        "extrinsics": {"x/a.jpg": E[0].tolist(), "b.jpg": None},
        "intrinsics": {"b.jpg": K[1].tolist(), "c.jpg": K[2].tolist()},
    }
    first = read_cameras(write_json(tmp_path / "a.json", by_field))
    assert [camera.name for camera in first.cameras] == ["x/a.jpg", "b.jpg", "c.jpg"]
    assert torch.equal(first.cameras[0].extrinsics, torch.from_numpy(E[0]))
    assert first.cameras[1].extrinsics is None
    assert first.extrinsics[1:].isnan().all()
    assert torch.equal(first.intrinsics[1:], torch.from_numpy(K[1:]))
    shared = {"extrinsics": {"a.jpg": E[0].tolist()}, "intrinsics": K[0].tolist()}
    assert torch.equal(
        read_cameras(write_json(tmp_path / "b.json", shared)).cameras[0].intrinsics,
        torch.from_numpy(K[0]),
    )
    matrix = [[60.0, 0, 31], [0, 62, 25], [0, 0, 1]]
    own = {"intrinsics": matrix, "width": 64, "height": 48, "k1": -0.1, "p2": 0.01}
    by_image = {"cameras": {"a.jpg": {"extrinsics": E[0].tolist(), **own}, "b.jpg": None}}
    a, b = read_cameras(write_json(tmp_path / "c.json", by_image)).cameras
    assert a.lens == Lens(
        60.0, 62.0, 31.0, 25.0, 48, 64, radial=(-0.1, 0.0, 0.0, 0.0), tangential=(0.0, 0.01)
    )
    assert a.size == (48, 64)
    assert b.extrinsics is b.intrinsics is b.lens is None


def test_names_and_sizes_of_own_files(tmp_path):
    view = {
        "name": "a",
        "size": [24, 32],
        "K": K[0].tolist(),
        "original_size": [48, 64],
        "original_K": (2 * K[0]).tolist(),
        "extrinsics": E[0, :3].tolist(),
    }
    lens = Lens(60.0, 62.0, 31.0, 25.0, 48, 64, radial=(-0.1,))
    view["original_lens"] = lens_to_json(lens)
    other = {**view, "name": "b", "original_size": None, "original_K": None}
    document = {"format": "anyview-cameras", "views": [view, other]}
    cameras = read_cameras(write_json(tmp_path / "a.json", document))
    assert cameras.has_view_names
    assert [(camera.name, camera.size) for camera in cameras.cameras] == [
        ("a", (48, 64)),
        ("b", (24, 32)),
    ]
    assert [camera.lens for camera in cameras.cameras] == [lens, None]
    sizes = np.array([[48, 64]] * 3)
    arrays = {"extrinsics": E, "original_intrinsics": K, "original_sizes": sizes}
    lenses = json.dumps([None, lens_to_json(lens), None])
    own = {"names": np.array(["x", "y", "z"]), "depth": np.ones(3), "lenses": np.array(lenses)}
    np.savez(tmp_path / "a.npz", **own, **arrays)
    cameras = read_cameras(tmp_path / "a.npz")
    assert cameras.has_view_names
    assert [camera.name for camera in cameras.cameras] == ["x", "y", "z"]
    assert cameras.cameras[2].size == (48, 64)
    assert [camera.lens for camera in cameras.cameras] == [None, lens, None]
    for wrong in ("{", "[]", "[1, 2, 3]"):
        np.savez(tmp_path / "c.npz", **{**own, "lenses": np.array(wrong)}, **arrays)
        with pytest.raises(InputError, match="lenses"):
            read_cameras(tmp_path / "c.npz")
    np.savez(tmp_path / "b.npz", names=np.array(["x", "y"]), **arrays)
    with pytest.raises(InputError, match="names must be 3 texts"):
        read_cameras(tmp_path / "b.npz")
