# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores as JSON."""

import json
import math

from anyview.evaluation.score import to_json, write_scores
from anyview.metrics.depth import DepthScores

SCORES = DepthScores(0.1, 0.2, 0.3, math.nan, 0.5, math.inf, 0.7, 8)


def test_numbers_stay_and_what_is_none_becomes_null(tmp_path):
    plain = to_json({"a": (SCORES, None), "b": [True, "text"]})
    assert plain["a"][0]["abs_rel"] == 0.1
    assert plain["a"][0]["maps"] == 8
    assert plain["a"][0]["silog"] is plain["a"][0]["delta2"] is None
    assert plain["a"][1] is None
    assert plain["b"] == [True, "text"]
    write_scores(tmp_path / "deep" / "scores.json", {"a": (SCORES, None), "b": [True, "text"]})
    assert json.loads((tmp_path / "deep" / "scores.json").read_text()) == plain
