# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What every thing and every world must satisfy; used by the tests beside it."""

from collections.abc import Callable, Sequence

import numpy as np

from anyview.data.synthetic.parts import Builder, Mesh
from anyview.data.synthetic.style import Style, draw_style
from anyview.data.synthetic.surface_tables import PATTERNS
from anyview.data.synthetic.world import Material, World


def assert_sound_mesh(mesh: Mesh) -> None:
    """Finite vertices, faces that point at them."""
    assert mesh.vertices.dtype == np.float32
    assert mesh.faces.dtype == np.int32
    assert len(mesh.faces) > 0
    assert np.isfinite(mesh.vertices).all()
    assert mesh.faces.min() >= 0
    assert mesh.faces.max() < len(mesh.vertices)


def assert_sound_material(material: Material) -> None:
    """Colours within [0, 1], a pattern that exists, sizes above 0."""
    assert material.pattern in PATTERNS
    for colour in (material.first, material.second):
        assert len(colour) == 3
        assert all(0 <= part <= 1 for part in colour)
    assert material.scale_m > 0
    assert 0 <= material.contrast <= 1
    assert 0 <= material.shininess <= 1
    assert material.glow >= 0


def assert_sound_world(world: World) -> None:
    """All indices valid, everything finite, a camera box that is one."""
    assert_sound_mesh(Mesh(world.vertices, world.faces))
    assert world.face_material.shape == world.face_object.shape == (len(world.faces),)
    used = np.unique(world.face_material)
    assert used[0] >= 0
    assert used[-1] < len(world.materials)
    assert len(used) >= 0.7 * len(world.materials), "materials that nothing shows"
    assert world.face_object.min() >= 0
    assert world.face_object.max() > 0
    for material in world.materials:
        assert_sound_material(material)
    assert len(world.lamps) >= 1
    assert world.focus.ndim == 2
    assert len(world.focus) >= 1
    assert np.isfinite(world.focus).all()
    assert (world.camera_low < world.camera_high).all()
    low, high = world.vertices.min(axis=0), world.vertices.max(axis=0)
    assert (world.camera_low >= low).all()
    assert (world.camera_high[:2] <= high[:2]).all()
    assert world.size_m > 0


def same_world(one: World, other: World) -> bool:
    """Bit for bit."""
    arrays = ("vertices", "faces", "face_material", "face_object", "camera_low", "focus")
    equal = all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    return equal and one.materials == other.materials and one.lamps == other.lamps


def draw(maker: Callable[[np.random.Generator, Style], Builder], seed: int) -> Builder:
    """One thing."""
    rng = np.random.default_rng(seed)
    return maker(rng, draw_style(rng, 0.2))


def assert_sound_things(
    makers: Sequence[Callable[[np.random.Generator, Style], Builder]],
    tallest: float,
    lowest: float = -0.05,
    seeds: int = 4,
) -> None:
    """Each stands on the floor, is of a plausible height, differs by seed and not by run."""
    for maker in makers:
        shapes = set()
        for seed in range(seeds):
            thing = draw(maker, seed)
            mesh = thing.mesh()
            assert_sound_mesh(mesh)
            low, high = thing.bounds()
            assert low[2] >= lowest, maker
            assert 0.005 < high[2] <= tallest, maker
            assert max(abs(low[:2].min()), high[:2].max()) < 3.0, maker
            shapes.add((*low.round(3).tolist(), *high.round(3).tolist()))
            again = draw(maker, seed).mesh()
            assert np.array_equal(mesh.vertices, again.vertices), maker
        assert len(shapes) >= 2, f"{maker} always has the same size"
