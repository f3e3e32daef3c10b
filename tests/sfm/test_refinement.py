# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Refinement of disturbed cameras of rendered views, and what is not accepted."""

import math

import pytest
import torch

from anyview.sfm.given_scene import GivenScene
from anyview.sfm.priors import LensPriors
from anyview.sfm.refinement import refine
from anyview.sfm.settings import MatchSettings
from tests.sfm.textured import (
    blank,
    cameras,
    lenses_known,
    rendered,
    turned,
    views_of,
    worst_direction_deg,
    worst_turn_deg,
)

ONE = MatchSettings(threads=1)


def test_disturbed_cameras_are_brought_back():
    truth = cameras(4)[0]
    start = turned(truth, 4.0, 0.1)
    assert worst_turn_deg(start, truth) > 4
    given = GivenScene(start, lenses_known(4), [1.1 * own for own in rendered(4).depth])
    found = refine(views_of(rendered(4).images), given, ONE)
    scene = found.result.scene
    assert scene is not None, found.result.reason
    assert worst_turn_deg(scene.cam_from_world, truth) < 0.3
    assert worst_direction_deg(scene.cam_from_world, truth) < 0.5
    assert scene.median_error_px < 0.3
    assert found.before_px > 2


def test_wrong_focal_length_is_refined():
    truth, K = cameras(4)
    start = K.clone()
    start[:, [0, 1], [0, 1]] *= 1.1
    priors = LensPriors(start, torch.zeros(4, dtype=torch.bool))
    given = GivenScene(turned(truth, 2.0, 0.05), priors, list(rendered(4).depth))
    scene = refine(views_of(rendered(4).images), given, ONE).result.scene
    assert scene is not None
    assert float(scene.intrinsics[0, 0, 0]) == pytest.approx(float(K[0, 0, 0]), rel=0.01)


def test_a_view_of_another_scene_is_left_out():
    truth = cameras(4)[0]
    images = torch.cat((rendered(4).images[:3], rendered(2, seed=50).images[:1]))
    given = GivenScene(turned(truth, 2.0, 0.05), lenses_known(4), list(rendered(4).depth))
    scene = refine(views_of(images), given, ONE).result.scene
    assert scene is not None
    assert scene.registered.tolist() == [True, True, True, False]
    assert worst_turn_deg(scene.cam_from_world[:3], truth[:3]) < 0.3


@pytest.mark.parametrize(
    ("images", "reason"),
    [(lambda: rendered(4).images[:1], "one image"), (lambda: blank(2), "only 0 matches")],
    ids=["one", "blank"],
)
def test_reason_where_nothing_is_refined(images, reason):
    count = len(images())
    given = GivenScene(cameras(4)[0][:count], lenses_known(count), list(rendered(4).depth[:count]))
    found = refine(views_of(images()), given, ONE)
    assert found.result.scene is None
    assert reason in found.result.reason
    assert math.isnan(found.before_px)


def test_cameras_that_are_exact_are_kept_or_hardly_moved():
    truth = cameras(4)[0]
    given = GivenScene(truth, lenses_known(4), list(rendered(4).depth))
    found = refine(views_of(rendered(4).images), given, ONE)
    if found.result.scene is None:
        assert "did not fall" in found.result.reason
    else:
        assert worst_turn_deg(found.result.scene.cam_from_world, truth) < 0.1


def test_cameras_that_would_turn_around_are_refused():
    # Every camera looks at the scene upside down and from elsewhere: not a refinement.
    truth = cameras(4)[0]
    flip = turned(truth, 120.0, 2.0)
    given = GivenScene(flip, lenses_known(4), list(rendered(4).depth))
    found = refine(views_of(rendered(4).images), given, ONE)
    assert found.result.scene is None
    assert "turn by" in found.result.reason
