# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.devices import gadget, keyboard, laptop, monitor

from .sound_worlds import assert_sound_mesh, assert_sound_things


def test_devices_are_sound():
    assert_sound_things((laptop, monitor, gadget), tallest=0.8)


def test_keyboard_is_flat():
    built = keyboard(np.random.default_rng(0))
    assert_sound_mesh(built.mesh())
    assert built.bounds()[1][2] < 0.05


def test_some_screens_glow():
    from anyview.data.synthetic.style import draw_style
    from anyview.data.synthetic.world import Lamp, Sky

    glows = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        built = monitor(rng, draw_style(rng, 0.0))
        world = built.world(
            "test",
            lamps=[Lamp((1.0, 1.0, 1.0))],
            sky=Sky(),
            camera_box=((0,) * 3, (1,) * 3),
            size_m=1.0,
        )
        glows.append(max(material.glow for material in world.materials) > 0)
    assert 3 < sum(glows) < 17
