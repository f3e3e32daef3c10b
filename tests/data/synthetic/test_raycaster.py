# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.synthetic.raycaster import Raycaster, camera_centre, pixel_rays
from tests.data.synthetic.small_worlds import GREY, box, camera_at, ground, world_of


def test_a_ray_meets_the_nearest_surface_at_its_distance():
    caster = Raycaster(world_of((ground(), GREY), (box((-1.0, 4.0, 0.0), (1.0, 5.0, 2.0)), GREY)))
    origins = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 1]], dtype=np.float32)
    directions = np.array([[0, 2, 0], [0, 0, -1], [0, 0, 1]], dtype=np.float32)
    distance, face = caster.first_hits(origins, directions)
    np.testing.assert_allclose(distance[:2], (2.0, 1.0), rtol=1e-6)
    assert np.isinf(distance[2])
    assert face[0] >= 2
    assert face[1] in (0, 1)
    assert face[2] == -1


def test_reach_ends_both_kinds_of_search():
    caster = Raycaster(world_of((ground(), GREY)))
    origins = np.array([[0, 0, 1], [0, 0, 1]], dtype=np.float32)
    directions = np.array([[0, 0, -1], [0, 0, -1]], dtype=np.float32)
    reach = np.array([0.5, 1.5], dtype=np.float32)
    assert caster.first_hits(origins, directions, reach)[1].tolist()[0] == -1
    assert caster.first_hits(origins, directions, reach)[1].tolist()[1] >= 0
    assert caster.is_blocked(origins, directions, reach).tolist() == [False, True]
    assert caster.is_blocked(origins, directions).tolist() == [True, True]


def test_one_origin_is_the_same_as_many_equal_ones():
    caster = Raycaster(world_of((ground(), GREY)))
    camera = camera_at((0.0, 0.0, 2.0), (1.0, 5.0, 0.0))
    rays, centre = pixel_rays(camera), camera_centre(camera)
    np.testing.assert_allclose(centre, (0, 0, 2), atol=1e-5)
    many = caster.first_hits(np.tile(centre, (len(rays), 1)), rays)
    one = caster.first_hits_from(centre, rays)
    np.testing.assert_array_equal(many[0], one[0])
    np.testing.assert_array_equal(many[1], one[1])


def test_tables_are_made_once_and_refuse_a_world_without_light():
    caster = Raycaster(world_of((ground(), GREY)))
    assert caster.tables is caster.tables
    with pytest.raises(InputError, match="one lamp"):
        _ = Raycaster(world_of((ground(), GREY), lamps=())).tables
