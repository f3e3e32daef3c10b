# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json

from anyview.export.depth_sidecar import write_depth_sidecar


def test_the_sidecar_says_what_numbers_mean(room, tmp_path):
    path = write_depth_sidecar(room, tmp_path / "new", "png", step=0.002)
    assert path == tmp_path / "new" / "depth.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == {
        "format": "anyview-depth-png",
        "version": 1,
        "how_to_read": "depth = value * unit_per_step, along the optical axis (z-depth); "
        "value 0 is no depth",
        "unit": "m",
        "unit_per_step": 0.002,
        "is_metric": True,
        "scale_note": "metres, from the test",
        "files": {
            "front.png": "front",
            "left_view.png": "left view",
            "right_ü.png": "right/ü",
        },
    }


def test_an_arbitrary_unit_is_called_so(room, tmp_path):
    path = write_depth_sidecar(dataclasses.replace(room, is_metric=False), tmp_path, "npy")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert (document["unit"], document["is_metric"]) == ("scene units", False)
