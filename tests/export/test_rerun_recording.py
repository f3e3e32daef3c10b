# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is logged is checked with a stand-in; that rerun takes it, where rerun is installed."""

import dataclasses
import io
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import MissingDependencyError
from anyview.export.options import ExportOptions
from anyview.export.rerun_recording import write_rerun

from .conftest import KEEP_ALL

OPTIONS = ExportOptions(**KEEP_ALL)


class Recording:
    """Keeps what it is told."""

    logged: dict[str, tuple]

    def __init__(self, name, *, send_properties):
        self.logged = {}
        Recording.last = self

    def save(self, path):
        self.path = path

    def log(self, entity, *parts, static, strict):
        assert static
        assert strict
        self.logged[entity] = parts

    def flush(self):
        Path(self.path).write_bytes(b"recorded")

    def disconnect(self):
        pass


def part(name):
    return lambda *values, **named: SimpleNamespace(kind=name, values=values, **named)


@pytest.fixture
def logged(monkeypatch):
    kinds = ("Points3D", "Transform3D", "Pinhole", "EncodedImage", "DepthImage", "TextDocument")
    module = ModuleType("rerun")
    module.RecordingStream = Recording
    module.ViewCoordinates = SimpleNamespace(RDF="RDF")
    module.escape_entity_path_part = lambda text: text
    for kind in kinds:
        setattr(module, kind, part(kind))
    monkeypatch.setitem(sys.modules, "rerun", module)
    return lambda: Recording.last.logged


def test_points_cameras_and_depth_overlay(room, truth, tmp_path, logged):
    depth = room.depth.clone()
    depth[1, 3, 4] = torch.nan
    prediction = dataclasses.replace(room, depth=depth)
    assert write_rerun(prediction, tmp_path, OPTIONS) == [tmp_path / "scene.rrd"]
    entities = logged()
    assert entities["world"] == ("RDF",)
    (points,) = entities["world/points"]
    assert len(points.values[0]) == len(points.colors) == depth.numel() - 1
    for view, stem in enumerate(("front", "left_view", "right_ü")):
        pose, pinhole = entities[f"world/cameras/{stem}"]
        assert pinhole.resolution == [24, 18]
        assert pinhole.camera_xyz == "RDF"
        (image,) = entities[f"world/cameras/{stem}/depth"]
        assert image.meter == 1.0
        values = image.values[0]
        assert (values == 0).sum() == (1 if view == 1 else 0)
        # As the viewer lifts it: depth over metre, through K, by the camera's place in the world.
        v, u = np.mgrid[:18, :24] + 0.5
        rays = (
            np.stack([u, v, np.ones_like(u)], axis=-1) @ np.linalg.inv(pinhole.image_from_camera).T
        )
        world = (rays * values[..., None] / image.meter) @ pose.mat3x3.T + pose.translation
        known = values > 0
        assert world[known] == pytest.approx(truth[view][known], abs=1e-5)
        (photo,) = entities[f"world/cameras/{stem}/image"]
        assert Image.open(io.BytesIO(photo.contents)).size == (24, 18)


def test_the_unit_is_told(room, tmp_path, logged):
    write_rerun(room, tmp_path, OPTIONS)
    (notes,) = logged()["notes"]
    assert notes.values[0].splitlines()[0] == "unit: m"
    write_rerun(dataclasses.replace(room, is_metric=False), tmp_path, OPTIONS)
    (notes,) = logged()["notes"]
    assert notes.values[0].splitlines()[0] == "unit: scene units"


def test_one_view_is_shown_through_the_guessed_camera(mono, tmp_path, logged):
    write_rerun(mono, tmp_path, ExportOptions(edge_threshold=0.0, camera_size=0.5))
    _, pinhole = logged()["world/cameras/photo"]
    assert pinhole.image_plane_distance == 0.5
    assert "cameras: guessed" in logged()["notes"][0].values[0]


def test_a_missing_package_is_named(room, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rerun", None)
    with pytest.raises(MissingDependencyError, match=r"anyview\[rerun\]"):
        write_rerun(room, tmp_path, OPTIONS)
    assert list(tmp_path.iterdir()) == []


def test_rerun_takes_it(room, tmp_path):
    pytest.importorskip("rerun", reason="rerun-sdk is large and in no extra of the tests")
    (path,) = write_rerun(room, tmp_path, OPTIONS)
    content = path.read_bytes()
    assert content.startswith(b"RRF")
    assert len(content) > 10_000  # what it would not take is an error: logging is strict
