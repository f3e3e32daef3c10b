# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.training.losses.report import LossReport, mean_numbers


def test_total_is_the_weighted_sum_with_its_gradient():
    a, b = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    report = LossReport().with_term("depth", a).with_term("camera", b, 0.5)
    assert report.total == 3.5
    report.total.backward()
    assert (a.grad, b.grad) == (1, 0.5)
    assert report.numbers() == {"depth": 2, "camera": 3}
    assert list(report.terms) == ["depth", "camera"]


def test_a_term_of_weight_zero_is_only_watched():
    report = LossReport().with_term("depth", torch.tensor(1.0))
    watched = report.with_term("accuracy", torch.tensor(math.nan), 0)
    assert watched.total == 1
    assert math.isnan(watched.numbers()["accuracy"])
    assert list(report.terms) == ["depth"]


def test_terms_cannot_be_changed():
    report = LossReport().with_term("depth", torch.tensor(1.0))
    with pytest.raises(TypeError):
        report.terms["depth"] = None


@pytest.mark.parametrize(
    ("name", "weight", "message"),
    [("depth", 1, "already"), ("total", 1, "already"), ("rays", -1, "weight"),
     ("rays", math.nan, "weight")],
)  # fmt: skip
def test_bad_terms_are_refused(name, weight, message):
    report = LossReport().with_term("depth", torch.tensor(1.0))
    with pytest.raises(OptionError, match=message):
        report.with_term(name, torch.tensor(1.0), weight)


def test_an_empty_report_has_no_total_and_no_numbers():
    assert LossReport().numbers() == {}
    with pytest.raises(OptionError, match="positive weight"):
        _ = LossReport().total


def test_mean_of_reports_is_over_those_that_have_the_name():
    numbers = [{"depth": 1.0}, {"depth": 3.0, "rays": 5.0}]
    assert mean_numbers(numbers) == {"depth": 2, "rays": 5}
    assert mean_numbers([]) == {}
