# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, apply
from anyview.data.synthetic.room_shell import add_shell, draw_shell

from .sound_worlds import assert_sound_mesh


def _looks(rng):
    return (
        materials.floor_material(rng),
        materials.wall_material(rng),
        materials.ceiling_material(rng),
    )


def test_walls_go_round_the_room_and_look_outwards():
    for seed in range(12):
        shell = draw_shell(np.random.default_rng(seed), 4.0, 5.0, 2.5)
        middle = np.array((1.0, 1.0, 1.0))
        for k, wall in enumerate(shell.walls):
            ends = np.array(((wall.length, 0, 0), (0, 0, 0)), dtype=np.float32)
            got = apply(wall.world_from_wall, ends)[:, :2]
            following = shell.polygon[(k + 1) % len(shell.polygon)]
            np.testing.assert_allclose(got, (shell.polygon[k], following), atol=1e-5)
            inside = np.linalg.inv(wall.world_from_wall) @ np.array((*middle, 1.0))
            assert inside[1] < 0
            assert np.linalg.det(wall.world_from_wall) == pytest.approx(1.0)


def test_some_rooms_are_l_shaped():
    shells = [draw_shell(np.random.default_rng(seed), 5.0, 5.0, 2.5) for seed in range(40)]
    corners = [len(shell.polygon) for shell in shells]
    assert set(corners) == {4, 6}
    assert all((shell.notch is None) == (len(shell.polygon) == 4) for shell in shells)
    narrow = [draw_shell(np.random.default_rng(seed), 2.0, 6.0, 2.5) for seed in range(40)]
    assert all(shell.notch is None for shell in narrow)


def test_free_span_avoids_openings():
    rng = np.random.default_rng(0)
    wall = draw_shell(rng, 4.0, 4.0, 2.5, may_notch=False).walls[0]
    wall.openings.append((1.0, 2.0, 0.0, 2.0))
    for _ in range(50):
        left = wall.free_span(rng, 0.8)
        if left is not None:
            assert left + 0.8 < 1.0 or left > 2.0
    assert wall.free_span(rng, 3.9) is None


def test_closed_rooms_keep_light_out_and_openings_let_it_in():
    pytest.importorskip("embreex")
    from anyview.data.synthetic.raycaster import Raycaster
    from anyview.data.synthetic.world import Lamp, Sky

    rng = np.random.default_rng(5)
    directions = rng.normal(size=(4000, 3)).astype(np.float32)
    shares = []
    for opened in (False, True):
        shell = draw_shell(np.random.default_rng(2), 4.0, 5.0, 2.5)
        if opened:
            shell.walls[1].openings.append((1.0, 2.5, 0.8, 2.0))
        built = Builder()
        add_shell(built, rng, shell, _looks(rng), materials.plain((1.0, 1.0, 1.0)))
        assert_sound_mesh(built.mesh())
        world = built.world(
            "test",
            lamps=[Lamp((1.0, 1.0, 1.0))],
            sky=Sky(),
            camera_box=((1, 1, 1), (2, 2, 2)),
            size_m=2.0,
            focus=np.ones((1, 3), np.float32),
        )
        eyes = np.tile(np.array((1.5, 1.5, 1.4), np.float32), (4000, 1))
        distance, _ = Raycaster(world).first_hits(eyes, directions)
        shares.append(np.isinf(distance).mean())
    assert shares[0] == 0
    assert 0.005 < shares[1] < 0.3
