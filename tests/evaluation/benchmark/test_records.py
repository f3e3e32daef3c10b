# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.records import record_of, scored_of
from anyview.evaluation.benchmark.task import Scored

numbers = st.dictionaries(st.text(max_size=5), st.floats(), max_size=3)


def same(a, b):
    return json.dumps(record_of(a), sort_keys=True) == json.dumps(record_of(b), sort_keys=True)


@settings(max_examples=30, deadline=None)
@given(numbers, st.text(max_size=9), st.sampled_from(["ok", "failed"]), st.integers(0, 10**12))
def test_round_trip_through_strict_json(values, text, outcome, peak):
    scored = Scored(
        text, "s", (text, "b"), outcome, text, values, {"c": (0.5, math.inf)}, 0.25, peak
    )
    line = json.dumps(record_of(scored), allow_nan=False)
    back = scored_of(json.loads(line), "here")
    assert same(back, scored)
    assert set(back.numbers) == set(values)
    assert all(
        math.isnan(back.numbers[k]) if math.isnan(v) else back.numbers[k] == v
        for k, v in values.items()
    )


GOOD = record_of(Scored("t", "s", (), "ok", "", {"a": 1.0}, {}, 1.0, None))


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "fine"},
        {"numbers": {"a": "1"}},
        {"numbers": {"a": True}},
        {"numbers": [1]},
        {"curves": {"a": [None, "x"]}},
        {"curves": {"a": 3}},
        {"task": 3},
        {"tags": [1]},
        {"peak_bytes": math.inf},
    ],
)
def test_odd_records_are_refused(change):
    assert scored_of(GOOD, "here").numbers == {"a": 1.0}
    with pytest.raises(InputError, match="here is no scored task"):
        scored_of({**GOOD, **change}, "here")


@pytest.mark.parametrize("record", [None, 3, [], {}, {"task": "a"}])
def test_other_json_is_refused(record):
    with pytest.raises(InputError, match="here is no scored task"):
        scored_of(record, "here")
