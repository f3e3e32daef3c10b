# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

import pytest
import torch

from anyview.evaluation.benchmark.calibration import calibration_of, deciles
from anyview.evaluation.benchmark.confidence_scores import error_kept, score_confidence
from tests.evaluation.benchmark.made_results import scored


def pixels(noise, count=2000, seed=0):
    generator = torch.Generator().manual_seed(seed)
    error = torch.rand(count, generator=generator) ** 2
    conf = 1 - error + noise * torch.randn(count, generator=generator)
    return conf, error


def task(conf, error, name="a"):
    scores = score_confidence([(conf, error)])
    return scored(name, dict(scores.numbers), curves=dict(scores.curves))


def tenths_by_loop(conf, error):
    """Sort, cut in ten, take means."""
    order = sorted(range(len(conf)), key=lambda i: float(conf[i]))
    size = len(order) // 10
    parts = [order[i * size : (i + 1) * size] for i in range(10)]
    whole = sum(map(float, error)) / len(error)
    return [sum(float(error[i]) for i in part) / size / whole for part in parts]


def kept_by_loop(conf, error, removed):
    order = sorted(range(len(conf)), key=lambda i: -float(conf[i]))
    count = len(order) - round(len(order) * removed)
    whole = sum(map(float, error)) / len(error)
    return sum(float(error[i]) for i in order[:count]) / count / whole


@pytest.mark.parametrize("noise", [0.0, 0.3, 3.0])
def test_curves_are_those_of_plain_loops(noise):
    conf, error = pixels(noise)
    found = calibration_of([task(conf, error)])
    assert found is not None
    assert found.deciles == pytest.approx(tenths_by_loop(conf, error), abs=1e-6)
    assert found.kept == pytest.approx([kept_by_loop(conf, error, r) for r in found.removed])
    assert found.oracle == pytest.approx([kept_by_loop(-error, error, r) for r in found.removed])
    areas = [a - b for a, b in zip(found.kept, found.oracle, strict=True)]
    assert found.ause == pytest.approx(sum(areas) / len(areas))


def test_ends_of_the_scale():
    perfect = calibration_of([task(*pixels(0.0))])
    _, error = pixels(0.0)
    silent = calibration_of([task(torch.ones_like(error), error)])
    misled = calibration_of([task(error, error)])
    assert perfect is not None
    assert silent is not None
    assert misled is not None
    assert perfect.ause == pytest.approx(0, abs=1e-6)
    assert perfect.realised == pytest.approx(1, abs=1e-6)
    assert perfect.is_monotone
    assert silent.realised == pytest.approx(0, abs=1e-6)
    assert silent.deciles == pytest.approx([1.0] * 10)
    assert misled.realised < 0
    assert not misled.is_monotone


def test_tenths_average_to_the_whole():
    conf, error = pixels(0.5)
    parts = deciles(error_kept(conf, error).tolist())
    assert sum(parts) / 10 == pytest.approx(1)


def test_means_over_tasks_leave_out_those_without():
    first, second = task(*pixels(0.0)), task(*pixels(1.0, seed=1), name="b")
    both = calibration_of([first, second, scored("c", failed=True)])
    alone = [calibration_of([one]) for one in (first, second)]
    assert both is not None
    assert both.tasks == 2
    assert both.ause == pytest.approx(sum(one.ause for one in alone if one) / 2)


@pytest.mark.parametrize("curve", [(), (1.0, math.nan), (1.0,)])
def test_what_says_nothing_gives_nothing(curve):
    item = scored("a", curves={"confidence/error_kept": curve, "confidence/error_oracle": ()})
    assert calibration_of([item]) is None


def test_coarse_curves_have_no_tenths():
    assert deciles([1.0] * 5) == ()
    assert deciles([1.0] * 15) == ()
