# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json

import pytest
import torch

from anyview.core.errors import InputError
from anyview.training.known_depth import KnownDepth
from anyview.training.label_fit import LabelFit, fit_label, label_of
from anyview.training.label_options import FitLimits

LIMITS = FitLimits()


def _teacher(seed: int = 0) -> torch.Tensor:
    return torch.rand(24, 32, generator=torch.Generator().manual_seed(seed)) * 4 + 0.5


def _known(values: torch.Tensor) -> KnownDepth:
    rows, columns = torch.meshgrid(torch.arange(24), torch.arange(32), indexing="ij")
    places = torch.stack(((columns + 0.5) / 32, (rows + 0.5) / 24), -1).flatten(0, 1)
    return KnownDepth(places, values.flatten())


@pytest.mark.parametrize(("scale", "shift"), [(3.0, 1.5), (0.02, -0.005), (40.0, 0.0)])
def test_a_planted_scale_and_shift_are_found_under_40_percent_outliers(scale, shift):
    teacher, chance = _teacher(), torch.Generator().manual_seed(1)
    truth = scale * teacher + shift
    raw = truth * (1 + 0.005 * torch.randn(truth.shape, generator=chance))
    wrong = torch.rand(truth.shape, generator=chance) < 0.4
    raw[wrong] = scale * 10 * torch.rand(int(wrong.sum()), generator=chance) + 1e-3
    fit = fit_label(teacher, _known(raw), LIMITS)
    assert fit.status == "aligned"
    assert fit.scale == pytest.approx(scale, rel=0.01)
    assert fit.shift == pytest.approx(shift, abs=0.01 * scale)
    assert 0.5 < fit.inlier_share < 0.75
    assert fit.residual < 0.02
    label = label_of(teacher, fit)
    torch.testing.assert_close(label, truth, rtol=0.01, atol=0.01 * scale)


def test_depth_that_has_nothing_to_do_with_the_teacher_is_a_failure():
    fit = fit_label(_teacher(0), _known(_teacher(1) + 0.2 * _teacher(0)), LIMITS)
    assert fit.status == "failed"
    assert "deviate" in fit.reason
    against = fit_label(_teacher(0), _known(9 - _teacher(0)), LIMITS)
    assert against.status == "failed"
    assert "not positive" in against.reason
    assert against.scale is None


def test_too_few_places_are_a_failure_and_none_at_all_is_relative():
    known = _known(_teacher())
    few = fit_label(_teacher(), KnownDepth(known.places[:19], known.depth[:19]), LIMITS)
    assert (few.status, few.points) == ("failed", 19)
    assert "20 are wanted" in few.reason
    relative = fit_label(_teacher(), None, LIMITS)
    assert relative == LabelFit("relative")
    assert torch.equal(label_of(_teacher(), relative), _teacher())


def test_a_minority_that_agrees_is_not_believed():
    teacher, chance = _teacher(), torch.Generator().manual_seed(1)
    raw = 2 * teacher
    wrong = torch.rand(raw.shape, generator=chance) < 0.45
    raw[wrong] = 30 + 30 * torch.rand(int(wrong.sum()), generator=chance)
    assert fit_label(teacher, _known(raw), FitLimits(min_inliers=0.5)).status == "aligned"
    strict = fit_label(teacher, _known(raw), FitLimits(min_inliers=0.7))
    assert strict.status == "failed"
    assert "agree" in strict.reason
    assert strict.scale == pytest.approx(2.0, rel=0.01), "it is told what was found"


def test_sky_takes_no_part_and_gets_no_label():
    teacher = _teacher()
    sky = torch.zeros(24, 32, dtype=torch.bool)
    sky[:14] = True
    raw = torch.where(sky, 500.0, 2 * teacher - 1.5)  # a sensor that sees the sky at 500 m
    fit = fit_label(teacher, _known(raw), LIMITS, sky=sky)
    assert fit.points == 10 * 32
    assert fit.scale == pytest.approx(2.0, rel=1e-3)
    label = label_of(teacher, fit, sky=sky)
    assert bool((label[sky] == 0).all())
    below_zero = ~sky & (2 * teacher - 1.5 <= 0)
    assert bool(below_zero.any())
    assert bool((label[below_zero] == 0).all())
    assert bool((label[~sky & ~below_zero] > 0).all())


def test_the_record_comes_back_from_json():
    fit = fit_label(_teacher(), _known(2 * _teacher()), LIMITS)
    assert LabelFit.from_document(json.loads(json.dumps(fit.to_document()))) == fit
    with pytest.raises(InputError, match="fields"):
        LabelFit.from_document({"status": "aligned"})
    with pytest.raises(InputError, match="good"):
        LabelFit.from_document(fit.to_document() | {"status": "good"})
