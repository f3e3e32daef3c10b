# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One file a view: points made of it alone are those of the prediction."""

import json
from dataclasses import replace

import numpy as np
import pytest

from anyview.export.file_stems import file_stems
from anyview.export.options import ExportOptions
from anyview.export.view_npz import write_view_npz
from anyview.geometry.lens import Lens


def lifted(arrays) -> np.ndarray:
    """World points by a plain formula from what is in the file."""
    height, width = arrays["depth"].shape
    v, u = np.mgrid[0:height, 0:width] + 0.5
    rays = np.stack((u, v, np.ones_like(u)), -1) @ np.linalg.inv(arrays["intrinsics"]).T
    rotation, translation = arrays["extrinsics"][:, :3], arrays["extrinsics"][:, 3]
    return (rays * arrays["depth"][..., None] - translation) @ rotation


@pytest.mark.parametrize("size", ["processed", "original"])
def test_each_file_stands_for_itself(room, truth, tmp_path, size):
    paths = write_view_npz(room, tmp_path, ExportOptions(size=size))
    assert [path.stem for path in paths] == list(file_stems(room.names))
    for view, path in enumerate(paths):
        with np.load(path, allow_pickle=False) as arrays:
            assert str(arrays["name"]) == room.names[view]
            assert str(arrays["unit"]) == room.unit
            assert str(arrays["scale_note"]) == room.scale_note
            assert bool(arrays["is_metric"]) == room.is_metric
            assert arrays["conf"].shape == arrays["depth"].shape
            assert "lens" not in arrays
            points = lifted(arrays)
        expected = truth[view]
        if size == "original":
            # 4 x 2 pixels about the centre of each processed one; the last 4 rows lie below it.
            points = points[:-4].reshape(17, 4, 24, 2, 3).mean((1, 3))
            expected = expected[1:]
        off = np.linalg.norm(points - expected, axis=-1) / np.linalg.norm(expected, axis=-1)
        assert np.median(off) < 1e-3


def test_what_a_model_lacks_is_absent(mono, tmp_path):
    for path in write_view_npz(mono, tmp_path, ExportOptions()):
        with np.load(path, allow_pickle=False) as arrays:
            assert not {"conf", "extrinsics", "intrinsics", "sky"} & set(arrays.files)


def test_the_lens_of_an_original_image_is_told(room, tmp_path):
    K = room.original_intrinsics[0].tolist()
    lens = Lens(K[0][0], K[1][1], K[0][2], K[1][2], 72, 48, radial=(-0.01,))
    bent = replace(room, lenses=(lens, None, None))
    first, second, _ = write_view_npz(bent, tmp_path, ExportOptions(size="original"))
    with np.load(first, allow_pickle=False) as arrays:
        assert json.loads(str(arrays["lens"]))["radial"] == [-0.01]
    with np.load(second, allow_pickle=False) as arrays:
        assert "lens" not in arrays
    plain = write_view_npz(bent, tmp_path / "p", ExportOptions())[0]
    with np.load(plain, allow_pickle=False) as arrays:
        assert "lens" not in arrays
