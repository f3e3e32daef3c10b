# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from collections import Counter

import pytest

from anyview.core.errors import OptionError
from anyview.training.plan import LossWeights, Phase, StepKind, plan_step

_A = StepKind("a", 1, 4, 28, 28, LossWeights(log_depth=1.0))
_B = StepKind("b", 2, 2, 28, 28, LossWeights(rays=1.0, match=1.0), given_cameras=0.25)


def test_a_plan_depends_on_seed_and_step_alone():
    phases = (Phase(1.0, ((1.0, _A), (1.0, _B))),)
    plans = [plan_step(phases, 100, 7, step) for step in (3, 99, 3)]
    assert plans[0] == plans[2]
    assert plans[0].seed != plans[1].seed
    assert plan_step(phases, 100, 8, 3).seed != plans[0].seed


def test_shares_and_given_cameras_come_as_often_as_they_say():
    phases = (Phase(1.0, ((3.0, _A), (1.0, _B))),)
    plans = [plan_step(phases, 4000, 0, step) for step in range(4000)]
    kinds = Counter(plan.kind.name for plan in plans)
    assert kinds["b"] / 4000 == pytest.approx(0.25, abs=0.03)
    told = sum(plan.gives_cameras for plan in plans)
    assert told / kinds["b"] == pytest.approx(0.25, abs=0.05)


def test_phases_follow_each_other_and_the_last_has_no_end():
    phases = (Phase(0.5, ((1.0, _A),)), Phase(1.0, ((1.0, _B),)))
    names = [plan_step(phases, 10, 0, step).kind.name for step in (0, 4, 5, 9, 12)]
    assert names == ["a", "a", "b", "b", "b"]


def test_weights_say_what_must_run():
    assert LossWeights(points=1.0).needs_depth
    assert LossWeights(points=1.0).needs_rays
    assert not LossWeights(direction=1.0).needs_depth
    assert LossWeights(direction=1.0).needs_cameras
    assert LossWeights(flow=1.0).needs_matches


def test_refuses_what_cannot_be_carried_out():
    with pytest.raises(OptionError, match="rays"):
        LossWeights(rays=-1.0)
    with pytest.raises(OptionError, match="multiples of 14"):
        StepKind("a", 1, 4, 30, 28, LossWeights())
    with pytest.raises(OptionError, match="0 to 1"):
        StepKind("a", 1, 4, 28, 28, LossWeights(), given_cameras=2.0)


def test_terms_of_monocular_networks():
    assert LossWeights(normal=1.0).needs_depth
    assert LossWeights(global_local=1.0).needs_depth
    assert not LossWeights(sky=1.0, objects=1.0).needs_depth
    assert LossWeights(sky=1.0, objects=0.5, rays=0.0).used == {"sky", "objects"}
