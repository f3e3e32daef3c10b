# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.posed_depth import known_pixels, land, lift, posed_depth, resize_nearest
from anyview.geometry.rays import points_from_depth


def test_nearest_picks_the_pixel_that_holds_the_new_centre():
    values = torch.arange(6 * 9).reshape(2, 3, 9)
    got = resize_nearest(values, 2, 4)
    for row in range(2):
        for column in range(4):
            old = values[:, int((row + 0.5) * 3 / 2), int((column + 0.5) * 9 / 4)]
            assert torch.equal(got[:, row, column], old)
    assert torch.equal(resize_nearest(values, 3, 9), values)


def test_lifted_points_are_those_of_the_whole_map(mini_scene):
    view = posed_depth(mini_scene.frames[1])
    pixels, z = known_pixels(view, 50, torch.Generator().manual_seed(0))
    assert len(set(map(tuple, pixels.tolist()))) == 50
    points = lift(pixels, z, view.intrinsics, view.cam_from_world)
    whole = points_from_depth(view.depth, view.cam_from_world, view.intrinsics)
    column, row = pixels.long().unbind(-1)
    torch.testing.assert_close(points, whole[row, column], rtol=1e-9, atol=1e-9)
    own_z, found = land(points, view)
    torch.testing.assert_close(own_z, z)
    torch.testing.assert_close(found, z)


def test_a_coarser_grid_has_its_own_intrinsics(mini_scene):
    frame = mini_scene.frames[0]
    fine, coarse = posed_depth(frame), posed_depth(frame, (21, 56))
    assert coarse.depth.shape == (21, 56)
    torch.testing.assert_close(coarse.intrinsics[0], fine.intrinsics[0] / 2)
    torch.testing.assert_close(coarse.intrinsics[1], fine.intrinsics[1] / 4)
    half = replace(frame, size=(168, 224))  # an image twice as fine as its depth
    torch.testing.assert_close(posed_depth(half).intrinsics[:2], fine.intrinsics[:2] / 2)


def test_nothing_is_found_outside_behind_and_where_depth_is_unknown(mini_scene):
    view = posed_depth(mini_scene.frames[0])
    centre = torch.linalg.inv(view.cam_from_world)
    behind = centre[:3, 3] - centre[:3, 2]
    aside = centre[:3, 3] + centre[:3, 2] + 9 * centre[:3, 0]
    ahead = centre[:3, 3] + centre[:3, 2]
    z, found = land(torch.stack([behind, aside, ahead]), view)
    assert z[0] < 0 < z[1]
    assert found[:2].isnan().all()
    assert found[2] > 0
    blank = replace(view, depth=torch.zeros_like(view.depth))
    assert land(ahead[None], blank)[1].isnan().all()
    assert len(known_pixels(blank, 5, torch.Generator())[0]) == 0


def test_frames_without_depth_or_camera_are_refused(mini_scene):
    with pytest.raises(InputError, match="needs dense depth, K and cam_from_world"):
        posed_depth(replace(mini_scene.frames[0], read_depth=None))
