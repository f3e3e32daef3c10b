# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth in closed form, twins, shadows, and agreement between views."""

import math

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.geometry.projection import agrees, relative_pose, reproject, sample_map
from anyview.geometry.rays import directions_cam
from anyview.geometry.trajectory import look_at
from anyview.render.raycast import RenderedViews, render_views
from anyview.render.scene import Scene, Thing, sky_dome, sun
from anyview.render.shapes import Box, Cylinder, Plane, sphere
from anyview.render.textures import Checker, Noise, Plain

WHITE = Plain((1.0, 1.0, 1.0))
NOON = sun((0.0, -1.0, 0.0), (0.6, 0.6, 0.6))
HEIGHT, WIDTH = 24, 32
K = torch.tensor([[30.0, 0.0, 17.0], [0.0, 28.0, 11.0], [0.0, 0.0, 1.0]])
FORWARD = torch.eye(4)[None]


def see(*things: Thing, pose=FORWARD, k=K, samples=1, lights=NOON) -> RenderedViews:
    intrinsics = k.expand(len(pose), 3, 3)
    return render_views(
        Scene(things, lights), pose, intrinsics, height=HEIGHT, width=WIDTH, samples=samples
    )


def test_a_facing_wall_has_its_distance_everywhere() -> None:
    seen = see(Thing(Box((50.0, 50.0, 2.0)), WHITE, (0.0, 0.0, 6.0)))
    assert torch.allclose(seen.depth, torch.full((1, HEIGHT, WIDTH), 5.0))


def test_depth_of_a_floor_in_closed_form() -> None:
    seen = see(Thing(Plane(), WHITE, (0.0, 1.6, 0.0)))
    v = torch.arange(HEIGHT) + 0.5
    below = v > 11.0
    row = 1.6 * 28.0 / (v - 11.0)  # height * fy / (v - cy)
    expected = torch.where(below, row, math.inf)[:, None].expand(HEIGHT, WIDTH)
    assert torch.allclose(seen.depth[0], expected, rtol=1e-5)
    assert torch.equal(seen.sky_mask[0], ~below[:, None].expand(HEIGHT, WIDTH))


def test_depth_of_a_sphere_in_closed_form() -> None:
    center, radius = torch.tensor([0.4, -0.3, 5.0]).double(), 1.2
    seen = see(Thing(sphere(radius), WHITE, (0.4, -0.3, 5.0)))
    # |z d - c|^2 = r^2 for the direction d with z = 1.
    d = directions_cam(K.double(), HEIGHT, WIDTH)
    a, b = (d * d).sum(-1), d @ center
    root = b**2 - a * (center @ center - radius**2)
    expected = torch.where(root > 0, (b - root.clamp_min(0).sqrt()) / a, math.inf)
    assert 60 < expected.isfinite().sum() < 400
    assert torch.allclose(seen.depth[0].double(), expected, rtol=1e-5)


def test_a_turned_box_equals_a_turned_camera() -> None:
    box = Box((1.5, 0.8, 0.6))
    angle = math.radians(35.0)
    c, s = math.cos(angle), math.sin(angle)
    # A yaw takes x towards z. World and thing turn together, so the camera turns back.
    turn = torch.tensor([[c, 0, -s, 0], [0, 1, 0, 0], [s, 0, c, 0], [0, 0, 0, 1.0]])
    moved = torch.eye(4)
    moved[2, 3] = 4.0
    turned_box = see(Thing(box, WHITE, yaw_deg=35.0), pose=moved[None])
    turned_camera = see(Thing(box, WHITE), pose=(moved @ turn)[None])
    assert turned_box.depth.isfinite().any()
    assert torch.equal(turned_box.sky_mask, turned_camera.sky_mask)
    assert torch.allclose(turned_box.depth, turned_camera.depth, rtol=1e-5)


def test_the_nearer_thing_is_seen_whatever_the_order() -> None:
    near = Thing(sphere(0.5), WHITE, (0.0, 0.0, 3.0))
    far = Thing(Box((9.0, 9.0, 1.0)), WHITE, (0.0, 0.0, 6.0))
    one, other = see(near, far), see(far, near)
    assert torch.equal(one.depth, other.depth)
    assert torch.equal(one.object_ids, 1 - other.object_ids)
    assert set(one.object_ids.unique().tolist()) == {0, 1}


