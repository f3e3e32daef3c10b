# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.export.cameras_json import write_cameras
from anyview.export.options import ExportOptions
from anyview.geometry.lens import Lens
from anyview.io.lens_json import lens_from_json

OPTIONS = ExportOptions()


@pytest.fixture
def document(room, tmp_path):
    (path,) = write_cameras(room, tmp_path, OPTIONS)
    assert path == tmp_path / "cameras.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_number_comes_back_exactly(room, document):
    assert [entry["name"] for entry in document["views"]] == list(room.names)
    for view, entry in enumerate(document["views"]):
        assert torch.equal(torch.tensor(entry["extrinsics"]), room.extrinsics[view])
        assert torch.equal(torch.tensor(entry["K"]), room.intrinsics[view])
        assert torch.equal(torch.tensor(entry["original_K"]), room.original_intrinsics[view])
        assert entry["size"] == list(room.depth.shape[1:])
        assert entry["original_size"] == room.original_sizes[view].tolist()


def test_lenses_of_the_originals_come_back(room, document, tmp_path):
    """Read again as known cameras they are the lenses of the photos, at their sizes."""
    assert all(entry["original_lens"] is None for entry in document["views"])
    height, width = (int(side) for side in room.original_sizes[0])
    lens = Lens(70.1, 73.2, 44.3, 27.4, height, width, model="fisheye", radial=(0.1, -0.02))
    lenses = (lens, *[None] * (len(room) - 1))
    (path,) = write_cameras(dataclasses.replace(room, lenses=lenses), tmp_path, OPTIONS)
    entry = json.loads(path.read_text(encoding="utf-8"))["views"][0]
    assert lens_from_json(entry["original_lens"], "here") == lens


def test_pose_is_the_inverse_of_extrinsics(document):
    for entry in document["views"]:
        product = np.array(entry["extrinsics"]) @ np.array(entry["pose"])
        assert product == pytest.approx(np.eye(4)[:3], abs=1e-6)


def test_unit_and_conventions_are_said(room, document):
    assert (document["unit"], document["is_metric"]) == ("m", True)
    assert document["scale_note"] == room.scale_note
    assert "world to camera" in document["conventions"]
    assert "OpenCV" in document["conventions"]


def test_unknown_originals_are_null_not_guessed(room, tmp_path):
    prediction = dataclasses.replace(room, original_sizes=None, processed_from_original=None)
    (path,) = write_cameras(prediction, tmp_path, OPTIONS)
    entry = json.loads(path.read_text(encoding="utf-8"))["views"][0]
    assert entry["original_size"] is None
    assert entry["original_K"] is None


def test_a_name_that_is_not_unicode_is_written_all_the_same(room, tmp_path):
    names = ('quote"', "bad\udcff", "line\nbreak")
    (path,) = write_cameras(dataclasses.replace(room, names=names), tmp_path, OPTIONS)
    views = json.loads(path.read_text(encoding="utf-8"))["views"]
    assert [view["name"] for view in views] == ['quote"', "bad?", "line\nbreak"]


def test_a_prediction_without_cameras_is_refused(mono, tmp_path):
    with pytest.raises(InputError, match="no cameras"):
        write_cameras(mono, tmp_path, OPTIONS)
    assert list(tmp_path.iterdir()) == []


def test_a_camera_that_is_not_finite_is_refused_by_name(room, tmp_path):
    extrinsics = room.extrinsics.clone()
    extrinsics[1, 0, 3] = torch.nan
    with pytest.raises(InputError, match="left view"):
        write_cameras(dataclasses.replace(room, extrinsics=extrinsics), tmp_path, OPTIONS)
    assert list(tmp_path.iterdir()) == []
