# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Matches on a floor with a box in front of it, against a plain loop over patches and samples."""

import math

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.geometry import se3
from anyview.geometry.rays import directions_cam
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.training.matches import Matches, find_matches

HEIGHT, WIDTH, PATCH = 42, 56, 14
WALL_Z, BOX = 4.0, ((-0.5, 0.4), (-0.6, 0.3), 2.0)  # x range, y range, z of its front
K = torch.tensor([[50.0, 0, 28], [0, 50, 21], [0, 0, 1]]).double()


def depth_from(cam_from_world):
    """z-depth of the wall z = 4 and of a square z = 2 that hides part of it, by plane formulas."""
    directions = directions_cam(K, HEIGHT, WIDTH) @ cam_from_world[:3, :3]  # in world axes
    centre = se3.camera_centres(cam_from_world)
    (x0, x1), (y0, y1), z = BOX
    wall = (WALL_Z - centre[2]) / directions[..., 2]
    box = (z - centre[2]) / directions[..., 2]
    hit = centre + box[..., None] * directions
    on = (hit[..., 0] > x0) & (hit[..., 0] < x1) & (hit[..., 1] > y0) & (hit[..., 1] < y1)
    return torch.where(on, box, wall)


def planted(scenes=1):
    """Three views each; cameras differ in place and direction."""
    moves = [[0.0, 0, 0, 0, 0, 0], [0.1, 0.2, 0.1, 0.5, 0.1, -0.2], [-0.1, -0.3, 0, -0.8, 0, 0.4]]
    vectors = torch.tensor(moves).double()
    vectors = torch.stack([vectors * (1 + 0.3 * s) for s in range(scenes)])
    cameras = se3.rigid_transform(rotation_from_axis_angle(vectors[..., :3]), vectors[..., 3:])
    depth = torch.stack([torch.stack([depth_from(c) for c in scene]) for scene in cameras])
    return depth, K.expand(scenes, 3, 3, 3), cameras


def loop(depth, cameras, samples, tolerance=0.03):
    """(patch, flow x, flow y, within x, within y) by (scene, i, j, p), where visible."""
    found = {}
    columns, rows = WIDTH // PATCH, HEIGHT // PATCH
    for s in range(len(depth)):
        for i in range(3):
            for j in range(3):
                for p in range(rows * columns) if i != j else ():
                    flows = []
                    for n in range(samples * samples):
                        a, b = (int((k + 0.5) * PATCH / samples) for k in divmod(n, samples))
                        y, x = p // columns * PATCH + a, p % columns * PATCH + b
                        d = depth[s, i, y, x]
                        if d <= 0:
                            continue
                        cam = d * torch.linalg.inv(K) @ torch.tensor([x + 0.5, y + 0.5, 1]).double()
                        point = torch.cat((cam, cam.new_ones(1)))
                        q = (cameras[s, j] @ torch.linalg.inv(cameras[s, i]) @ point)[:3]
                        u, v, w = (K @ q).tolist()
                        if w <= 0 or not (0 <= u / w < WIDTH and 0 <= v / w < HEIGHT):
                            continue
                        seen = depth[s, j, int(v / w), int(u / w)].item()
                        if abs(w - seen) <= tolerance * seen:
                            flows.append((u / w - x - 0.5, v / w - y - 0.5))
                    if 2 * len(flows) < samples * samples:
                        continue
                    fx, fy = (sum(f) / len(f) / PATCH for f in zip(*flows, strict=True))
                    gx, gy = p % columns + 0.5 + fx, p // columns + 0.5 + fy
                    if 0 <= gx < columns and 0 <= gy < rows:
                        cx, cy = math.floor(gx), math.floor(gy)
                        found[s, i, j, p] = (
                            cy * columns + cx, fx, fy, gx - cx - 0.5, gy - cy - 0.5
                        )  # fmt: skip
    return found


