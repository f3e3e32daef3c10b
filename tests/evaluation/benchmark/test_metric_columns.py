# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

from anyview.evaluation.benchmark.metric_columns import (
    MAIN,
    PICTURED,
    QUALITY,
    column_of,
    columns_for,
    first_of,
)


def test_directions():
    better_high = {c.name for c in MAIN if c.higher_is_better}
    assert "depth/delta1_full" in better_high
    assert "pose/auc30" in better_high
    assert not better_high & {"depth/abs_rel", "trajectory/ate_full", "confidence/ause"}
    assert column_of("depth/abs_rel").arrow == "↓"


def test_columns_are_in_order_and_named_once():
    names = [column.name for column in MAIN]
    assert len(set(names)) == len(names)
    assert [c.name for c in columns_for(reversed(names))] == names
    assert {*QUALITY, *PICTURED} <= set(names)


def test_any_metric_has_a_column():
    own = column_of("depth/silog_x")
    assert own.title == "depth/silog x"
    assert own.shown(0.12345) == "0.123"
    assert own.shown(math.nan) == "-"
    assert own.shown(math.inf) == "inf"


def test_the_first_that_is_there():
    found = first_of(QUALITY, {"reconstruction/f1", "images/psnr"})
    assert found is not None
    assert found.name == "reconstruction/f1"
    assert first_of(QUALITY, set()) is None
