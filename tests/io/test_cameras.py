# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.io.cameras import read_cameras

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
        assert torch.equal(cameras.extrinsics, torch.from_numpy(extrinsics))
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
    assert read_cameras(path).extrinsics.shape == (3, 3, 4)
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
        ("a.npz", "not a readable NPZ file"),
        ("a.txt", "end in .json or .npz"),
        ("array.npz", "a single array, not an NPZ archive"),
        ("pickled.npz", "not a readable NPZ file"),
        ("folder.json", "is a folder"),
        ("absent.json", "no such file"),
    ):
        with pytest.raises(InputError, match=message):
            read_cameras(tmp_path / name)
