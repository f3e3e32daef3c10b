# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.geometry.sim3 import Sim3
from anyview.streaming.joining import join_chunks, shared_frames
from anyview.structures.prediction import Prediction

from .walk import HEIGHT, WIDTH, seen_as, some_sim3, walk


def off(join, planted: Sim3) -> torch.Tensor:
    """Scale, angle and shift that are left of a planted similarity."""
    rest = join.previous_from_current @ planted
    return rest.log().abs().max()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_planted_similarity_is_found(seed, frames):
    world, planted = walk(frames), some_sim3(seed)
    join = join_chunks(world, seen_as(world, planted))
    assert join.ok
    assert join.inliers == 1
    assert off(join, planted) < 1e-4


def test_noise_and_outliers_move_it_little():
    generator = torch.Generator().manual_seed(0)
    world, planted = walk(4), some_sim3(5)
    current = seen_as(world, planted)
    noise = torch.exp(0.02 * torch.randn(current.depth.shape, generator=generator))
    wrong = torch.rand(current.depth.shape, generator=generator) < 0.3
    depth = torch.where(wrong, 3 * current.depth, noise * current.depth)
    join = join_chunks(world, replace(current, depth=depth))
    assert join.ok
    assert 0.6 < join.inliers < 0.75
    assert off(join, planted) < 0.02
    assert join.sigma[6] < 0.02


def test_confidence_counts():
    """Half of the frame is at another scale, but it says that it is not sure."""
    world, planted = walk(3), some_sim3(1)
    current = seen_as(world, planted)
    left = torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)
    left[:, : int(0.45 * WIDTH)] = True
    depth = torch.where(left, 1.15 * current.depth, current.depth)
    conf = torch.where(left, 1.0, 20.0).expand_as(depth)
    join = join_chunks(world, replace(current, depth=depth, conf=conf))
    assert off(join, planted) < 0.01


def test_moving_things_can_be_kept_out():
    world, planted = walk(2), some_sim3(2)
    current = seen_as(world, planted)
    moving = torch.zeros_like(world.depth, dtype=torch.bool)
    moving[:, :, 10:] = True
    bad = replace(current, depth=torch.where(moving, 0.5 * current.depth, current.depth))
    assert off(join_chunks(world, bad, ~moving), planted) < 1e-4


def test_without_agreement_cameras_decide_and_it_says_so():
    world, planted = walk(3), some_sim3(3)
    current = seen_as(world, planted)
    generator = torch.Generator().manual_seed(1)
    chaos = current.depth * torch.exp(1.5 * torch.randn(current.depth.shape, generator=generator))
    join = join_chunks(world, replace(current, depth=chaos))
    assert not join.ok
    assert "agree" in join.reason
    rest = join.previous_from_current.rotation @ planted.rotation
    assert (rest - torch.eye(3, dtype=torch.float64)).abs().max() < 1e-4
    assert join.sigma[6] > 0.1


def test_without_depth_in_common():
    world = walk(2)
    join = join_chunks(world, replace(world, depth=torch.zeros_like(world.depth)))
    assert not join.ok
    assert "no depth in common" in join.reason


def test_frames_of_a_prediction():
    world = walk(4)
    prediction = Prediction(
        depth=world.depth.clone(),
        images=torch.zeros(4, 3, HEIGHT, WIDTH, dtype=torch.uint8),
        names=("a", "b", "c", "d"),
        extrinsics=world.cam_from_world[:, :3],
        intrinsics=world.intrinsics,
        valid=torch.ones(4, HEIGHT, WIDTH, dtype=torch.bool),
    )
    prediction.depth[3, 0, 0] = float("nan")
    prediction.valid[3, 0, 1] = False
    part = shared_frames(prediction, slice(2, 4))
    assert torch.equal(part.cam_from_world, world.cam_from_world[2:])
    assert part.depth[1, 0, :2].tolist() == [0, 0]
    assert torch.equal(part.depth[0], world.depth[2])
    assert (part.conf == 1).all()


def test_noise_on_both_sides_does_not_shrink_the_world():
    """A least-squares scale is too small by the share of noise; a video has hundreds of joins."""
    world = walk(2)
    scales = []
    for seed in range(8):
        generator = torch.Generator().manual_seed(seed)
        one, two = (
            replace(
                world,
                depth=world.depth
                * torch.exp(0.05 * torch.randn(world.depth.shape, generator=generator)),
            )
            for _ in range(2)
        )
        scales.append(float(join_chunks(one, two).previous_from_current.scale.log()))
    mean = torch.tensor(scales).mean()
    assert abs(float(mean)) < 0.003  # 0.012 by least squares
