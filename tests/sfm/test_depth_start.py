# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras by depth and matches, from none that are of use."""

import torch

from anyview.geometry.se3 import invert
from anyview.sfm.depth_start import as_given, placed_by_depth, points_in_cameras
from anyview.sfm.given_scene import GivenScene
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.settings import MatchSettings
from anyview.sfm.tracks import join_matches
from tests.sfm.textured import cameras, lenses_known, matched, rendered, worst_turn_deg


def started(poses, depth):
    matches = matched(4)
    tracks = join_matches([len(found) for found in matches.features], matches.pairs)
    given = GivenScene(poses, lenses_known(4), depth)
    with quiet_pycolmap() as pycolmap:
        return placed_by_depth(matches, tracks, given, MatchSettings(), pycolmap)


def test_cameras_without_any_motion_are_placed_by_exact_depth():
    still = torch.eye(4, dtype=torch.float64).repeat(4, 1, 1)
    found = started(still, list(rendered(4).depth))
    assert found.placed.all()
    assert worst_turn_deg(found.cam_from_world, cameras(4)[0]) < 0.7


def test_units_of_depth_maps_do_not_matter():
    still = torch.eye(4, dtype=torch.float64).repeat(4, 1, 1)
    depth = [factor * own for factor, own in zip((1, 3, 0.2, 1), rendered(4).depth, strict=True)]
    found = started(still, depth)
    assert found.placed.all()
    assert worst_turn_deg(found.cam_from_world, cameras(4)[0]) < 0.7


def test_without_depth_only_the_first_view_is_placed():
    depth = [torch.zeros_like(own) for own in rendered(4).depth]
    found = started(cameras(4)[0], depth)
    assert int(found.placed.sum()) == 1
    assert torch.equal(found.cam_from_world, cameras(4)[0])


def test_points_lie_where_depth_puts_them():
    given = GivenScene(cameras(4)[0], lenses_known(4), list(rendered(4).depth))
    matches = matched(4)
    own = points_in_cameras(matches, given)[2]
    known = own.isfinite().all(-1)
    projected = own @ cameras(4)[1][2].mT
    pixels = projected[:, :2] / projected[:, 2:]
    torch.testing.assert_close(pixels[known], matches.features[2].pixels.double()[known])
    world = as_given(matches, given).points[2]
    back = world @ given.cam_from_world[2, :3, :3].mT + given.cam_from_world[2, :3, 3]
    torch.testing.assert_close(back[known], own[known])
    assert torch.equal(invert(invert(given.cam_from_world)).isfinite(), torch.ones(4, 4, 4) > 0)
