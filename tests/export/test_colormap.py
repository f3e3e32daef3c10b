# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.export.colormap import ANCHORS, apply_colors, color_table
from anyview.export.legend import NO_VALUE, SKY


def lightness(table: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours: a second opinion, not the space that the maps are made in."""
    srgb = table / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return 116 * np.cbrt(luminance) - 16


@pytest.mark.parametrize("name", ANCHORS)
def test_ends_are_the_anchors_and_lightness_only_rises(name):
    table = color_table(name)
    assert table.shape == (256, 3)
    for at, anchor in ((0, ANCHORS[name][0]), (-1, ANCHORS[name][-1])):
        assert bytes(table[at]).hex() == anchor
    rise = np.diff(lightness(table)[::8])
    assert rise.min() > 0.5
    assert rise.max() < 5  # no jump: one step in 32 is never a sixth of the whole range


@pytest.mark.parametrize("name", ANCHORS)
def test_no_map_contains_the_flat_colors(name):
    table = color_table(name).astype(int)
    for flat in (NO_VALUE, SKY):
        assert np.abs(table - np.array(flat)).max(axis=1).min() > 24


def test_values_are_clipped_and_placed():
    values = np.array([[-1.0, 0.0], [0.5, 1.0], [9.0, np.nan]], dtype=np.float32)
    colors = apply_colors(values, "depth")
    table = color_table("depth")
    expected = [[table[0], table[0]], [table[128], table[255]], [table[255], table[0]]]
    assert colors.dtype == np.uint8
    assert np.array_equal(colors, np.array(expected))


def test_infinite_values_take_the_ends():
    colors = apply_colors(np.array([-np.inf, np.inf], dtype=np.float32), "confidence")
    assert np.array_equal(colors, color_table("confidence")[[0, 255]])
