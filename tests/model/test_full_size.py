# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.model.dpt import add_position_, upsample
from anyview.model.full_size import BAND_ROWS, full_size_outputs, upsample_rows
from anyview.model.heads import OutputConvs


def low(height=17, width=23, seed=0):
    return torch.randn(2, 8, height, width, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("height", [BAND_ROWS, BAND_ROWS + 1, 2 * BAND_ROWS, 5 * BAND_ROWS - 1])
@pytest.mark.parametrize("position", [True, False])
def test_bands_equal_the_whole(height, position):
    stacks = (OutputConvs(8, 2), OutputConvs(8, 3, normalize=True))
    size = (height, 56)
    with torch.no_grad():
        bands = full_size_outputs(low(), stacks, size, position=position)
        x = upsample(low(), size)
        if position:
            x = add_position_(x, *size)
        for out, stack in zip(bands, stacks, strict=True):
            torch.testing.assert_close(out, stack(x), atol=1e-5, rtol=1e-5)


def test_with_gradients_they_flow_to_the_input_and_every_weight():
    stack, x = OutputConvs(8, 2), low().requires_grad_(True)
    (out,) = full_size_outputs(x, (stack,), (2 * BAND_ROWS, 56), position=True)
    out.square().sum().backward()
    assert x.grad.abs().sum() > 0
    assert all(p.grad is not None for p in stack.parameters())


@pytest.mark.parametrize(("height", "width"), [(1, 5), (17, 23), (30, 9)])
def test_rows_are_those_of_the_whole_map(height, width):
    x = low(height, width)
    whole = upsample(x, (45, 31))
    for first, behind in ((0, 45), (0, 7), (13, 14), (38, 45)):
        rows = upsample_rows(x, (45, 31), first, behind)
        torch.testing.assert_close(rows, whole[:, :, first:behind], atol=1e-5, rtol=1e-5)
