# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.data.transforms import (
    Window,
    crop_resize,
    crop_resize_image,
    flip_horizontal,
    random_window,
    read_off,
    rotate_quarters,
    whole,
)
from anyview.geometry.projection import relative_pose, reproject
from anyview.geometry.rays import directions_cam, points_from_depth
from anyview.geometry.se3 import invert
from anyview.geometry.trajectory import look_at

HEIGHT, WIDTH = 56, 84
NORMAL, OFFSET = torch.tensor([0.2, -0.1, 1.0]), 3.0


def texture(points):
    """Colour of a point of the world: smooth, not symmetric, another in each channel."""
    x, y, z = points.unbind(-1)
    waves = (2.1 * x + 0.7 * y, 1.3 * y - 0.6 * z, 0.9 * x - 1.7 * y + 0.5 * z)
    return torch.stack([0.5 + 0.4 * torch.sin(w) for w in waves], dim=-1)


def painted_plane(skew=0.0):
    """Two scenes of three views of a painted plane, with exact depth."""
    eyes = torch.tensor([[0.0, 0, -1], [0.5, 0.1, -0.8], [-0.4, -0.3, -1.1]])
    poses = look_at(eyes, torch.tensor([0.1, 0.0, 3.0]).expand(3, 3)).double()
    K = torch.tensor([[70.0, skew, 40], [0, 75, 30], [0, 0, 1]], dtype=torch.float64)
    intrinsics = K.expand(3, 3, 3)
    rays = directions_cam(intrinsics, HEIGHT, WIDTH) @ poses[:, None, :3, :3]
    centres = invert(poses)[:, :3, 3]
    normal = NORMAL.double()
    depth = (OFFSET - centres @ normal)[:, None, None] / (rays @ normal)
    points = points_from_depth(depth, poses, intrinsics)

    def twice(x):
        return x.float().expand(2, *x.shape).clone()

    masks = points[..., 0] > 0.3
    return Batch(
        images=twice(texture(points).permute(0, 3, 1, 2)),
        depth=twice(depth),
        sky=masks.expand(2, -1, -1, -1).clone(),
        objects=~masks.expand(2, -1, -1, -1),
        intrinsics=twice(intrinsics),
        cam_from_world=twice(poses),
        has_pose=torch.ones(2, dtype=torch.bool),
        has_masks=torch.ones(2, dtype=torch.bool),
        is_metric=torch.ones(2, dtype=torch.bool),
        depth_kind=torch.zeros(2, dtype=torch.long),
        names=["a", "b"],
    )


def assert_texture_fits(batch, *, mirrored=(False, False), tolerance=0.004):
    """Each pixel shows the colour of the point that depth, K and pose put there."""
    for scene, is_mirrored in enumerate(mirrored):
        points = points_from_depth(
            batch.depth[scene], batch.cam_from_world[scene], batch.intrinsics[scene]
        )
        if is_mirrored:
            points = points * torch.tensor([-1.0, 1, 1])
        on_plane = points @ NORMAL - OFFSET
        assert on_plane.abs().max() < 0.05
        error = (texture(points).permute(0, 3, 1, 2) - batch.images[scene]).abs()
        assert error[..., 1:-1, 1:-1].max() < tolerance
        beyond = points[..., 0] > 0.3
        far_from_border = (points[..., 0] - 0.3).abs() > 0.08
        assert torch.equal(batch.sky[scene][far_from_border], beyond[far_from_border])
        assert torch.equal(batch.objects[scene], ~batch.sky[scene])


def assert_views_agree(batch):
    """A view's depth, carried into the next, lies on that view's plane."""
    target_from_source = relative_pose(batch.cam_from_world[:, 0], batch.cam_from_world[:, 1])
    pixels, z = reproject(
        batch.depth[:, 0], batch.intrinsics[:, 0], batch.intrinsics[:, 1], target_from_source
    )
    height, width = batch.images.shape[-2:]
    x, y = pixels.unbind(-1)
    inside = (x > 1) & (x < width - 1) & (y > 1) & (y < height - 1)
    assert inside.float().mean() > 0.2
    for scene in range(len(z)):
        row, column = y[scene][inside[scene]].long(), x[scene][inside[scene]].long()
        found = batch.depth[scene, 1][row, column]
        assert ((z[scene][inside[scene]] - found).abs() < 0.05).all()


def test_the_painted_plane_fits_itself():
    assert_texture_fits(painted_plane(), tolerance=1e-4)
    assert_views_agree(painted_plane())


@given(
    top=st.integers(0, 20),
    left=st.integers(0, 30),
    height=st.integers(30, 36),
    width=st.integers(40, 54),
    size=st.sampled_from([(28, 42), (70, 98), (28, 98), (42, 42)]),
)
@settings(max_examples=12, deadline=None)
def test_points_keep_their_texture_in_any_window_at_any_size(top, left, height, width, size):
    windows = [Window(top, left, height, width)]
    cropped = crop_resize(painted_plane(), windows, size)
    assert cropped.images.shape == (2, 3, 3, *size)
    # Depth is the nearest old pixel's, half an old pixel away at most: 0.02 here in colour.
    assert_texture_fits(cropped, tolerance=0.05)


def test_each_view_may_have_its_own_window():
    batch = painted_plane()
    windows = [Window(i, 2 * i, 40 + i, 60) for i in range(6)]
    cropped = crop_resize(batch, windows, (42, 56))
    assert_texture_fits(cropped, tolerance=0.03)
    alone = crop_resize(batch.select([1]), windows[3:], (42, 56))
    torch.testing.assert_close(cropped.select([1]).images, alone.images)
    assert_texture_fits(crop_resize(batch, windows[:2], (42, 56)), tolerance=0.03)
    with pytest.raises(OptionError, match="take 1, 2 or 6 windows, got 3"):
        crop_resize(batch, windows[:3], (42, 56))


