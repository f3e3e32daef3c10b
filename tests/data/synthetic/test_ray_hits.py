# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.ray_hits import camera_normals, grid_rays, locate_hits
from anyview.data.synthetic.raycaster import Raycaster, camera_centre, pixel_rays
from tests.data.synthetic.small_worlds import GREY, box, camera_at, ground, world_of


def _hits(world, camera):
    caster = Raycaster(world)
    rays, origin = pixel_rays(camera), camera_centre(camera)
    depth, face = caster.first_hits_from(origin, rays)
    tables = (caster.tables.corners, caster.tables.normals, caster.tables.face_ids)
    return depth, *locate_hits(origin, rays, depth, face, tables, 0.025)


def test_rays_agree_with_the_plain_ones():
    camera = camera_at((1.0, -2.0, 1.0), (0.0, 4.0, 1.0))
    rotation = camera.cam_from_world[:3, :3].astype(np.float64)
    matrix = rotation.T @ np.linalg.inv(camera.intrinsics.astype(np.float64))
    np.testing.assert_allclose(
        grid_rays(matrix.astype(np.float32), 30, 40), pixel_rays(camera), atol=1e-6
    )


def test_points_normals_and_ranges_on_a_box():
    camera = camera_at((0.0, -5.0, 1.0), (0.0, 0.0, 1.0))
    depth, hits, ids = _hits(world_of((box((-1.0, 0.0, 0.0), (1.0, 1.0, 2.0)), GREY)), camera)
    seen = ids[:, 0] == 0
    assert 0 < seen.sum() < len(seen)
    np.testing.assert_allclose(hits[seen, 1], 0.0, atol=1e-5)
    np.testing.assert_allclose(hits[seen, 3:6], [[0, -1, 0]] * seen.sum(), atol=1e-6)
    np.testing.assert_allclose(hits[seen, 6:9], hits[seen, 3:6], atol=1e-6)
    distance = np.linalg.norm(hits[seen, :3] - (0, -5, 1), axis=1)
    np.testing.assert_allclose(hits[seen, 10], distance, rtol=1e-5)
    np.testing.assert_allclose(depth[seen], 5.0, rtol=1e-6)
    assert (ids[~seen] == (-1, 0)).all()
    assert not hits[~seen].any()


def test_normals_face_the_camera_from_below_too():
    camera = camera_at((0.0, 0.0, -2.0), (0.0, 3.0, 0.0))
    _, hits, ids = _hits(world_of((ground(), GREY)), camera)
    assert (hits[ids[:, 0] == 0, 5] == -1).all()


def test_footprints_grow_with_distance_and_slant():
    _, hits, ids = _hits(world_of((ground(), GREY)), camera_at((0.0, 0.0, 2.0), (0.0, 6.0, 0.0)))
    column = hits.reshape(30, 40, 11)[:, 20]
    column = column[ids.reshape(30, 40, 2)[:, 20, 0] == 0]
    assert (np.diff(column[:, 9]) < 0).all()
    assert (column[:, 9] > 0.02 * column[:, 10] * 0.9).all()


def test_camera_normals_are_turned():
    hits = np.zeros((2, 11), dtype=np.float32)
    hits[:, 3:6] = [[1, 0, 0], [0, 1, 0]]
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], dtype=np.float32)
    np.testing.assert_array_equal(camera_normals(hits, turn, 2), [[0, 1, 0], [-1, 0, 0]])
