# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark.methods.rectified_stereo import StereoSettings, stereo_depth
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform
from anyview.render.raycast import render_views
from tests.sfm.textured import HEIGHT, WIDTH, cameras, corner, rendered, views_of

cv2 = pytest.importorskip("cv2")
SETTINGS = StereoSettings(640, 96)


def moved(*steps, turn_deg=0.0):
    """Cameras at steps from the first of the arc, turned about the viewing axis."""
    poses, K = cameras(4)
    axis = torch.tensor([0.0, 0.0, turn_deg], dtype=torch.float64).deg2rad()
    turn = rigid_transform(rotation_from_axis_angle(axis), torch.zeros(3, dtype=torch.float64))
    shifts = torch.tensor(steps, dtype=torch.float64)
    eye = torch.eye(3, dtype=torch.float64).expand(len(steps), 3, 3)
    return turn @ rigid_transform(eye, -shifts) @ poses[1], K[:1].expand(len(steps), 3, 3)


def errors(found, true):
    """Share of pixels with depth, and their median and 90 % relative error."""
    assert found is not None
    truth = torch.nn.functional.interpolate(true[None, None], found.shape, mode="nearest-exact")[
        0, 0
    ]
    known = found > 0
    relative = (found / truth - 1).abs()[known]
    return float(known.float().mean()), float(relative.quantile(0.5)), float(relative.quantile(0.9))


@pytest.mark.parametrize(
    ("second", "turn"),
    [((0.25, 0, 0), 0.0), ((-0.25, 0, 0), 0.0), ((0, 0.25, 0), 0.0), ((0.2, 0.1, 0.1), 25.0)],
    ids=["right", "left", "down", "askew"],
)
def test_depth_of_a_step_in_any_direction(second, turn):
    poses, K = moved((0, 0, 0), second, turn_deg=turn)
    scene = render_views(corner(), poses, K, height=HEIGHT, width=WIDTH, samples=1)
    found = stereo_depth(views_of(scene.images), K, poses, SETTINGS, cv2)
    for depth, true in zip(found, scene.depth, strict=True):
        share, middle, most = errors(depth, true)
        assert share > 0.5
        assert middle < 0.02
        assert most < 0.1
        # No side is preferred: half a pixel anywhere on the way would be 4 %.
        known = depth > 0
        assert abs(float((depth / true - 1)[known].quantile(0.5))) < 0.008


def test_turned_cameras_smaller_images_and_another_unit():
    """Converging views; twice the unit gives twice the depth."""
    poses, K = cameras(4)
    views = views_of(rendered(4).images)
    settings = StereoSettings(160, 64)
    found = stereo_depth(views, K, poses, settings, cv2)
    assert found[1].shape == (120, 160)
    share, middle, _ = errors(found[1], rendered(4).depth[1])
    assert share > 0.3
    assert middle < 0.03
    double = poses.clone()
    double[:, :3, 3] *= 2
    twice = stereo_depth(views, K, double, settings, cv2)
    torch.testing.assert_close(twice[1], 2 * found[1], rtol=1e-4, atol=1e-4)


def test_views_that_are_no_pair_have_no_depth():
    poses, K = moved((0, 0, 0), (0, 0, 0.3))
    views = views_of(rendered(4).images[:2])
    assert stereo_depth(views, K, poses, SETTINGS, cv2) == (None, None)  # straight ahead
    poses, K = moved((0, 0, 0), (0, 0, 0))
    assert stereo_depth(views, K, poses, SETTINGS, cv2) == (None, None)  # no step
    poses[1] = torch.nan
    assert stereo_depth(views, K, poses, SETTINGS, cv2) == (None, None)  # not placed
