# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which views share a lens, and what it starts from."""

import pytest
import torch

from anyview.core.errors import InputError
from anyview.sfm.priors import DEFAULT_FOCAL, LensPriors, shared_lenses
from anyview.structures.views import View


def view(height: int = 40, width: int = 60, focal_px: float | None = None) -> View:
    return View(torch.zeros(3, height, width, dtype=torch.uint8), "v", focal_px=focal_px)


def priors(*focals: float, fixed: bool = False) -> LensPriors:
    matrices = torch.eye(3, dtype=torch.float64).repeat(len(focals), 1, 1)
    matrices[:, 0, 0] = matrices[:, 1, 1] = torch.tensor(focals, dtype=torch.float64)
    matrices = torch.where(matrices[:, :1, :1].isnan(), torch.nan, matrices)
    return LensPriors(matrices, torch.full((len(focals),), fixed))


def test_views_of_one_size_share_a_lens_of_their_median_focal():
    (lens,) = shared_lenses([view()] * 3, priors(50, 90, 70))
    assert lens.views == (0, 1, 2)
    assert float(lens.intrinsics[0, 0]) == 70
    assert not lens.is_fixed
    assert not lens.is_guess


def test_sizes_and_exif_tell_lenses_apart():
    views = [view(), view(60, 40), view(), view(focal_px=55.0), view(focal_px=55.0)]
    found = shared_lenses(views, priors(50, 50, 50, 55, 55))
    assert [lens.views for lens in found] == [(0, 2), (1,), (3, 4)]


def test_fixed_lenses_are_shared_only_if_equal():
    found = shared_lenses([view()] * 3, priors(50, 50, 51, fixed=True))
    assert [lens.views for lens in found] == [(0, 1), (2,)]
    assert all(lens.is_fixed for lens in found)


def test_unknown_lens_is_guessed():
    (lens,) = shared_lenses([view()], priors(float("nan")))
    assert lens.is_guess
    assert float(lens.intrinsics[0, 0]) == pytest.approx(DEFAULT_FOCAL * 60)
    assert lens.intrinsics[:2, 2].tolist() == [30, 20]


def test_a_known_member_speaks_for_the_lens():
    (lens,) = shared_lenses([view()] * 2, priors(float("nan"), 70))
    assert float(lens.intrinsics[0, 0]) == 70


def test_unknown_lens_cannot_be_fixed():
    with pytest.raises(InputError, match="cannot be fixed"):
        priors(float("nan"), fixed=True)
