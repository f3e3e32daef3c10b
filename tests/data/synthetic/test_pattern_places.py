# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.pattern_places import place_samples
from anyview.data.synthetic.surface_tables import material_row
from anyview.data.synthetic.world import Material


def _place(materials, ids, points, footprint=0.01, normal=(0.0, 0.0, 1.0)):
    hits = np.zeros((len(points), 11), dtype=np.float32)
    hits[:, :3], hits[:, 3:6], hits[:, 9] = points, normal, footprint
    rows = np.array([material_row(m) for m in materials], dtype=np.float32)
    return place_samples(hits, np.array([[i, 0] for i in ids], dtype=np.int32), rows)


def test_places_are_in_repeats_after_the_shift():
    material = Material("dots", (1.0, 1.0, 1.0), scale_m=0.5, offset_m=(1.0, 2.0, 3.0))
    places = _place([material], [0], [[0.5, 0.25, -1.0]])[0]
    np.testing.assert_allclose(places[0], (3.0, 4.5, 4.0, 3.0, 4.5, 0.02), rtol=1e-6)


def test_the_main_axis_of_the_normal_is_left_out():
    material, points = Material("dots", (1.0, 1.0, 1.0), scale_m=1.0), [[1.0, 2.0, 3.0]]
    for normal, across in (
        ((0.9, 0.3, 0.3), (2, 3)),
        ((0.3, -0.9, 0.3), (1, 3)),
        ((0.3, 0.3, -0.9), (1, 2)),
    ):
        places = _place([material], [0], points, normal=normal)[0]
        np.testing.assert_allclose(places[0, 3:5], across)


def test_noise_is_asked_for_only_where_it_is_seen():
    materials = [
        Material("plain", (1.0, 1.0, 1.0)),
        Material("noise", (1.0, 1.0, 1.0), scale_m=0.3),
        Material("wood", (1.0, 1.0, 1.0), scale_m=0.3),
    ]
    points = np.ones((4, 3))
    _, stains, fine, broad, slots = _place(materials, [0, 1, 2, -1], points, footprint=0.001)
    assert slots.tolist() == [[-1, -1], [0, -1], [1, 0], [-1, -1]]
    assert (stains.shape, fine.shape, broad.shape) == ((4, 4), (4, 2), (4, 1))
    _, _, fine, broad, slots = _place(materials, [0, 1, 2, -1], points, footprint=5.0)
    assert fine.shape[1] == broad.shape[1] == 0
    assert (slots == -1).all()
