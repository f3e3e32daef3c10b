# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.fusion.options import FuseOptions
from anyview.fusion.scene import fuse_prediction, median_footprint

from .ball import K, ball_prediction

PLAIN = FuseOptions(edge_threshold=0.2, voxel_size=0.08)


def test_a_ball_comes_out_round_and_in_colour():
    told = []
    mesh = fuse_prediction(ball_prediction(), PLAIN, lambda *done: told.append(done))
    radius = mesh.vertices.norm(dim=-1)
    assert (radius - 1).abs().median() < 0.01
    assert (radius - 1).abs().max() < 0.1
    assert (mesh.colors == 200).all()
    assert told == [(i + 1, 12) for i in range(12)]


def test_a_stray_patch_is_left_out():
    prediction = ball_prediction()
    depth = prediction.depth.clone()
    depth[0, :9, :9] = 1.0  # only this view sees it, and others look through
    mesh = fuse_prediction(replace(prediction, depth=depth), PLAIN)
    assert mesh.vertices.norm(dim=-1).max() < 1.2


def test_far_depth_is_left_out_unless_allowed():
    prediction = ball_prediction()
    depth = torch.where(prediction.depth > 0, prediction.depth, 100.0)
    far = replace(prediction, depth=depth, valid=torch.ones_like(depth, dtype=torch.bool))
    mesh = fuse_prediction(far, replace(PLAIN, max_depth=10.0))
    assert mesh.vertices.norm(dim=-1).max() < 1.2


def test_the_footprint_is_that_of_a_pixel():
    depth = torch.full((1, 4, 4), 35.0)
    assert median_footprint(depth, K[None], depth > 0) == pytest.approx(0.5)
    with pytest.raises(InputError, match="max_depth"):
        median_footprint(depth, K[None], depth > 50)


def test_a_single_view_has_a_surface_and_unseen_places_do_not():
    one = ball_prediction(1)
    assert len(fuse_prediction(one, PLAIN).faces) > 100
    with pytest.raises(InputError, match="seen by 2 of 1 views"):
        fuse_prediction(one, replace(PLAIN, min_views=2))
