# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math
import xml.etree.ElementTree as ElementTree

import pytest

from anyview.evaluation.benchmark.charts import (
    HEIGHT,
    WIDTH,
    Axis,
    Series,
    chart,
    linear_axis,
    log_axis,
    marker,
    round_step,
    swatch,
)

SVG = "{http://www.w3.org/2000/svg}"
UNIT = Axis("x", 0.0, 1.0)


def drawn(*series, x=UNIT, y=UNIT, **others):
    return ElementTree.fromstring(chart(x, y, series, label="a <chart>", **others))


def test_a_line_goes_from_corner_to_corner():
    root = drawn(Series("a", 0, ((0.0, 0.0), (1.0, 1.0))))
    path = next(g for g in root.iter(f"{SVG}g") if "series" in g.get("class", "")).find(
        f"{SVG}path"
    )
    assert path is not None
    first, last = (
        [float(v) for v in part.split()] for part in path.get("d", "").lstrip("M").split("L")
    )
    assert first[0] < last[0] <= WIDTH
    assert 0 <= last[1] < first[1] <= HEIGHT


def test_names_are_escaped_and_told():
    root = drawn(Series("<b>&", 3, ((0.0, 0.0), (1.0, 1.0))), reference=(0.5, "<i>"))
    assert root.get("aria-label") == "a <chart>"
    assert [t.text for t in root.iter(f"{SVG}title")] == ["<b>&"]
    group = next(g for g in root.iter(f"{SVG}g") if "series" in g.get("class", ""))
    assert "m3" in group.get("class", "").split()


def test_values_that_are_not_finite_are_left_out():
    root = drawn(Series("a", 0, ((0.0, math.nan), (math.inf, 1.0))), Series("b", 1, ()))
    assert not [g for g in root.iter(f"{SVG}g") if "series" in g.get("class", "")]


def test_points_have_whiskers_where_they_are_known():
    with_ends = drawn(Series("a", 0, ((0.5, 0.5),), low=0.4, high=0.6))
    without = drawn(Series("a", 0, ((0.5, 0.5),)))
    count = [len(list(root.iter(f"{SVG}line"))) for root in (with_ends, without)]
    assert count[0] == count[1] + 1


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_places(kind):
    axis = Axis("x", 1.0, 100.0, kind)
    assert [axis.place(v) for v in (1.0, 100.0, 1000.0)] == [0, 1, 1]
    assert axis.place(-5.0) == 0
    middle = 10.0 if kind == "log" else 50.5
    assert axis.place(middle) == pytest.approx(0.5)
    assert all(1 <= tick <= 100 for tick in axis.ticks())
    assert 3 <= len(axis.ticks()) <= 8


@pytest.mark.parametrize("span", [0.003, 1.0, 7.0, 30.0, 12345.0])
def test_steps_are_round_and_few(span):
    step = round_step(span)
    assert 2 <= span / step <= 6
    assert f"{step:.0e}"[0] in "125"


@pytest.mark.parametrize("values", [[], [0.0], [5.0, 5.0], [math.nan], [-1.0, 2.0], [1e-9]])
def test_axes_have_an_extent_whatever_the_values(values):
    for axis in (linear_axis("y", values), log_axis("x", values)):
        assert axis.high > axis.low
        assert axis.ticks()
    assert log_axis("x", values).low > 0


def test_methods_of_one_colour_differ():
    assert swatch(0) != swatch(8)
    assert len({marker(i, 0.0, 0.0) for i in range(4)}) == 4
