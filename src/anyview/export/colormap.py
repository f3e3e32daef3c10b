# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Colour maps for pictures of depth and confidence.

Each map is a handful of anchor colours joined by straight lines in OKLab (Ottosson 2020), a space
in which equal distances look about equally different. Lightness rises all the way, so that the
order of values also reads in greyscale and for colour-blind eyes.
"""

import numpy as np
import numpy.typing as npt

_LEVELS = 256

_LMS_FROM_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_FROM_ROOTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

ANCHORS: dict[str, tuple[str, ...]] = {
    # far: night blue, violet, crimson, orange; near: pale yellow
    "depth": ("101a4a", "43218f", "8a1f9a", "c72c78", "ea5545", "f58f29", "f8c63c", "fdf6b2"),
    # low: ink, teal; high: light lime
    "confidence": ("10142f", "1b3a63", "17657c", "16907f", "4fb76c", "a6d854", "f3f7b0"),
}
"""Anchor colours by map, from the low end to the high end."""


def _lab_from_srgb(srgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: npt.NDArray[np.float64] = np.cbrt(linear @ _LMS_FROM_RGB.T) @ _LAB_FROM_ROOTS.T
    return lab


def _srgb_from_lab(lab: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    roots = lab @ np.linalg.inv(_LAB_FROM_ROOTS).T
    linear = np.clip(roots**3 @ np.linalg.inv(_LMS_FROM_RGB).T, 0, 1)
    srgb: npt.NDArray[np.float64] = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return srgb


def color_table(name: str) -> npt.NDArray[np.uint8]:
    """The map as 256 sRGB colours.

    Args:
        name: ``"depth"`` (low is far and dark, high is near and bright) or ``"confidence"``.

    Returns:
        Array [256, 3].
    """
    anchors = [[int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)] for color in ANCHORS[name]]
    lab = _lab_from_srgb(np.array(anchors))
    # Positions by arc length: every step of the table is the same perceptual distance.
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(lab, axis=0), axis=1))])
    wanted = np.linspace(0, length[-1], _LEVELS)
    path = np.stack([np.interp(wanted, length, lab[:, i]) for i in range(3)], axis=1)
    return np.round(_srgb_from_lab(path) * 255).astype(np.uint8)


def apply_colors(values: npt.NDArray[np.float32], name: str) -> npt.NDArray[np.uint8]:
    """Colour for each value.

    Args:
        values: Any shape; 0 is the low end of the map, 1 the high end; outside is clipped and
            NaN counts as 0.
        name: Map name, see ``color_table``.

    Returns:
        RGB, shape of ``values`` with a last axis of 3.
    """
    levels = np.nan_to_num(np.clip(values, 0, 1) * (_LEVELS - 1) + 0.5, nan=0.0)
    return color_table(name)[levels.astype(np.uint8)]