def listed(matches: Matches):
    return {
        tuple(k): (
            matches.patch[tuple(k)].item(),
            *matches.flow[tuple(k)].tolist(),
            *matches.within[tuple(k)].tolist(),
        )
        for k in matches.visible.nonzero().tolist()
    }


@pytest.mark.parametrize("samples", [1, 2, 3])
def test_matches_are_those_of_a_plain_loop(samples):
    depth, intrinsics, cameras = planted(scenes=2)
    depth[0, 1, :15, :20] = 0
    found = listed(find_matches(depth, intrinsics, cameras, samples=samples))
    expected = loop(depth, cameras, samples)
    assert 40 < len(expected) < 2 * 6 * 12
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, abs=1e-9)


def test_what_the_box_hides_has_no_match():
    depth, intrinsics, cameras = planted()
    directions = directions_cam(K, HEIGHT, WIDTH) @ cameras[..., :3, :3].flatten(0, 1)[:, None]
    centres = se3.camera_centres(cameras)[..., 2, None, None]
    wall = (WALL_Z - centres) / directions[..., 2].view_as(depth)
    visible = find_matches(depth, intrinsics, cameras).visible
    assert 0 < visible.sum() < find_matches(wall, intrinsics, cameras).visible.sum()


def test_a_view_matches_its_copy_patch_by_patch():
    depth, intrinsics, cameras = planted()
    both = [torch.stack((v[:, 0], v[:, 0]), dim=1) for v in (depth, intrinsics, cameras)]
    matches = find_matches(*both)
    assert matches.grid == (3, 4)
    assert matches.visible[0, 0, 1].all()
    assert matches.patch[0, 0, 1].tolist() == list(range(12))
    assert matches.flow.abs().max() < 1e-9
    assert matches.within.abs().max() < 1e-9
    assert not matches.visible[0, 0, 0].any()
    assert not matches.visible[0, 1, 1].any()


def test_flow_and_place_within_the_patch_say_the_same():
    depth, intrinsics, cameras = planted()
    m = find_matches(depth, intrinsics, cameras)
    p = torch.arange(12)
    centre = torch.stack((p % 4, p // 4), dim=-1) + 0.5
    target = torch.stack((m.patch % 4, m.patch // 4), dim=-1) + 0.5
    place = (centre + m.flow)[m.visible]
    torch.testing.assert_close(place, (target + m.within)[m.visible])
    assert m.within.abs().max() <= 0.5
    hidden = ~m.visible
    assert not m.flow[hidden].any()
    assert not m.within[hidden].any()
    assert not m.patch[hidden].any()


def test_scenes_without_cameras_and_pixels_without_depth_match_nothing():
    depth, intrinsics, cameras = planted(scenes=2)
    some = find_matches(depth, intrinsics, cameras, torch.tensor([False, True]))
    assert not some.visible[0].any()
    assert some.visible[1].any()
    for unknown in (0.0, -1.0, math.nan, math.inf):
        nothing = find_matches(torch.full_like(depth, unknown), intrinsics, cameras)
        assert not nothing.visible.any()
        assert nothing.flow.isfinite().all()
        assert nothing.within.isfinite().all()


def test_single_precision_finds_the_same():
    depth, intrinsics, cameras = planted()
    wide = find_matches(depth, intrinsics, cameras)
    narrow = find_matches(depth.float(), intrinsics.float(), cameras.float())
    assert torch.equal(wide.visible, narrow.visible)
    torch.testing.assert_close(narrow.flow.double(), wide.flow, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("samples", [0, 15])
def test_bad_samples_are_refused(samples):
    depth, intrinsics, cameras = planted()
    with pytest.raises(OptionError, match="samples"):
        find_matches(depth, intrinsics, cameras, samples=samples)


def test_an_image_that_is_no_grid_of_patches_is_refused():
    depth, intrinsics, cameras = planted()
    with pytest.raises(OptionError, match="multiples of 14"):
        find_matches(depth[..., 1:], intrinsics, cameras)
