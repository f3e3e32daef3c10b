# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic import antialias


def _flat(height, width):
    """A wall across the view, one metre a pixel."""
    hits = np.zeros((height * width, 11), dtype=np.float32)
    rows, columns = np.divmod(np.arange(height * width), width)
    hits[:, 0], hits[:, 1] = columns, rows
    hits[:, 5] = hits[:, 8] = hits[:, 9] = 1.0
    ids = np.zeros((height * width, 2), dtype=np.int32)
    return hits, ids, np.arange(height * width, dtype=np.int32)


def test_one_surface_of_many_triangles_has_no_edge():
    hits, ids, face = _flat(6, 8)
    assert len(antialias.find_edges(hits, ids, face, 6, 8)) == 0


def test_each_kind_of_jump_marks_both_sides():
    around = [2 * 8 + 3, 2 * 8 + 4, 3 * 8 + 3, 3 * 8 + 4]
    for change in ("thing", "material", "sky", "normal", "depth"):
        hits, ids, face = _flat(6, 8)
        right = np.arange(48) % 8 >= 4
        if change == "thing":
            ids[right, 1] = 1
        elif change == "material":
            ids[right, 0] = 1
        elif change == "sky":
            ids[right, 0] = -1
        elif change == "normal":
            hits[right, 6:9] = (0.8, 0.0, 0.6)
        else:
            hits[right, 2] = 4.0
        edges = antialias.find_edges(hits, ids, face, 6, 8)
        assert sorted(set(edges % 8)) == [3, 4], change
        assert set(around) <= set(edges)
        assert (np.diff(edges) > 0).all()


def test_extra_rays_stay_inside_their_pixel_and_around_its_centre():
    edges = np.array([0, 13, 47], dtype=np.int32)
    turn = np.array([0.0, 0.7, 2.0], dtype=np.float32)
    rays = antialias.edge_rays(np.eye(3, dtype=np.float32), edges, 8, turn)
    offsets = rays.reshape(3, antialias.EXTRA, 3)[..., :2] - np.stack(
        (edges % 8 + 0.5, edges // 8 + 0.5), axis=1
    )[:, None].astype(np.float32)
    assert np.abs(offsets).max() < 0.5
    np.testing.assert_allclose(offsets.mean(axis=1), 0, atol=1e-5)
    assert np.abs(offsets).max(axis=(1, 2)).min() > 0.2


def test_extra_samples_take_after_a_pixel_of_the_same_surface():
    hits, ids, _ = _flat(6, 8)
    ids[10, 1] = 4
    ids[30, 0] = -1
    edges = np.array([10, 20, 30, 0], dtype=np.int32)
    more_hits = np.repeat(hits[[11, 20, 30, 0]], antialias.EXTRA, axis=0)
    more_ids = np.zeros((4 * antialias.EXTRA, 2), dtype=np.int32)
    more_ids[5, 1] = 9
    more_ids[6:9, 0] = -1
    more_hits[9:, 2] = 50.0
    donors = antialias.find_donors(hits, ids, more_hits, more_ids, edges, 8)
    assert set(donors[:3]) <= {9, 11, 2, 18}
    assert donors[3:].tolist() == [20, 20, -1, 30, 30, 30, -1, -1, -1]


def test_edge_pixels_take_the_mean_of_their_samples():
    light = np.zeros((6, 3), dtype=np.float32)
    light[:4] = 1.0
    light[4:] = [[5.0], [1e6]]
    edges, sources = np.array([2, 0], dtype=np.int32), np.array([4, 4, 4, 1, 5, 1], dtype=np.int32)
    out = antialias.average_edges(light, edges, sources, 4)
    np.testing.assert_allclose(out[:, 0], [(3 + antialias.BRIGHTEST) / 4, 1, 4, 1])
    assert light[2, 0] == 1.0
