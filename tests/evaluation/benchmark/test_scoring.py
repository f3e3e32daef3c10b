# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""All parts together: what is given is not scored, and failures have the worst numbers."""

import math
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.scoring import HIGHER_IS_BETTER, score_answer, score_failure
from anyview.evaluation.benchmark.task import Answer
from tests.evaluation.benchmark.example_room import right_answer, room_truth, room_views

PROTOCOL = replace(protocol_of("synthetic"), trajectory=True)


@pytest.fixture(scope="module")
def truth(synthetic_scene):
    return room_truth(synthetic_scene)


@pytest.fixture(scope="module")
def right(truth, synthetic_scene):
    conf = tuple(1 + torch.rand_like(depth) for depth in truth.depth)
    answer = right_answer(truth, conf=conf)
    return score_answer(answer, truth, PROTOCOL, room_views(synthetic_scene))


def test_the_truth_scores_full_marks(right):
    numbers = right.numbers
    for name in ("depth/delta1", "depth_joint/delta1", "pose/auc3_published", "pose/placed"):
        assert numbers[name] == 1, name
    assert numbers["reconstruction/f1"] > 0.99
    assert numbers["lens/fov_deg"] == pytest.approx(0, abs=1e-9)
    assert numbers["trajectory/ate"] == pytest.approx(0, abs=1e-5)
    assert all(math.isfinite(value) for value in numbers.values())
    assert all(len(curve) <= 101 for curve in right.curves.values())


def test_no_failure_is_better_than_any_answer(right, truth, synthetic_scene):
    failed = score_failure(truth, PROTOCOL, room_views(synthetic_scene)).numbers
    assert {"depth/delta1", "pose/auc30", "reconstruction/f1", "trajectory/ate_full"} <= set(failed)
    for name, value in failed.items():
        if name == "trajectory/path_radius":
            continue
        last = name.split("/")[1]
        assert (value <= right.numbers[name]) == HIGHER_IS_BETTER.get(last, False), name


def test_what_was_given_is_not_scored(truth, synthetic_scene):
    known = {"extrinsics": truth.cam_from_world, "intrinsics": truth.intrinsics}
    views = room_views(synthetic_scene, **known)
    numbers = score_answer(right_answer(truth), truth, PROTOCOL, views).numbers
    assert not [name for name in numbers if name.startswith(("pose/", "lens/", "trajectory/"))]
    assert numbers["reconstruction/f1"] > 0.99
    failed = score_failure(truth, PROTOCOL, views).numbers
    assert set(failed) <= set(numbers)
    lens_only = room_views(synthetic_scene, intrinsics=truth.intrinsics)
    numbers = score_answer(right_answer(truth), truth, PROTOCOL, lens_only).numbers
    assert "pose/auc3" in numbers
    assert "lens/fov_deg" not in numbers


def test_protocols_score_what_they_say(truth, synthetic_scene):
    views = room_views(synthetic_scene)
    poses = score_answer(right_answer(truth), truth, protocol_of("dtu64"), views).numbers
    assert {name.split("/")[0] for name in poses} == {"pose"}
    mono = score_answer(right_answer(truth), truth, protocol_of("nyu"), views).numbers
    assert {name.split("/")[0] for name in mono} >= {"depth", "lens"}
    assert not [name for name in mono if name.startswith("pose")]


def test_answers_of_other_views_are_refused(truth, synthetic_scene):
    views = room_views(synthetic_scene)
    few = Answer(depth=truth.depth[:3])
    with pytest.raises(InputError, match="depth has 3 entries for 4 views"):
        score_answer(few, truth, PROTOCOL, views)
    odd = Answer(depth=truth.depth, conf=tuple(d[::2] for d in truth.depth))
    with pytest.raises(InputError, match="confidence of view 0"):
        score_answer(odd, truth, PROTOCOL, views)
