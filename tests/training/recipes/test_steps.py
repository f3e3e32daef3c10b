# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.training.recipes.steps import full, pose_only, single_views, weighing


def test_single_views_cost_neither_rays_nor_matches():
    weights = single_views(16, 112, 84).weights
    assert weights.needs_depth
    assert weights.needs_cameras, "the field of view is learned from single views too"
    assert not weights.needs_rays
    assert not weights.needs_matches


def test_pose_alone_leaves_the_dense_head_out():
    weights = pose_only(8, 2, 112, 84).weights
    assert not weights.needs_depth
    assert not weights.needs_rays
    assert weights.needs_cameras
    assert weights.needs_matches


def test_full_steps_have_all_losses_of_the_paper():
    kind = full(4, 4, 112, 84)
    for name in ("depth", "rays", "points", "translation", "rotation", "fov", "gradient"):
        assert getattr(kind.weights, name) > 0, name
    assert kind.given_cameras == 0.2, "DA3, section 3.3"
    assert kind.num_views == 16


def test_terms_weigh_more_but_none_appears():
    kind = weighing(single_views(2, 28, 28), {"fov": 3.0, "match": 2.0})
    assert kind.weights.fov == 3.0
    assert kind.weights.used == single_views(2, 28, 28).weights.used
