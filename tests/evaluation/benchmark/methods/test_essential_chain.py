# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark.methods.essential_chain import ChainSettings, chain_cameras
from anyview.geometry.se3 import camera_centres
from tests.sfm.textured import (
    blank,
    cameras,
    rendered,
    views_of,
    worst_direction_deg,
    worst_turn_deg,
)

cv2 = pytest.importorskip("cv2")
SETTINGS = ChainSettings(2048, 1.0, 2)


def chain(images, K):
    return chain_cameras(views_of(images), K, SETTINGS, cv2)


def test_steps_are_chained_at_one_scale():
    truth, K = cameras(4)
    found = chain(rendered(4).images, K)
    assert (found.num_placed, found.unscaled_links) == (4, 0)
    assert torch.equal(found.cam_from_world[0], torch.eye(4, dtype=torch.float64))
    assert worst_turn_deg(found.cam_from_world, truth) < 1.0
    assert worst_direction_deg(found.cam_from_world, truth) < 3.0
    steps = [camera_centres(c).diff(dim=0).norm(dim=-1) for c in (found.cam_from_world, truth)]
    ratios = steps[0] / steps[1]
    assert float(ratios.max() / ratios.min()) < 1.1


def test_a_view_between_that_shows_nothing_is_stepped_over():
    truth, K = cameras(4)
    images = rendered(4).images[1:3]
    found = chain(torch.cat((images[:1], blank(1), images[1:])), K[:3])
    assert found.cam_from_world[:, 0, 0].isnan().tolist() == [False, True, False]
    assert worst_turn_deg(found.cam_from_world[[0, 2]], truth[1:3]) < 1.0


def test_pixel_centres_are_half_a_pixel_in():
    """The centre of the image is where K says, in both libraries' words."""
    K = cameras(4)[1]
    pair = rendered(4).images[1:3]
    mirrored = pair.flip(-1)
    turns = [chain(images, K[1:3]).cam_from_world[1, :3, :3] for images in (pair, mirrored)]
    flip = torch.diag(torch.tensor([-1.0, 1.0, 1.0], dtype=torch.float64))
    torch.testing.assert_close(turns[0], flip @ turns[1] @ flip, atol=0.01, rtol=0)


def test_nothing_to_match():
    found = chain(blank(2), cameras(2)[1])
    assert found.num_placed == 1
