# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.methods.pinhole_inputs import (
    intrinsics_or_guess,
    lens_priors,
    refuse_lenses,
)
from anyview.geometry.lens import Lens
from anyview.structures.views import View, ViewSet

IMAGE = torch.zeros(3, 40, 60, dtype=torch.uint8)
K = torch.tensor([[50.0, 0, 31], [0, 51, 19], [0, 0, 1]])


def test_given_before_exif_before_a_guess():
    unknown = torch.full((3, 3), torch.nan)
    views = ViewSet(
        (View(IMAGE, "given", focal_px=9.0), View(IMAGE, "exif", focal_px=70.0), View(IMAGE, "no")),
        intrinsics=torch.stack((K, unknown, unknown)),
    )
    priors = lens_priors(views)
    assert priors.is_fixed.tolist() == [True, False, False]
    assert priors.is_known.tolist() == [True, True, False]
    found = intrinsics_or_guess(views)
    assert torch.equal(found[0], K.double())
    assert found[:, 0, 0].tolist() == [50, 70, 72]
    assert found[1:, :2, 2].tolist() == [[30, 20]] * 2


def test_distortion_is_refused():
    lens = Lens(50.0, 50.0, 30.0, 20.0, 40, 60, radial=(-0.1,))
    refuse_lenses(ViewSet((View(IMAGE, "a"),)), "COLMAP")
    with pytest.raises(InputError, match="COLMAP knows pinhole images only, and view 'b'"):
        refuse_lenses(ViewSet((View(IMAGE, "a"), View(IMAGE, "b", lens=lens))), "COLMAP")
