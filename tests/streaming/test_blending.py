# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import torch

from anyview.geometry.sim3 import Sim3
from anyview.streaming.blending import blend

from .walk import seen_as, some_sim3, walk

SAME = Sim3.identity(dtype=torch.float64)


def test_chunks_that_agree_are_left_as_they_are():
    world, planted = walk(4), some_sim3(0)
    mixed = blend(world, seen_as(world, planted), planted.inverse())
    assert torch.allclose(mixed.depth, world.depth, rtol=1e-5)
    assert torch.allclose(mixed.cam_from_world, world.cam_from_world, atol=1e-4)


def test_the_share_rises_from_frame_to_frame():
    world = walk(3)
    mixed = blend(world, replace(world, depth=1.05 * world.depth), SAME)
    ratio = (mixed.depth / world.depth).log() / torch.tensor(1.05).log()
    for frame, share in enumerate((0.25, 0.5, 0.75)):
        assert torch.allclose(ratio[frame], torch.tensor(share), atol=1e-3)


def test_two_surfaces_are_never_averaged():
    world = walk(3)
    other = replace(world, depth=2 * world.depth, conf=3 * world.conf)
    mixed = blend(world, other, SAME)
    for frame, sure in enumerate((1, 2, 2)):  # shares .25, .5, .75 against confidence 1 and 3
        assert torch.allclose(mixed.depth[frame], sure * world.depth[frame])
    values = (mixed.depth / world.depth).unique()
    assert torch.allclose(values[(values - 1).abs() > 1e-3], torch.tensor(2.0))


def test_what_one_chunk_lacks_comes_from_the_other():
    world = walk(2)
    hole = world.depth.clone()
    hole[:, :5] = 0
    one = blend(replace(world, depth=hole), world, SAME)
    two = blend(world, replace(world, depth=hole), SAME)
    assert torch.allclose(one.depth, world.depth)
    assert torch.allclose(two.depth, world.depth)


def test_cameras_go_over_smoothly():
    world = walk(3)
    moved = some_sim3(1)
    near = Sim3.exp(0.05 * moved.log())
    other = replace(
        world, cam_from_world=near.apply_to_cameras(world.cam_from_world.double()).float()
    )
    mixed = blend(world, other, SAME)
    turned = [
        torch.linalg.matrix_norm(
            mixed.cam_from_world[k, :3, :3] - world.cam_from_world[k, :3, :3]
        ).item()
        for k in range(3)
    ]
    assert turned[0] < turned[1] < turned[2]
    rotation = mixed.cam_from_world[:, :3, :3]
    assert torch.allclose(rotation @ rotation.mT, torch.eye(3).expand(3, 3, 3), atol=1e-5)
