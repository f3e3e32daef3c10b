# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.export.options import ExportOptions
from anyview.export.ply import write_cloud
from anyview.export.points import cloud_from_prediction
from anyview.io.ply import read_ply


def test_the_file_holds_the_filtered_cloud(room, tmp_path):
    options = ExportOptions(max_points=200)
    (path,) = write_cloud(room, tmp_path, options)
    assert path == tmp_path / "points.ply"
    cloud, expected = read_ply(path), cloud_from_prediction(room, options)
    assert len(cloud) == 200
    assert torch.equal(cloud.points, expected.points)
    assert torch.equal(cloud.colors, expected.colors)
    assert torch.equal(cloud.conf, expected.conf)


def test_the_header_says_unit_axes_and_camera_source(room, mono, tmp_path):
    (path,) = write_cloud(room, tmp_path, ExportOptions())
    header = path.read_bytes().split(b"end_header")[0].decode()
    assert "comment unit: m\n" in header
    assert "comment scale_note: metres, from the test\n" in header
    assert "comment cameras: predicted\n" in header
    assert "comment axes: x right, y down, z forward\n" in header
    (path,) = write_cloud(mono, tmp_path, ExportOptions(edge_threshold=0.0))
    header = path.read_bytes().split(b"end_header")[0].decode()
    assert "comment cameras: guessed" in header
    assert "scale_note" not in header
