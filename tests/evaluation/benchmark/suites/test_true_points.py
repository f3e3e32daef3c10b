# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import torch

from anyview.evaluation.benchmark.suites.true_points import surface_of_depth
from anyview.evaluation.benchmark.task import Truth
from anyview.geometry.depth_sampling import sample_depth
from anyview.geometry.projection import project_world
from tests.evaluation.benchmark.example_room import room_truth


def test_points_lie_on_the_depth_they_come_from(synthetic_scene):
    truth = room_truth(synthetic_scene, views=1)
    pixels, z = project_world(truth.points.double(), truth.cam_from_world[0], truth.intrinsics[0])
    seen = sample_depth(truth.depth[0].double(), pixels)
    assert float(((seen - z).abs() / z).nanquantile(0.95)) < 0.02
    assert 500 < len(truth.points) < truth.depth[0].numel()


def test_several_views_see_more(synthetic_scene):
    one = len(room_truth(synthetic_scene, views=1).points)
    assert len(room_truth(synthetic_scene, views=4).points) > 1.5 * one


def test_without_dense_depth_there_is_no_surface(synthetic_scene):
    truth = room_truth(synthetic_scene)
    lone = tuple(torch.where(torch.rand_like(d) < 0.02, d, 0.0) for d in truth.depth)
    for other in (Truth(), replace(truth, depth=lone), replace(truth, cam_from_world=None)):
        assert len(surface_of_depth(other).points) == 0
    unknown = torch.full_like(truth.cam_from_world, torch.nan)
    assert len(surface_of_depth(replace(truth, cam_from_world=unknown)).points) == 0


def test_infinite_depth_is_unknown(synthetic_scene):
    truth = room_truth(synthetic_scene, views=1)
    endless = replace(truth, depth=(torch.where(truth.depth[0] > 0, truth.depth[0], torch.inf),))
    assert torch.equal(surface_of_depth(endless).points, truth.points)
    nowhere = replace(truth, depth=(torch.full_like(truth.depth[0], torch.inf),))
    assert len(surface_of_depth(nowhere).points) == 0
