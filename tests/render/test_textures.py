# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Textures: range, seeds, continuity, and the patterns that give them their names."""

import pytest
import torch

from anyview.render.textures import (
    Bricks,
    Checker,
    Noise,
    Plain,
    Stripes,
    Texture,
    Wood,
    cell_noise,
    value_noise,
)

RED, BLUE, GREY = (0.8, 0.1, 0.1), (0.1, 0.2, 0.9), (0.5, 0.5, 0.5)
SEEDED = {
    "noise": lambda seed: Noise(RED, BLUE, (0.3, 0.1, 0.2), seed),
    "wood": lambda seed: Wood(RED, BLUE, seed),
    "bricks": lambda seed: Bricks(RED, BLUE, GREY, seed),
}
PLAIN = [Plain(RED), Checker(RED, BLUE, 0.2), Stripes(RED, BLUE, 0.1)]


def points(count: int = 4000, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(3, count, generator=generator) * 4 - 2


@pytest.mark.parametrize("texture", [*PLAIN, *(make(7) for make in SEEDED.values())], ids=str)
def test_colours_are_in_range_and_repeatable(texture: Texture) -> None:
    color = texture(points())
    assert color.shape == (3, 4000)
    assert color.min() >= 0
    assert color.max() <= 1
    assert torch.equal(color, texture(points()))


@pytest.mark.parametrize("make", SEEDED.values(), ids=SEEDED)
def test_another_seed_gives_another_texture(make) -> None:
    same, other = make(1)(points()), make(2)(points())
    assert (same - other).abs().mean() > 0.01


def test_cell_noise_is_uniform_and_its_cells_unrelated() -> None:
    grid = torch.meshgrid(torch.arange(-60, 60), torch.arange(-60, 60), indexing="ij")
    noise = cell_noise(grid, seed=3)
    assert noise.min() >= 0
    assert noise.max() < 1
    assert abs(noise.mean() - 0.5) < 0.01
    assert abs(noise.var() - 1 / 12) < 0.005
    for neighbour in (noise[1:, 1:], noise[1:, :-1]):
        pair = torch.stack([noise[:-1, :-1].flatten(), neighbour.flatten()])
        assert abs(torch.corrcoef(pair)[0, 1]) < 0.03


def test_cell_noise_is_the_same_for_ever() -> None:
    """Stored images and other machines depend on these values."""
    values = cell_noise([torch.tensor([0, 1, -1]), torch.tensor([5, 5, 5])], seed=11)
    assert (values * 2**32).tolist() == [448227680.0, 430799552.0, 2820926464.0]


def test_value_noise_is_continuous_and_meets_its_lattice() -> None:
    start = points(500)
    jump = value_noise(start + 1e-4, seed=5, octaves=3) - value_noise(start, seed=5, octaves=3)
    assert jump.abs().max() < 3e-3
    lattice = torch.randint(-9, 9, (3, 100), generator=torch.Generator().manual_seed(1))
    assert torch.equal(value_noise(lattice.float(), seed=5), cell_noise(lattice, seed=5))


def test_checker_and_stripes_alternate() -> None:
    x = torch.arange(6) * 0.2 + 0.1
    line = torch.stack([x, torch.full_like(x, 0.05), torch.full_like(x, 0.05)])
    for texture in (Checker(RED, BLUE, 0.2), Stripes(RED, BLUE, 0.2)):
        color = texture(line)
        assert torch.allclose(color[:, ::2], torch.tensor(RED)[:, None].expand(3, 3))
        assert torch.allclose(color[:, 1::2], torch.tensor(BLUE)[:, None].expand(3, 3))
    rings = Stripes(RED, BLUE, 0.2, axis=None)
    turned = torch.stack([-line[2], line[1], line[0]])
    assert torch.allclose(rings(line), rings(turned))


def test_bricks_have_joints_of_their_width() -> None:
    texture = Bricks(RED, RED, BLUE, seed=0, size=(0.25, 0.085), joint=0.017)
    y = torch.rand(20000, generator=torch.Generator().manual_seed(2)) * 8.5 - 4
    column = torch.stack([torch.full_like(y, 0.02), y, torch.full_like(y, 0.01)])
    is_joint = texture(column)[2] > 0.5
    expected = 0.2  # the line at x + z = 0.03 meets no upright joint in any row
    assert abs(is_joint.float().mean() - expected) < 0.02
