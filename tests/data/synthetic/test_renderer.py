# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.renderer import render_view
from anyview.data.synthetic.sensor import Sensor
from anyview.data.synthetic.surface_tables import PATTERNS
from anyview.data.synthetic.world import Lamp, Material, Sky
from tests.data.synthetic.small_worlds import GREY, SUN, box, camera_at, ground, quad, world_of


def _render(world, camera, sensor=None, seed=0, photos=None):
    caster = Raycaster(world)
    rng = np.random.default_rng(seed)
    return render_view(world, caster, camera, sensor or Sensor(), rng, photos)


def _pixels(camera):
    """[H, W, 3] rays in camera axes through the centres of pixels."""
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    pixels = np.stack((columns, rows, np.ones_like(rows)), axis=-1)
    return pixels @ np.linalg.inv(camera.intrinsics.astype(float)).T


def test_depth_of_the_ground_is_that_of_the_plane():
    camera = camera_at((0.3, -1.0, 1.7), (0.8, 4.0, 0.0))
    view = _render(world_of((ground(1000.0), GREY)), camera)
    up = camera.cam_from_world[:3, :3].astype(float) @ (0.0, 0.0, 1.0)
    falling = _pixels(camera) @ up
    expected = np.where(falling < -1e-3, 1.7 / -falling, 0.0)
    near = (expected > 0) & (expected < 200)
    np.testing.assert_allclose(view.depth[near], expected[near], rtol=1e-4)
    assert view.sky[falling > 1e-3].all()
    np.testing.assert_allclose(view.normal[near], np.broadcast_to(up, (30, 40, 3))[near], atol=1e-5)
    assert not view.normal[view.sky].any()
    assert not view.objects.any()


def test_a_box_has_flat_depth_its_number_and_normals_to_the_camera():
    camera = camera_at((0.0, -4.0, 1.0), (0.0, 0.0, 1.0))
    world = world_of((ground(), GREY), (box((-0.7, 0.0, 0.0), (0.7, 1.0, 2.0)), GREY))
    view = _render(world, camera)
    front = view.objects == 1
    assert front.sum() > 30
    np.testing.assert_allclose(view.depth[front], 4.0, rtol=1e-6)
    np.testing.assert_allclose(view.normal[front], [[0, 0, -1]] * front.sum(), atol=1e-6)
    toward = (view.normal * _pixels(camera)).sum(axis=-1)
    assert (toward[~view.sky] < 0).all()


def test_types_are_those_that_the_view_promises():
    view = _render(world_of((ground(), GREY)), camera_at((0.0, 0.0, 2.0), (0.0, 3.0, 1.0)))
    assert (view.image.shape, view.image.dtype) == ((30, 40, 3), np.uint8)
    assert (view.depth.shape, view.depth.dtype) == ((30, 40), np.float32)
    assert (view.normal.shape, view.normal.dtype) == ((30, 40, 3), np.float32)
    assert (view.objects.shape, view.objects.dtype) == ((30, 40), np.int32)


def test_the_same_seed_gives_the_same_bytes():
    world = world_of(
        (ground(), Material("gravel", (0.4, 0.4, 0.4))),
        (box((-1.0, 2.0, 0.0), (1.0, 3.0, 2.0)), GREY),
    )
    camera, sensor = camera_at((0.0, -3.0, 2.0), (0.0, 2.0, 0.5)), Sensor(noise=0.02, blur_px=0.5)
    one, same, other = (_render(world, camera, sensor, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.image, same.image)
    np.testing.assert_array_equal(one.depth, same.depth)
    assert (one.image != other.image).any()
    np.testing.assert_array_equal(one.depth, other.depth)


def test_shadows_fall_away_from_the_sun():
    overhead = Lamp((3.0, 3.0, 3.0), direction=(0.0, 0.0, 1.0))
    roof = quad((-1.0, -1.0, 2.0), (1.0, -1.0, 2.0), (1.0, 1.0, 2.0), (-1.0, 1.0, 2.0))
    camera = camera_at((0.0, -8.0, 1.5), (0.0, 0.0, 0.0), height=60, width=80, focal=70)
    world = world_of((ground(), GREY), (roof, GREY), lamps=(overhead,))
    bare = world_of((ground(), GREY), lamps=(overhead,))
    shaded, plain = _render(world, camera), _render(bare, camera)
    points = _pixels(camera) * plain.depth[..., None]
    places = (points - camera.cam_from_world[:3, 3]) @ camera.cam_from_world[:3, :3]
    ground_seen = (shaded.objects == 0) & ~shaded.sky
    below = ground_seen & (np.abs(places[..., :2]) < 0.8).all(axis=-1)
    clear = ground_seen & (np.abs(places[..., :2]) > 1.5).any(axis=-1) & (plain.depth < 12)
    assert below.sum() > 20
    assert shaded.image[below].mean() < 0.6 * shaded.image[clear].mean()


def test_outlines_are_antialiased_and_inner_pixels_are_not_touched():
    bright = Material("plain", (0.9, 0.9, 0.9), glow=1.0)
    slanted = quad((-1.0, 0.0, 0.2), (1.0, 0.0, 0.7), (1.0, 0.0, 2.0), (-1.0, 0.0, 1.5))
    world = world_of((slanted, bright), sky=Sky((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), clouds=0.0))
    image = _render(
        world, camera_at((0.0, -3.0, 1.0), (0.0, 0.0, 1.0)), Sensor(contrast=0.0)
    ).image[..., 1]
    inside = image > 0.8 * image.max()
    between = (image > 25) & ~inside
    assert inside.sum() > 100
    assert 10 < between.sum() < 0.5 * inside.sum()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_drawn_without_photos(pattern):
    look = Material(pattern, (0.7, 0.5, 0.3), (0.1, 0.2, 0.3), 0.8, shininess=0.4)
    world = world_of((ground(), look), (box((-1.0, 2.0, 0.0), (1.0, 3.0, 2.0)), look), lamps=(SUN,))
    view = _render(world, camera_at((0.0, -2.0, 1.5), (0.0, 2.0, 0.7)))
    surface = view.image[~view.sky].astype(float)
    assert 20 < surface.mean() < 230
    assert surface.std() > 5


def test_looking_at_the_sky_alone_or_without_a_sun():
    world = world_of((ground(), GREY), lamps=(Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, 2.0)),))
    up = camera_at((0.0, 0.0, 1.0), (0.0, 0.1, 5.0))
    view = _render(world, up)
    assert view.sky.all()
    assert view.image.mean() > 30


def test_a_ray_caster_of_another_world_is_refused():
    world = world_of((ground(), GREY))
    with pytest.raises(InputError, match="another world"):
        render_view(
            replace(world),
            Raycaster(world),
            camera_at((0.0, 0.0, 1.0), (0.0, 2.0, 0.0)),
            Sensor(),
            np.random.default_rng(0),
            None,
        )
