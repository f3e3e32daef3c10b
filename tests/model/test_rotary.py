# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.model.backbone import _rotate_camera_tokens_
from anyview.model.rotary import BASE, camera_rotation, patch_rotation, rotation

POSITION = st.tuples(st.integers(-5, 40), st.integers(-5, 40))


def rotate(x, position):
    return rotation(torch.tensor([position]), x.shape[-1]).apply(x.reshape(1, 1, 1, -1)).flatten()


def test_rotation_equals_a_plain_loop():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(16, generator=generator)
    row, column = 3, 7
    expected = torch.empty(16)
    for half, position in ((0, row), (8, column)):
        for i in range(4):
            angle = torch.tensor(position * BASE ** (-i / 4))
            a, b = x[half + i], x[half + 4 + i]
            expected[half + i] = a * angle.cos() - b * angle.sin()
            expected[half + 4 + i] = b * angle.cos() + a * angle.sin()
    torch.testing.assert_close(rotate(x, (row, column)), expected, atol=1e-6, rtol=1e-5)


@given(POSITION, POSITION, st.tuples(st.integers(-3, 3), st.integers(-3, 3)))
@settings(max_examples=25, deadline=None)
def test_products_depend_on_differences_of_positions_only(first, second, shift):
    generator = torch.Generator().manual_seed(1)
    query, key = torch.randn(2, 8, generator=generator)
    moved = [tuple(a + b for a, b in zip(p, shift, strict=True)) for p in (first, second)]
    torch.testing.assert_close(
        rotate(query, first) @ rotate(key, second),
        rotate(query, moved[0]) @ rotate(key, moved[1]),
        atol=2e-5,
        rtol=1e-4,
    )


@given(POSITION)
@settings(max_examples=25, deadline=None)
def test_rotation_keeps_lengths(position):
    x = torch.arange(1.0, 9.0)
    torch.testing.assert_close(rotate(x, position).norm(), x.norm())


def test_patch_rotation_numbers_rows_and_columns_from_one():
    table = patch_rotation(2, 3, 8, torch.device("cpu"))
    expected = rotation(torch.tensor([[0, 0], [1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]), 8)
    assert torch.equal(table.cos, expected.cos)
    assert torch.equal(table.signed_sin, expected.signed_sin)


def test_turning_only_camera_tokens_gives_the_published_products():
    """Patches at (1, 1) and cameras at (0, 0), as published, against ours."""
    generator = torch.Generator().manual_seed(2)
    views, tokens, heads, size = 3, 5, 2, 8
    query, key = torch.randn(2, 1, views * tokens, heads, size, generator=generator)
    positions = torch.ones(views, tokens, 2, dtype=torch.long)
    positions[:, 0] = 0
    published = rotation(positions.flatten(0, 1), size)
    ours = camera_rotation(size, torch.device("cpu"))

    def scores(q, k):
        return torch.einsum("nihd,njhd->nhij", q, k)

    torch.testing.assert_close(
        scores(
            _rotate_camera_tokens_(query.clone(), ours, views),
            _rotate_camera_tokens_(key.clone(), ours, views),
        ),
        scores(published.apply(query), published.apply(key)),
        atol=2e-5,
        rtol=1e-4,
    )
