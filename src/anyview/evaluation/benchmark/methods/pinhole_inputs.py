# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What programs that know pinhole cameras only need to know of views."""

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.sfm.priors import DEFAULT_FOCAL, LensPriors
from anyview.structures.views import ViewSet


def refuse_lenses(views: ViewSet, method: str) -> None:
    """Refuse images with distortion.

    Raises:
        InputError: Naming the first.
    """
    for view in views.views:
        if view.lens is not None:
            raise InputError(
                f"{method} knows pinhole images only, and view {view.name!r} has a lens with "
                "distortion: undistort it first."
            )


def lens_priors(views: ViewSet) -> LensPriors:
    """Given K fixed, the focal length of EXIF to start from, else nothing."""
    matrices = views.original_intrinsics.clone()
    fixed = views.calibrated
    for index, view in enumerate(views.views):
        if not bool(fixed[index]) and view.focal_px is not None:
            matrices[index] = _centred(view.focal_px, view.height, view.width)
    return LensPriors(matrices, fixed)


def intrinsics_or_guess(views: ViewSet) -> Float64[Tensor, "V 3 3"]:
    """K given, else by EXIF, else COLMAP's guess of the field of view."""
    priors = lens_priors(views)
    matrices = priors.intrinsics.clone()
    for index in (~priors.is_known).nonzero()[:, 0].tolist():
        view = views.views[index]
        focal = DEFAULT_FOCAL * max(view.height, view.width)
        matrices[index] = _centred(focal, view.height, view.width)
    return matrices


def _centred(focal: float, height: int, width: int) -> Float64[Tensor, "3 3"]:
    rows = [[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]]
    return torch.tensor(rows, dtype=torch.float64)
