# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Tables are well formed, hold every model, and print bold what beats all baselines."""

import math
from dataclasses import replace

import pytest

from anyview.evaluation.prediction_runs import RunPlan
from anyview.evaluation.report import (
    POSE_HEADER,
    depth_cell,
    number,
    pose_cells,
    set_report,
    table,
    world_report,
)
from anyview.evaluation.score import score_image_sets, score_worlds
from anyview.metrics.depth import DepthScores
from anyview.metrics.pose import PoseScores

DEPTH = DepthScores(0.30, 1.0, 0.1, 0.2, 0.60, 0.8, 0.9, 4)
POSE = PoseScores(0.0, 0.1, 0.2, 0.3, 0.05, 0.35, 0.5, 0.4, 12.0, 50.0, 10, 10)


def rows_of(text):
    """Cells of every table line."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def test_bold_needs_to_beat_every_rival():
    worse = replace(DEPTH, abs_rel=0.4, delta1=0.5)
    mixed = replace(DEPTH, abs_rel=0.4, delta1=0.7)
    assert depth_cell(DEPTH, [worse]) == "**0.300** / **0.600**"
    assert depth_cell(DEPTH, [worse, mixed]) == "**0.300** / 0.600"
    assert depth_cell(DEPTH, [DEPTH]) == "0.300 / 0.600"
    assert depth_cell(DEPTH, [None]) == depth_cell(DEPTH) == "0.300 / 0.600"
    assert depth_cell(None, [worse]) == "-"


def test_pose_cells_know_which_way_is_better():
    rival = replace(POSE, auc30=0.2, auc15=0.3, median_rotation_deg=20.0, median_direction_deg=40.0)
    cells = dict(zip(POSE_HEADER, pose_cells(POSE, rival), strict=True))
    assert cells["AUC30"] == "**0.300**"
    assert cells["AUC15"] == "0.200"
    assert cells["rotation"] == "**12.0**"
    assert cells["direction"] == "50.0"
    assert pose_cells(None, POSE) == ["-"] * len(POSE_HEADER)


def test_numbers_and_tables():
    assert number(None) == number(math.nan) == "-"
    assert number(1.26, 1, better=True) == "**1.3**"
    assert table(["a", "b"], [["1", "2"]]).splitlines() == [
        "| a | b |",
        "| --- | --- |",
        "| 1 | 2 |",
    ]


@pytest.fixture(scope="module")
def scored(nano, worlds, baseline_scores):
    return score_worlds(nano, worlds, RunPlan(resolution=28)), baseline_scores


def test_world_tables_hold_every_model_and_number(scored):
    scores, baselines = scored
    text = world_report({"one": scores, "other": scores}, baselines)
    rows = rows_of(text)
    assert {len(row) for row in rows} <= {6, 10, 7, 3}
    assert rows[0] == ["depth", "one", "other", "constant", "ramp", "mean shape"]
    first = next(row for row in rows if row[0] == "1 view, first of each scene")
    assert first[1].replace("*", "").startswith(f"{scores.one_first.abs_rel:.3f} / ")
    assert first[3] == depth_cell(baselines["constant"].one_first)
    assert sum(row[0] == "other" and row[2] == "rays" for row in rows) >= 2
    assert "room (1)" in text
    assert "nan" not in text


def test_models_without_cameras_have_dashes(scored):
    scores, baselines = scored
    blind = replace(
        scores,
        one=replace(scores.one, lens=None, lens_rays=None),
        many=replace(scores.many, pose_camera=None, pose_rays=None, lens=None, lens_rays=None),
        many_given=None,
    )
    rows = rows_of(world_report({"mono": blind}, baselines))
    given = next(row for row in rows if row[0].startswith("all views, cameras given"))
    assert given[1] == "-"
    assert ["mono", "all", "camera", *["-"] * 7] in rows


def test_set_tables(nano, sets_folder):
    scores = score_image_sets(nano, sets_folder, RunPlan(resolution=28))
    text = set_report({"one": scores, "other": scores})
    rows = rows_of(text)
    assert ["set", "images", "one", "other", "constant", "ramp"] in rows
    assert any(row[0] == "points*" for row in rows)
    assert sum(row[0] == "dense" and row[1] == "other" for row in rows) == 2
    assert "nan" not in text
