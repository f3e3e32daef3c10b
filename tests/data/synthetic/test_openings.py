# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from itertools import pairwise

import numpy as np

from anyview.data.synthetic.openings import add_outside, cut_doors, cut_windows
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.room_shell import draw_shell
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_mesh


def test_openings_lie_within_walls_and_apart():
    doors = windows = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        shell = draw_shell(rng, 4.0, 5.0, 2.5)
        style = draw_style(rng, 0.0)
        built = Builder()
        cut_doors(built, rng, shell, style)
        sunny = cut_windows(built, rng, shell, style, 0.6)
        for wall in shell.walls:
            ordered = sorted(wall.openings)
            for x0, x1, z0, z1 in ordered:
                assert 0 < x0 < x1 < wall.length
                assert 0 <= z0 < z1 < 2.5
                doors += z0 == 0
                windows += z0 > 0
            for before, after in pairwise(ordered):
                assert before[1] < after[0]
            assert (wall in sunny) == any(opening[2] > 0 for opening in wall.openings)
    assert doors >= 8
    assert windows >= 10


def test_no_windows_when_none_are_wanted():
    rng = np.random.default_rng(0)
    shell = draw_shell(rng, 4.0, 5.0, 2.5)
    assert cut_windows(Builder(), rng, shell, draw_style(rng, 0.0), 0.0) == []


def test_outside_is_outside():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        shell = draw_shell(rng, 4.0, 5.0, 2.5)
        built = Builder()
        add_outside(built, rng, shell)
        mesh = built.mesh()
        assert_sound_mesh(mesh)
        room = (mesh.vertices[:, :2] > -0.3).all(axis=1)
        room &= (mesh.vertices[:, :2] < (4.3, 5.3)).all(axis=1)
        assert not (room & (mesh.vertices[:, 2] > 0)).any()