def test_a_camera_inside_a_room_sees_its_inner_walls() -> None:
    room = Thing(Box((4.0, 3.0, 10.0)), WHITE)
    seen = see(room)
    direction = directions_cam(K, HEIGHT, WIDTH)
    walls = torch.tensor([2.0, 1.5, 5.0]) / direction.abs()
    assert torch.allclose(seen.depth[0], walls.amin(dim=-1), rtol=1e-5)


def test_a_thing_around_or_behind_the_camera_is_not_cut_off() -> None:
    """Bounds on the image plane make no sense for these, so that they must not be used."""
    pole = Thing(Cylinder(0.3, 20.0), WHITE, (0.0, 0.0, -2.0))
    floor = Thing(Box((40.0, 1.0, 40.0)), WHITE, (0.0, 2.0, 0.0))
    seen = see(pole, floor)
    assert set(seen.object_ids.unique().tolist()) == {-1, 1}
    assert torch.equal(seen.object_ids[0, -1], torch.ones(WIDTH, dtype=torch.int64))


def test_pixel_centres_are_at_one_half() -> None:
    """A box edge at x = 0 and the principal point on a pixel border split the image there."""
    half = Thing(Box((20.0, 40.0, 1.0)), WHITE, (10.0, 0.0, 4.5))
    seen = see(half)
    assert not seen.sky_mask[0, :, 17:].any()
    assert seen.sky_mask[0, :, :17].all()


def test_shadows_fall_straight_below_at_noon() -> None:
    floor = Thing(Plane(), WHITE, (0.0, 2.0, 0.0))
    ball = Thing(sphere(0.6), WHITE, (0.5, 0.0, 5.0))
    side = look_at(torch.tensor([0.5, -1.5, 1.0]), torch.tensor([0.5, 1.2, 5.0]))[None]
    lit, shaded = see(floor, pose=side), see(floor, ball, pose=side)
    points = shaded.depth[0, ..., None] * directions_cam(K, HEIGHT, WIDTH)
    rotation, translation = side[0, :3, :3], side[0, :3, 3]
    world = (points - translation) @ rotation
    off_axis = (world[..., [0, 2]] - torch.tensor([0.5, 5.0])).norm(dim=-1)
    on_floor = shaded.object_ids[0] == 0
    darker = (shaded.images[0] < lit.images[0]).all(dim=0)
    assert darker[on_floor & (off_axis < 0.55)].all()
    assert not darker[on_floor & (off_axis > 0.65)].any()
    assert (darker & on_floor).sum() > 5


def test_a_dome_darkens_corners() -> None:
    floor = Thing(Plane(), WHITE, (0.0, 1.0, 0.0))
    wall = Thing(Box((40.0, 8.0, 1.0)), WHITE, (0.0, -3.0, 8.0))
    seen = see(floor, wall, lights=sky_dome((0.5, 0.5, 0.5), samples=32))
    floor_rows = seen.images[0, 0, seen.object_ids[0, :, 0] == 0].float().mean(dim=-1)
    assert len(floor_rows) > 5
    # At the wall half of the dome is hidden; 2.5 m before it little is.
    light = -torch.log(1 - (floor_rows / 255) ** 2.2)
    assert 0.45 < light[0] / light[-1] < 0.9
    assert (floor_rows.diff() >= 0).all()


def test_highlights_need_gloss() -> None:
    def ball(gloss: float) -> Thing:
        return Thing(sphere(1.0), Plain((0.2, 0.2, 0.2)), (0.0, 0.0, 4.0), gloss=gloss)

    lights = sun((0.1, -0.4, -0.8), (0.8, 0.8, 0.8))
    matt, glossy = see(ball(0.0), lights=lights), see(ball(0.8), lights=lights)
    brighter = (glossy.images.float() - matt.images.float()).amax(dim=1)
    assert brighter.max() > 60
    assert (brighter[matt.object_ids == 0] < 5).float().mean() > 0.5  # it is a spot
    assert torch.equal(matt.depth, glossy.depth)


