# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json

import numpy as np
import pytest
import torch

from anyview.core.errors import MissingDependencyError
from anyview.export.depth_arrays import write_depth_exr, write_depth_npy
from anyview.export.options import ExportOptions

OPTIONS = ExportOptions()


@pytest.fixture
def holed(room):
    """The room with pixels of each kind that is no depth."""
    depth, valid = room.depth.clone(), room.valid.clone()
    depth[0, 0, :3] = torch.tensor([torch.nan, -1.0, torch.inf])
    valid[2, 5] = False
    return dataclasses.replace(room, depth=depth, valid=valid)


def expected(prediction):
    depth = prediction.depth.clone()
    depth[~(torch.isfinite(depth) & (depth > 0) & prediction.valid)] = 0
    return depth.numpy()


def check_sidecar(prediction, path, suffix):
    sidecar = json.loads(path.read_text(encoding="utf-8"))
    assert sidecar["format"] == f"anyview-depth-{suffix}"
    assert (sidecar["unit"], sidecar["unit_per_step"]) == ("m", 1.0)
    assert list(sidecar["files"].values()) == list(prediction.names)
    return list(sidecar["files"])


def test_npy_files_hold_depth_exactly(holed, tmp_path):
    *files, sidecar = write_depth_npy(holed, tmp_path, OPTIONS)
    assert check_sidecar(holed, sidecar, "npy") == [file.name for file in files]
    for file, depth in zip(files, expected(holed), strict=True):
        stored = np.load(file, allow_pickle=False)
        assert stored.dtype == np.float32
        assert np.array_equal(stored, depth)


def test_exr_files_hold_depth_exactly_and_name_its_unit(holed, tmp_path):
    OpenEXR = pytest.importorskip("OpenEXR")
    *files, sidecar = write_depth_exr(holed, tmp_path, OPTIONS)
    assert check_sidecar(holed, sidecar, "exr") == [file.name for file in files]
    for file, depth in zip(files, expected(holed), strict=True):
        with OpenEXR.File(str(file)) as opened:
            assert list(opened.channels()) == ["Z"]
            stored = opened.channels()["Z"].pixels
            assert stored.dtype == np.float32
            assert np.array_equal(stored, depth)
            assert opened.header()["unit"] == "m"
            assert opened.header()["scaleNote"] == "metres, from the test"


def test_a_missing_package_is_named(room, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "OpenEXR", None)
    with pytest.raises(MissingDependencyError, match=r"anyview\[exr\]"):
        write_depth_exr(room, tmp_path, OPTIONS)
    assert list(tmp_path.iterdir()) == []
