# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.model_frames import pinhole_of_camera
from anyview.io.colmap_records import CAMERA_MODELS, ColmapCamera


def camera(model):
    count = CAMERA_MODELS[model][1]
    return ColmapCamera(1, model, 40, 30, tuple(float(20 + i) for i in range(count)))


def test_k_is_read_and_distortion_ignored():
    assert pinhole_of_camera(camera("THIN_PRISM_FISHEYE")).tolist() == [
        [20, 0, 22],
        [0, 21, 23],
        [0, 0, 1],
    ]
    assert pinhole_of_camera(camera("SIMPLE_RADIAL")).tolist() == [
        [20, 0, 21],
        [0, 20, 22],
        [0, 0, 1],
    ]


def test_models_without_k_are_refused():
    with pytest.raises(InputError, match="EQUIRECTANGULAR"):
        pinhole_of_camera(camera("EQUIRECTANGULAR"))