def test_edges_are_smoothed_and_depth_is_not() -> None:
    things = (
        Thing(sphere(1.0), WHITE, (0.0, 0.0, 4.0)),
        Thing(Box((9.0, 9.0, 1.0)), Plain((0.1, 0.1, 0.1)), (0.0, 0.0, 7.0)),
    )
    lights = sky_dome((0.7, 0.7, 0.7), samples=1)
    sharp, smooth = see(*things, lights=lights), see(*things, lights=lights, samples=4)
    assert torch.equal(sharp.depth, smooth.depth)
    assert torch.equal(sharp.object_ids, smooth.object_ids)
    changed = (sharp.images != smooth.images).any(dim=1)
    assert 0.01 < changed.float().mean() < 0.3
    # Far from the outline, in a facing wall of one colour, nothing changes.
    assert not changed[0, :, :3].any()


def test_smoothing_equals_a_larger_image_averaged() -> None:
    """Of a flat checker all pixels at edges are means of the same rays that 3 x 3 more see."""
    wall = Thing(
        Box((50.0, 50.0, 1.0)), Checker((0.9, 0.9, 0.9), (0.1, 0.1, 0.1), 0.93), (0.0, 0.0, 6.0)
    )
    lights = sun((0.0, 0.0, -1.0), (0.8, 0.8, 0.8))
    smooth = see(wall, samples=3, lights=lights).images[0].double()
    fine_k = (torch.diag(torch.tensor([3.0, 3.0, 1.0])) @ K)[None]
    fine = render_views(
        Scene((wall,), lights), FORWARD, fine_k, height=3 * HEIGHT, width=3 * WIDTH, samples=1
    )
    linear = (fine.images.double() / 255) ** 2.2
    mean = torch.nn.functional.avg_pool2d(linear, 3)[0] ** (1 / 2.2) * 255
    assert (smooth - mean).abs().max() <= 1.5


def test_two_runs_are_equal_and_float64_agrees() -> None:
    texture = Noise((0.9, 0.5, 0.2), (0.2, 0.3, 0.8), (0.3, 0.3, 0.3), seed=1)
    things = (
        Thing(sphere(1.0), texture, (0.0, 0.2, 4.0)),
        Thing(Plane(), texture, (0.0, 1.2, 0.0)),
    )
    one, two = see(*things, samples=2), see(*things, samples=2)
    assert torch.equal(one.images, two.images)
    assert torch.equal(one.depth, two.depth)
    wide = see(*things, samples=2, k=K.double())
    assert wide.depth.dtype == torch.float32
    assert torch.allclose(wide.depth, one.depth, rtol=1e-5)
    assert (wide.images.int() - one.images.int()).abs().float().mean() < 0.2


@pytest.mark.parametrize("bad", [{"height": 0}, {"width": -3}, {"samples": 0}])
def test_sizes_must_be_positive(bad: dict[str, int]) -> None:
    sizes = {"height": 4, "width": 4, "samples": 1} | bad
    with pytest.raises(OptionError, match="at least 1"):
        render_views(Scene((), NOON), FORWARD, K[None], **sizes)


def test_an_empty_scene_is_all_sky() -> None:
    seen = see()
    assert seen.sky_mask.all()
    assert seen.depth.isinf().all()
    assert seen.images[0, 2, 0].float().mean() > seen.images[0, 0, 0].float().mean()  # blue above


def test_views_agree_where_both_see_a_surface(synthetic_scene: RenderedViews) -> None:
    scene = synthetic_scene
    for source, target in ((0, 1), (3, 1)):
        motion = relative_pose(scene.cam_from_world[source], scene.cam_from_world[target])
        pixels, z = reproject(
            scene.depth[source], scene.intrinsics[source], scene.intrinsics[target], motion
        )
        hit = agrees(pixels, z, scene.depth[target], relative_tolerance=0.02)
        inside = z.isfinite() & (pixels >= 0).all(-1)
        inside &= (pixels[..., 0] < 112) & (pixels[..., 1] < 84)
        assert hit[inside].float().mean() > 0.75  # the rest is hidden in the other view
        # 1 / depth is affine on a plane: it interpolates exactly where the four pixels around
        # are of the same wall as the source's.
        read = torch.stack([1 / scene.depth[target], scene.object_ids[target].float()])
        inverse, ids = sample_map(read, pixels)
        ids_source = scene.object_ids[source]
        is_wall = (ids_source < 6) & (ids == ids_source) & hit
        assert is_wall.sum() > 2000
        error = (inverse * z - 1).abs()[is_wall]
        assert error.quantile(0.98) < 1e-4
