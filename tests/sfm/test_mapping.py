# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Structure from motion on rendered views with exact truth, and on what cannot work."""

import re

import pytest
import torch

from anyview.sfm.mapping import reconstruct
from anyview.sfm.settings import MatchSettings
from tests.sfm.textured import (
    blank,
    cameras,
    lenses_known,
    lenses_unknown,
    reconstructed,
    rendered,
    views_of,
    worst_direction_deg,
    worst_turn_deg,
)

ONE = MatchSettings(threads=1)


def test_cameras_are_found_without_any_prior():
    scene = reconstructed(4).scene
    assert scene is not None
    truth, K = cameras(4)
    assert scene.registered.all()
    assert worst_turn_deg(scene.cam_from_world, truth) < 0.5
    assert worst_direction_deg(scene.cam_from_world, truth) < 1.0
    assert float(scene.intrinsics[0, 0, 0]) == pytest.approx(float(K[0, 0, 0]), rel=0.02)


def test_two_views_with_a_known_lens():
    result = reconstruct(views_of(rendered(4).images[1:3]), lenses_known(2), ONE)
    assert result.scene is not None, result.reason
    truth = cameras(4)[0][1:3]
    assert worst_turn_deg(result.scene.cam_from_world, truth) < 0.5
    assert worst_direction_deg(result.scene.cam_from_world, truth) < 2.0
    torch.testing.assert_close(result.scene.intrinsics, lenses_known(2).intrinsics)


def test_same_seed_same_scene():
    again = reconstruct(views_of(rendered(4).images), lenses_unknown(4), ONE)
    first = reconstructed(4).scene
    assert again.scene is not None
    assert first is not None
    assert torch.equal(again.scene.cam_from_world, first.cam_from_world)
    assert torch.equal(again.scene.points, first.points)


def test_views_of_another_scene_are_not_registered():
    images = torch.cat((rendered(4).images[:3], rendered(2, seed=50).images[:1]))
    scene = reconstruct(views_of(images), lenses_known(4), ONE).scene
    assert scene is not None
    assert scene.registered.tolist() == [True, True, True, False]
    assert worst_turn_deg(scene.cam_from_world[:3], cameras(4)[0][:3]) < 0.5
    assert scene.intrinsics.isfinite().all()  # the lens is the others'


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (lambda: rendered(4).images[:1], "one image"),
        (lambda: blank(3), "only 0 matches"),
        (
            lambda: torch.cat((rendered(4).images[:1], rendered(2, seed=50).images[:1])),
            "matches",
        ),
        (lambda: rendered(4).images[:1].repeat(2, 1, 1, 1), "hardly moved|no two images|points"),
    ],
    ids=["one", "blank", "two scenes", "the same twice"],
)
def test_reason_where_there_is_no_scene(images, reason):
    result = reconstruct(views_of(images()), lenses_known(len(images())), ONE)
    assert result.scene is None
    assert re.search(reason, result.reason)
