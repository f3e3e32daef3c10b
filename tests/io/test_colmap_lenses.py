# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Camera models project as pycolmap's do, and lenses come back from them."""

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.colmap_lenses import (
    LENS_MODELS,
    colmap_camera_of,
    colmap_pinhole_of,
    lens_of_colmap,
)
from anyview.io.colmap_records import CAMERA_MODELS, ColmapCamera

pycolmap = pytest.importorskip("pycolmap")

POINTS = np.random.default_rng(0).uniform((-0.4, -0.3, 1), (0.4, 0.3, 1), (20, 3))


def camera_of(model: str) -> ColmapCamera:
    count = CAMERA_MODELS[model][1]
    two_focals = model not in LENS_MODELS or LENS_MODELS[model][1] == 2
    focals = [60.0, 62.0] if two_focals else [60.0]
    rest = [-0.1, 0.02, 0.003, -0.004, 0.005, 0.0, 0.0, 0.0]
    return ColmapCamera(3, model, 64, 48, tuple([*focals, 31.0, 25.5, *rest][:count]))


@pytest.mark.parametrize("model", [*LENS_MODELS, "FULL_OPENCV"])
def test_lenses_project_as_colmap_does(model):
    camera = camera_of(model)
    theirs = pycolmap.Camera(model=model, width=64, height=48, params=list(camera.params))
    lens = lens_of_colmap(camera)
    pixels = lens.project(torch.from_numpy(POINTS))
    np.testing.assert_allclose(pixels, theirs.img_from_cam(POINTS), atol=1e-9)
    # And back, as the simplest model that says the same.
    again = colmap_camera_of(lens, 3)
    np.testing.assert_array_equal(lens_of_colmap(again).project(torch.from_numpy(POINTS)), pixels)
    assert again.model in {"PINHOLE", "OPENCV", "OPENCV_FISHEYE", "FULL_OPENCV"}


def test_a_lens_without_distortion_is_a_pinhole():
    lens = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(0.0, 0.0, 0.0, 0.0))
    camera = colmap_camera_of(lens, 1)
    assert camera == ColmapCamera(1, "PINHOLE", 64, 48, (60.0, 62.0, 31.0, 25.5))
    assert colmap_pinhole_of(lens.intrinsics(), 48, 64, 1) == camera


def test_models_without_a_lens_are_refused_with_the_way_out():
    for model in set(CAMERA_MODELS) - set(LENS_MODELS) - {"FULL_OPENCV"}:
        params = (0.5,) * CAMERA_MODELS[model][1]
        with pytest.raises(InputError, match=rf"{model}.*image_undistorter"):
            lens_of_colmap(ColmapCamera(1, model, 64, 48, params))
    rational = (60.0, 60.0, 32.0, 24.0, *(0.1,) * 8)
    with pytest.raises(InputError, match="FULL_OPENCV"):
        lens_of_colmap(ColmapCamera(1, "FULL_OPENCV", 64, 48, rational))
    with pytest.raises(InputError, match="no camera model for 5"):
        colmap_camera_of(Lens(6.0, 6.0, 3.0, 3.0, 6, 6, radial=(0.1,) * 5), 1)
