# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Parts of the example room fit together."""

import torch

from anyview.render.bounds import place
from anyview.render.example_parts import WHITE, block, frame, twig
from anyview.render.textures import Plain


def test_a_frame_leaves_its_opening_free_and_closes_around_it() -> None:
    bars = frame((1.0, -2.0, 3.0), (0.8, 0.6), 0.1, Plain(WHITE))
    placed = place(tuple(bars), torch.zeros(1))

    def is_covered(x: float, y: float) -> bool:
        origin = torch.tensor([[x], [y], [0.0]])
        forward = torch.tensor([[0.0], [0.0], [1.0]])
        return any(placed.intersect(i, origin, forward).isfinite().item() for i in range(4))

    assert not is_covered(1.0, -2.0)
    assert not is_covered(1.34, -2.24)  # just within the corner
    for dx in (-0.4, 0.0, 0.4):
        assert is_covered(1.0 + dx, -1.7)
        assert is_covered(1.0 + dx, -2.3)
    assert is_covered(0.6, -2.0)
    assert is_covered(1.4, -2.0)
    assert not is_covered(1.5, -2.0)


def test_a_twig_starts_at_its_foot_and_leans_as_told() -> None:
    stem, *leaves = twig((1.0, -0.5, 2.0), yaw_deg=90.0, tilt_deg=30.0, seed=1)
    placed = place((stem,), torch.zeros(1, dtype=torch.float64))
    corners = placed.corners[0].T
    top = corners[corners[:, 1].argsort()[:4]].mean(dim=0)
    foot = corners[corners[:, 1].argsort()[4:]].mean(dim=0)
    way = torch.nn.functional.normalize(top - foot, dim=0)
    assert torch.allclose(way, torch.tensor([0.0, -(0.75**0.5), 0.5]).double(), atol=1e-6)
    assert (foot - torch.tensor([1.0, -0.5, 2.0]).double()).norm() < 0.04
    assert len(leaves) == 6
    assert len({leaf.position for leaf in leaves}) == 6


def test_a_block_is_where_it_is_put() -> None:
    placed = place((block((2.0, 4.0, 6.0), (1.0, 2.0, 3.0), Plain(WHITE)),), torch.zeros(1))
    assert placed.corners[0].amin(dim=1).tolist() == [0.0, 0.0, 0.0]
    assert placed.corners[0].amax(dim=1).tolist() == [2.0, 4.0, 6.0]
