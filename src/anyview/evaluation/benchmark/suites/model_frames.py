# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of COLMAP models as published protocols use them: without distortion."""

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.data_files import pinhole
from anyview.io.colmap_records import ColmapCamera

_TWO_FOCALS = (
    *("PINHOLE", "OPENCV", "OPENCV_FISHEYE", "FULL_OPENCV", "THIN_PRISM_FISHEYE"),
    "RAD_TAN_THIN_PRISM_FISHEYE",
)
_ONE_FOCAL = ("SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL", "SIMPLE_RADIAL_FISHEYE")


def pinhole_of_camera(camera: ColmapCamera) -> Float64[Tensor, "3 3"]:
    """K of a camera, its distortion ignored.

    Raises:
        InputError: If the camera's model has no K.
    """
    if camera.model in _TWO_FOCALS:
        fx, fy, cx, cy = camera.params[:4]
    elif camera.model in _ONE_FOCAL:
        fx, cx, cy = camera.params[:3]
        fy = fx
    else:
        raise InputError(
            f"camera {camera.id}: no K can be made of the model {camera.model}; accepted: "
            f"{', '.join((*_TWO_FOCALS, *_ONE_FOCAL))}."
        )
    K = pinhole(fx, fy, cx, cy)
    assert K.dtype == torch.float64, "K is kept exactly"
    return K
