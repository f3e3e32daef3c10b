# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry import se3
from anyview.geometry.projection import project_world
from anyview.geometry.rays import directions_cam, points_from_depth
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.tracks import TrackRules, Tracks, find_tracks

HEIGHT, WIDTH = 24, 32
LOW, HIGH = torch.tensor([-3.0, -1.5, -2.0]), torch.tensor([3.0, 1.5, 4.0])


def room(views: int, *, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Exact depth of an empty box, and cameras that look at its far wall; float64."""
    random = torch.Generator().manual_seed(seed)
    centres = (torch.rand(views, 3, generator=random) - 0.5) * torch.tensor([2.0, 1.0, 1.0])
    turns = (torch.rand(views, 3, generator=random) - 0.5) * 0.4
    world_from_cam = se3.rigid_transform(rotation_from_axis_angle(turns), centres).double()
    K = torch.tensor([[26.0, 0, 16.3], [0, 27, 11.8], [0, 0, 1]], dtype=torch.float64)
    intrinsics = K.repeat(views, 1, 1)
    rays = directions_cam(intrinsics, HEIGHT, WIDTH) @ world_from_cam[:, None, :3, :3].mT
    origin = world_from_cam[:, None, None, :3, 3]
    depth = ((torch.where(rays > 0, HIGH, LOW) - origin) / rays).amin(dim=-1)
    return depth, se3.invert(world_from_cam), intrinsics


def rows_of(tracks: Tracks, order: list[int] | None = None) -> list[tuple]:
    """A track as a hashable row: its point and what sees it, in an order that no view decides."""
    rows = []
    for index in range(len(tracks)):
        mine = tracks.track == index
        views = tracks.view[mine].tolist()
        names = views if order is None else [order[view] for view in views]
        seen = sorted(zip(names, tracks.pixels[mine].tolist(), strict=True))
        place = tuple(round(number, 6) for number in tracks.points[index].tolist())
        rows.append((place, [(name, [round(p, 6) for p in pixel]) for name, pixel in seen]))
    return sorted(rows)


def test_points_lie_on_the_walls_and_observations_where_they_project():
    depth, poses, K = room(5)
    tracks = find_tracks(depth, poses, K)
    assert len(tracks) > 150
    assert int(tracks.lengths.min()) >= 2
    # Disparity is interpolated exactly on walls; many of so few pixels lie beside corners.
    off = torch.minimum((tracks.points - LOW).abs(), (tracks.points - HIGH).abs()).amin(dim=-1)
    assert float(off.median()) < 1e-6
    for view in range(5):
        mine = tracks.view == view
        points = tracks.points[tracks.track[mine]]
        pixels, _ = project_world(points[None], poses[view][None], K[view][None])
        assert float((pixels[0] - tracks.pixels[mine]).norm(dim=-1).max()) <= 1.0
    assert float(tracks.error_px.median()) < 1e-6
    assert bool((tracks.track.diff() >= 0).all())
    same_track = tracks.track.diff() == 0
    assert bool((tracks.view.diff()[same_track] > 0).all())


def observed_by_loops(depth, poses, K, own, pixel, tolerance) -> list[int]:
    """Which views see the surface at a pixel of ``own``: scalar code, nothing shared."""
    seen = [own]
    x, y = pixel
    z = depth[own][y][x]
    ray = [(x + 0.5 - K[own][0][2]) / K[own][0][0], (y + 0.5 - K[own][1][2]) / K[own][1][1], 1.0]
    point = from_camera([z * c for c in ray], poses[own])
    for view in range(len(depth)):
        if view == own:
            continue
        u, v, z_there = to_pixel(point, poses[view], K[view])
        theirs = disparity_at(depth[view], u, v) if z_there > 0 else None
        if theirs is None or abs(z_there - 1 / theirs) > tolerance * min(z_there, 1 / theirs):
            continue
        d = 1 / theirs
        lifted = [(u - K[view][0][2]) / K[view][0][0] * d, (v - K[view][1][2]) / K[view][1][1] * d]
        back = from_camera([*lifted, d], poses[view])
        u, v, z_back = to_pixel(back, poses[own], K[own])
        mine = disparity_at(depth[own], u, v) if z_back > 0 else None
        if mine is not None and abs(z_back - 1 / mine) <= tolerance * min(z_back, 1 / mine):
            seen.append(view)
    return seen


def from_camera(point, pose):
    moved = [point[i] - pose[i][3] for i in range(3)]
    return [sum(pose[k][i] * moved[k] for k in range(3)) for i in range(3)]


def to_pixel(point, pose, K):
    x, y, z = (sum(pose[i][k] * point[k] for k in range(3)) + pose[i][3] for i in range(3))
    return K[0][0] * x / z + K[0][2], K[1][1] * y / z + K[1][2], z


def disparity_at(depth, u, v):
    if not (0 <= u <= WIDTH and 0 <= v <= HEIGHT):
        return None
    u, v = min(max(u - 0.5, 0), WIDTH - 1), min(max(v - 0.5, 0), HEIGHT - 1)
    left, top = min(int(u), WIDTH - 2), min(int(v), HEIGHT - 2)
    a, b = u - left, v - top
    rows = [(1 - a) / depth[top + i][left] + a / depth[top + i][left + 1] for i in range(2)]
    return (1 - b) * rows[0] + b * rows[1]


def test_observations_are_those_of_a_plain_loop():
    depth, poses, K = room(4, seed=3)
    depth = depth * (1 + 0.03 * torch.rand(depth.shape, generator=torch.Generator().manual_seed(1)))
    # Everything else off: no limit of error or angle, no thinning that matters.
    rules = TrackRules(max_error_px=1e9, min_angle_deg=0.0)
    tracks = find_tracks(depth, poses, K, rules=rules)
    plain = (depth.tolist(), poses.tolist(), K.tolist())
    assert len(tracks) > 100
    compared = 0
    for index in range(0, len(tracks), 7):
        mine = tracks.track == index
        views, pixels = tracks.view[mine].tolist(), tracks.pixels[mine].tolist()
        # The sample is the observation at a pixel's centre.
        centred = [i for i, (x, y) in enumerate(pixels) if x % 1 == y % 1 == 0.5]
        own = centred[0]
        pixel = [int(number) for number in pixels[own]]
        seen = observed_by_loops(*plain, views[own], pixel, rules.depth_tolerance)
        assert sorted(seen) == views
        compared += 1
    assert compared > 15


def test_a_view_that_contradicts_the_others_is_in_no_track():
    depth, poses, K = room(4)
    depth[2] *= 1.2
    tracks = find_tracks(depth, poses, K)
    assert len(tracks) > 100
    # 20 percent off agrees with the truth nowhere, but by accident with itself from elsewhere.
    assert int((tracks.view == 2).count_nonzero()) < 0.02 * len(tracks.view)


def test_planted_wrong_pixels_move_no_point():
    depth, poses, K = room(5)
    random = torch.Generator().manual_seed(4)
    wrong = torch.rand(depth.shape, generator=random) < 0.1
    factor = torch.where(torch.rand(depth.shape, generator=random) < 0.5, 0.7, 1.4)
    clean = find_tracks(depth, poses, K)
    tracks = find_tracks(torch.where(wrong, depth * factor, depth), poses, K)
    assert len(tracks) > 0.5 * len(clean)
    off = torch.minimum((tracks.points - LOW).abs(), (tracks.points - HIGH).abs()).amin(dim=-1)
    assert float((off < 0.02 * 4).double().mean()) > 0.99


def test_pixels_that_are_left_out_are_seen_by_nobody():
    depth, poses, K = room(4)
    depth[1, :, : WIDTH // 2] = torch.nan
    depth[3] = -1.0
    tracks = find_tracks(depth, poses, K)
    assert len(tracks) > 50
    assert not bool((tracks.view == 3).any())
    assert float(tracks.pixels[tracks.view == 1][:, 0].min()) >= WIDTH // 2


@pytest.mark.parametrize("most", [1, 20, 60])
def test_the_number_of_tracks_is_bounded_and_spread_over_the_views(most):
    depth, poses, K = room(6)
    tracks = find_tracks(depth, poses, K, rules=TrackRules(max_tracks=most))
    assert 0.2 * most <= len(tracks) <= most
    if most == 60:
        counts = torch.bincount(tracks.view, minlength=6)
        assert int(counts.min()) > 0.3 * int(counts.max())


def test_views_from_one_place_fix_no_point():
    depth, poses, K = room(1)
    turned = torch.eye(4, dtype=torch.float64)
    turned[:3, :3] = rotation_from_axis_angle(torch.tensor([0.0, 0.1, 0.0])).double()
    poses = torch.cat((poses, turned @ poses))
    points = points_from_depth(depth[0], poses[0], K[0])
    # The same box from the turned camera, by its rays.
    rays = directions_cam(K[0], HEIGHT, WIDTH) @ poses[1][:3, :3]
    origin = se3.camera_centres(poses[1])
    there = ((torch.where(rays > 0, HIGH, LOW) - origin) / rays).amin(dim=-1)
    both = torch.stack((depth[0], there))
    K = K.expand(2, 3, 3)
    assert points.isfinite().all()
    assert len(find_tracks(both, poses, K)) == 0
    single = find_tracks(both, poses, K, rules=TrackRules(min_length=1))
    assert len(single) > 0
    assert int(single.lengths.max()) == 2


def test_one_view_gives_tracks_of_one_only_if_that_is_asked_for():
    depth, poses, K = room(1)
    assert len(find_tracks(depth, poses, K)) == 0
    tracks = find_tracks(depth, poses, K, rules=TrackRules(min_length=1))
    truth = points_from_depth(depth, poses, K).reshape(-1, 3)
    assert torch.allclose(tracks.points, truth, atol=1e-5)
    assert tracks.lengths.tolist() == [1] * (HEIGHT * WIDTH)
    assert float(tracks.error_px.max()) < 1e-4


def test_with_many_views_only_those_with_most_in_common_are_compared():
    depth, poses, K = room(9, seed=2)
    everyone = find_tracks(depth, poses, K)
    few = find_tracks(depth, poses, K, rules=TrackRules(max_neighbours=3))
    assert int(few.lengths.max()) <= 4 < int(everyone.lengths.max())
    assert len(few) > 0.5 * len(everyone)


def test_confident_depth_pulls_the_point():
    depth, poses, K = room(2)
    depth[1] *= 1.004
    conf = torch.ones_like(depth)
    conf[0] = 1e6
    sure = find_tracks(depth, poses, K, conf)
    off = torch.minimum((sure.points - LOW).abs(), (sure.points - HIGH).abs()).amin(dim=-1)
    assert float(off.quantile(0.7)) < 1e-4
    off = find_tracks(depth, poses, K).points
    off = torch.minimum((off - LOW).abs(), (off - HIGH).abs()).amin(dim=-1)
    assert float(off.quantile(0.7)) > 1e-3


@settings(deadline=None, max_examples=8)
@given(st.permutations(range(4)), st.integers(0, 50))
def test_permuting_views_permutes_tracks(order, seed):
    depth, poses, K = room(4, seed=seed)
    conf = 1 + torch.rand(depth.shape, generator=torch.Generator().manual_seed(seed))
    rules = TrackRules(max_tracks=40)
    tracks = find_tracks(depth, poses, K, conf, rules)
    shuffled = find_tracks(depth[order], poses[order], K[order], conf[order], rules)
    assert rows_of(tracks) == rows_of(shuffled, order)


@settings(deadline=None, max_examples=8)
@given(st.floats(-6, 6))
def test_the_unit_does_not_matter(exponent):
    depth, poses, K = room(3)
    scale = math.exp2(round(exponent))  # exact in floating point: nothing may change at all
    scaled = poses.clone()
    scaled[:, :3, 3] *= scale
    tracks = find_tracks(depth, poses, K)
    larger = find_tracks(depth * scale, scaled, K)
    assert torch.equal(larger.points, tracks.points * scale)
    assert torch.equal(larger.pixels, tracks.pixels)


def test_float32_input_is_enough():
    depth, poses, K = room(4)
    tracks = find_tracks(depth.float(), poses.float(), K.float())
    assert len(tracks) > 100
    assert float(tracks.error_px.quantile(0.7)) < 1e-3
