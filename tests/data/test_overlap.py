# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.overlap import Overlap, overlap_of, read_overlap, write_overlap
from anyview.data.posed_depth import posed_depth
from anyview.geometry.projection import project_world
from anyview.geometry.rays import points_from_depth

from .mini_scene import with_sparse


def bare(scene, **changes):
    frames = tuple(replace(f, read_depth=None, **changes) for f in scene.frames)
    return replace(scene, frames=frames, depth_kind=None)


def counted_by_a_loop(scene):
    """Every pixel of every view looked up in every other view."""
    views = [posed_depth(frame) for frame in scene.frames]
    matrix = torch.eye(len(views))
    for i, view in enumerate(views):
        points = points_from_depth(view.depth, view.cam_from_world, view.intrinsics)
        points = points[view.depth > 0]
        for j, other in enumerate(views):
            pixels, z = project_world(points, other.cam_from_world, other.intrinsics)
            x, y = pixels.numpy().T
            inside = (x >= 0) & (x < 112) & (y >= 0) & (y < 84)
            depth = other.depth.numpy()[y[inside].astype(int), x[inside].astype(int)]
            matrix[i, j] = (z.numpy()[inside] <= 1.1 * depth).sum() / len(points)
    return matrix.fill_diagonal_(1)


def test_overlap_by_depth_is_that_of_a_plain_loop(mini_scene):
    overlap = overlap_of(mini_scene)
    assert overlap.method == "depth"
    expected = counted_by_a_loop(mini_scene)
    assert 0.3 < expected.min() < 0.8
    torch.testing.assert_close(overlap.matrix, expected, rtol=0, atol=0.05)
    torch.testing.assert_close(overlap.mutual, overlap.mutual.T)


def test_cameras_back_to_back_do_not_overlap(mini_scene):
    turn = np.diag([-1.0, 1, -1, 1])
    first, second, *_ = mini_scene.frames
    back = replace(second, cam_from_world=turn @ first.cam_from_world)
    overlap = overlap_of(replace(mini_scene, frames=(first, back)))
    torch.testing.assert_close(overlap.matrix, torch.eye(2))
    frusta = overlap_of(bare(replace(mini_scene, frames=(first, back))))
    assert frusta.method == "frustum"
    torch.testing.assert_close(frusta.matrix, torch.eye(2))


def test_points_tell_overlap_too(mini_scene):
    by_depth = overlap_of(mini_scene).mutual
    for ids in (True, False):
        overlap = overlap_of(with_sparse(mini_scene, ids=ids, count=10_000))
        assert overlap.method == "points"
        torch.testing.assert_close(overlap.matrix.diagonal(), torch.ones(4))
        apart = np.corrcoef(overlap.mutual.flatten(), by_depth.flatten())[0, 1]
        assert apart > 0.9


def test_numbers_of_points_are_counted_exactly(mini_scene):
    scene = with_sparse(mini_scene)
    matrix = overlap_of(scene).matrix
    sets = [set(f.read_sparse().point_ids.tolist()) for f in scene.frames]
    for i, a in enumerate(sets):
        for j, b in enumerate(sets):
            assert float(matrix[i, j]) == pytest.approx(len(a & b) / len(a))


def test_without_cameras_the_order_of_a_video_or_nothing(mini_scene):
    scene = bare(mini_scene, cam_from_world=None)
    video = overlap_of(scene)
    assert video.method == "order"
    assert video.matrix[0].tolist() == pytest.approx([1, 0.95, 0.9, 0.85])
    photos = overlap_of(replace(scene, is_ordered=False))
    assert photos == Overlap(photos.matrix, "none")
    torch.testing.assert_close(photos.matrix, torch.eye(4))


def test_frames_without_a_pose_overlap_nothing(mini_scene):
    frames = (replace(mini_scene.frames[0], cam_from_world=None), *mini_scene.frames[1:])
    matrix = overlap_of(replace(mini_scene, frames=frames)).matrix
    assert matrix[0].tolist() == [1, 0, 0, 0]
    assert (matrix[1:, 1:] > 0.3).all()


def test_it_can_be_kept_beside_the_scene(mini_scene, tmp_path):
    assert read_overlap(tmp_path, 4) is None
    overlap = overlap_of(mini_scene)
    path = write_overlap(tmp_path, overlap)
    back = read_overlap(tmp_path, 4)
    assert back.method == "depth"
    torch.testing.assert_close(back.matrix, overlap.matrix, rtol=0, atol=1e-3)
    with pytest.raises(InputError, match="the scene has 5 frames"):
        read_overlap(tmp_path, 5)
    path.write_bytes(b"PK")
    with pytest.raises(InputError, match="remove it"):
        read_overlap(tmp_path, 4)
