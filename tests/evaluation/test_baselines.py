# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Answers that look at nothing: closed forms, loops, and that the best of them is the best."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation import baselines
from anyview.evaluation.baselines import (
    best_straight_cameras,
    constant_depth,
    constant_lens,
    mean_shape,
    read_mean_shape,
    straight_cameras,
    vertical_ramp,
    write_mean_shape,
)
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.geometry.cameras import fov_from_intrinsics, intrinsics_from_fov
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import camera_centres, rigid_transform
from anyview.metrics.pose import area_under_recall, pair_errors
from anyview.metrics.rays import lens_errors


def maps(seed=0):
    return torch.rand(5, 4, 6, generator=torch.Generator().manual_seed(seed)) * 9 + 1


def test_constant_and_ramp():
    assert (constant_depth(3, 4) == 1).all()
    ramp = vertical_ramp(5, 3)
    assert ramp[:, 0].tolist() == [2, 1.75, 1.5, 1.25, 1]
    assert (ramp == ramp[:, :1]).all()


def test_mean_shape_is_that_of_loops():
    depth = maps()
    depth[1, 0] = 0
    depth[:, 3, 5] = torch.nan
    shape = mean_shape(depth)
    logs = []
    for one in depth.numpy():
        known = np.isfinite(one) & (one > 0)
        log = np.full(one.shape, np.nan)
        log[known] = np.log(one[known])
        logs.append(log - np.median(log[known]))
    expected = np.nanmean(np.stack(logs)[:, :3], axis=0)
    np.testing.assert_allclose(shape.log_depth[:3].numpy(), expected, atol=1e-6)
    others = shape.log_depth.flatten()[:-1].mean()
    assert float(shape.log_depth[3, 5]) == pytest.approx(float(others), abs=1e-6)
    assert shape.images == 5


def test_scale_does_not_matter_to_the_mean_shape():
    depth = maps()
    scaled = depth * torch.tensor([1.0, 10, 0.1, 3, 1000])[:, None, None]
    torch.testing.assert_close(mean_shape(scaled).log_depth, mean_shape(list(depth)).log_depth)


def test_a_shape_all_scenes_share_is_found_at_any_size():
    shape = mean_shape(torch.stack([vertical_ramp(8, 6), 5 * vertical_ramp(8, 6)]))
    large = shape.depth(80, 60)
    middle = vertical_ramp(80, 60) / 1.5
    assert (large / middle - 1).abs().max() < 0.06


def test_a_stored_shape_is_read_back(tmp_path, worlds_folder):
    shape = mean_shape(maps())
    write_mean_shape(tmp_path / "shape.npz", shape)
    again = read_mean_shape(tmp_path / "shape.npz")
    assert torch.equal(again.log_depth, shape.log_depth)
    assert again.images == 5
    of_worlds = read_mean_shape(worlds_folder)
    assert of_worlds.images == 6
    depth = read_worlds(worlds_folder).truth.depth.flatten(0, 1)
    assert torch.equal(of_worlds.log_depth, mean_shape(depth).log_depth)


def test_the_shape_of_training_scenes(monkeypatch, tmp_path):
    depth = maps()[:, None]

    class Scenes:
        """Five scenes of one view, in place of a folder that takes seconds to make."""

        def __init__(self, folder):
            assert folder == tmp_path

        def __len__(self):
            return 5

        def scene(self, number):
            return SimpleNamespace(depth=depth[number])

    monkeypatch.setattr(baselines, "WorldSet", Scenes)
    assert torch.equal(read_mean_shape(tmp_path).log_depth, mean_shape(depth[:, 0]).log_depth)
    monkeypatch.setattr(baselines, "MOST_SCENES", 3)
    assert read_mean_shape(tmp_path).images == 3


def test_what_is_no_shape_is_refused(tmp_path):
    with pytest.raises(InputError, match="no synthetic scenes"):
        read_mean_shape(tmp_path)
    (tmp_path / "text.npz").write_text("no")
    with pytest.raises(InputError, match="neither"):
        read_mean_shape(tmp_path / "text.npz")
    np.savez(tmp_path / "flat.npz", log_depth=np.zeros(3))
    with pytest.raises(InputError, match=r"\[H, W\]"):
        read_mean_shape(tmp_path / "flat.npz")
    with pytest.raises(InputError, match="known pixels"):
        mean_shape(torch.zeros(2, 3, 4))


def test_straight_cameras_step_without_turning():
    cameras = straight_cameras(3)
    assert camera_centres(cameras).tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 2]]
    assert (cameras[:, :3, :3] == torch.eye(3)).all()
    sideways = straight_cameras(3, (-1.0, 0.0, 0.0))
    assert camera_centres(sideways)[2].tolist() == [-2, 0, 0]


@pytest.mark.parametrize("direction", [(0.0, 0.0, 1.0), (0.0, -1.0, 0.0), (1.0, 0.0, 0.0)])
def test_the_best_axis_is_found(direction):
    wobble = 0.05 * torch.randn(2, 4, 3, generator=torch.Generator().manual_seed(0))
    truth = rigid_transform(
        rotation_from_axis_angle(wobble), straight_cameras(4, direction)[:, :3, 3].expand(2, 4, 3)
    ).double()
    best = best_straight_cameras(truth)
    assert torch.equal(best[1].float(), straight_cameras(4, direction))
    assert area_under_recall(pair_errors(best, truth).worst_deg, 30) > 0.5


def test_the_constant_lens_is_the_best_constant():
    fov = torch.tensor([40.0, 42, 50, 70, 90], dtype=torch.float64).deg2rad()
    truth = intrinsics_from_fov(fov, fov, 10, 12)
    found = constant_lens(truth, 10, 12)
    assert found.shape == truth.shape
    assert math.degrees(float(fov_from_intrinsics(found, 10, 12)[0][3])) == pytest.approx(50)

    def error(K):
        return float(lens_errors(K, truth, (10, 12), (10, 12)).mean_abs_deg.mean())

    for other in (45.0, 55.0, 58.4):
        angle = torch.full((5,), math.radians(other), dtype=torch.float64)
        assert error(found) < error(intrinsics_from_fov(angle, angle, 10, 12))