def test_cutting_alone_changes_no_value():
    batch = painted_plane()
    cut = crop_resize(batch, [Window(3, 5, 42, 56)], (42, 56))
    assert torch.equal(cut.images, batch.images[..., 3:45, 5:61])
    assert torch.equal(cut.depth, batch.depth[..., 3:45, 5:61])
    assert_texture_fits(cut, tolerance=1e-4)
    same = crop_resize(batch, [whole(HEIGHT, WIDTH)], (HEIGHT, WIDTH))
    assert torch.equal(same.images, batch.images)
    assert torch.equal(same.intrinsics, batch.intrinsics)


def test_depth_is_never_mixed_across_edges():
    depth = torch.where(torch.arange(90) < 40, 1.0, 7.0).expand(60, 90)
    for size in ((31, 47), (97, 133)):
        assert set(read_off(depth, (60, 90), Window(1, 2, 50, 80), *size).unique().tolist()) == {
            1.0,
            7.0,
        }
    coarse = torch.arange(6.0).view(2, 3)
    assert read_off(coarse, (60, 90), Window(0, 30, 60, 60), 2, 2).tolist() == [[1, 2], [4, 5]]


@pytest.mark.parametrize("chosen", [(True, True), (True, False)])
@pytest.mark.parametrize("skew", [0.0, 3.0])
def test_mirrored_scenes_are_right_handed_scenes(chosen, skew):
    batch = painted_plane(skew)
    flipped = flip_horizontal(batch, torch.tensor(chosen))
    assert_texture_fits(flipped, mirrored=chosen, tolerance=1e-4)
    assert_views_agree(flipped)
    torch.testing.assert_close(
        torch.linalg.det(flipped.cam_from_world[..., :3, :3]), torch.ones(2, 3)
    )
    again = flip_horizontal(flipped, torch.tensor(chosen))
    for name in ("images", "depth", "sky", "intrinsics", "cam_from_world"):
        torch.testing.assert_close(getattr(again, name), getattr(batch, name))


def test_mirroring_only_the_pictures_would_be_wrong():
    batch = painted_plane()
    flipped = flip_horizontal(batch, torch.tensor([True, True]))
    with pytest.raises(AssertionError):
        assert_views_agree(replace(flipped, cam_from_world=batch.cam_from_world))


@pytest.mark.parametrize("turns", [-1, 0, 1, 2, 3, 4])
def test_turned_pictures_roll_the_cameras(turns):
    batch = painted_plane()
    turned = rotate_quarters(batch, turns)
    assert turned.images.shape[-2:] == ((WIDTH, HEIGHT) if turns % 2 else (HEIGHT, WIDTH))
    assert_texture_fits(turned, tolerance=1e-4)
    assert_views_agree(turned)
    back = rotate_quarters(turned, -turns)
    torch.testing.assert_close(back.intrinsics, batch.intrinsics)
    torch.testing.assert_close(back.cam_from_world, batch.cam_from_world)
    assert torch.equal(back.images, batch.images)


def test_skew_cannot_be_turned_by_a_quarter():
    assert_texture_fits(rotate_quarters(painted_plane(skew=3.0), 2), tolerance=1e-4)
    with pytest.raises(OptionError, match="skew"):
        rotate_quarters(painted_plane(skew=3.0), 1)


@given(
    image=st.tuples(st.integers(20, 300), st.integers(20, 300)),
    target=st.sampled_from([(28, 28), (28, 56), (70, 42)]),
    seed=st.integers(0, 1000),
    zoom=st.floats(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_windows_lie_inside_and_have_the_targets_shape(image, target, seed, zoom):
    generator = torch.Generator().manual_seed(seed)
    window = random_window(image, target, generator, max_zoom=zoom)
    assert window.top >= 0
    assert window.left >= 0
    assert window.top + window.height <= image[0]
    assert window.left + window.width <= image[1]
    assert abs(window.height / target[0] - window.width / target[1]) * min(target) <= 1.01
    middle = random_window(image, target, None)
    assert abs(middle.top - (image[0] - middle.height) / 2) <= 0.5
    assert abs(middle.left - (image[1] - middle.width) / 2) <= 0.5
    assert middle.height == image[0] or middle.width == image[1]


def test_windows_reach_every_corner():
    generator = torch.Generator().manual_seed(0)
    windows = [random_window((40, 60), (28, 28), generator, max_zoom=2.0) for _ in range(300)]
    assert min(w.left for w in windows) == 0
    assert max(w.left + w.width for w in windows) == 60
    assert min(w.height for w in windows) < 22
    assert max(w.height for w in windows) > 38
    with pytest.raises(OptionError, match="Zooms"):
        random_window((40, 60), (28, 28), generator, min_zoom=0.5)


def test_enlarged_floats_stay_in_range_and_bytes_stay_bytes():
    image = torch.zeros(3, 20, 20)
    image[:, :, 10:] = 1.0
    large = crop_resize_image(image, whole(20, 20), 70, 70)
    assert large.min() >= 0
    assert large.max() <= 1
    small = crop_resize_image((255 * image).to(torch.uint8), whole(20, 20), 10, 30)
    assert small.dtype == torch.uint8
    assert small.shape == (3, 10, 30)
