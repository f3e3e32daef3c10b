# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures on surfaces, projected along the main axis of the normal.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.photo_textures import SIDE
from anyview.data.synthetic.world import FloatArray, IntArray

Bytes = npt.NDArray[np.uint8]


@kernel
def _sample_photo(levels: Bytes, u: float, v: float, blur: float, out: FloatArray) -> None:
    """Bilinear, at the level whose texels are about as large as the footprint; mirrored outside."""
    side = SIDE
    start = 0
    texels = blur * SIDE
    while texels > 1.4 and side > 1:
        start += side * side * 3
        side //= 2
        texels *= 0.5
    u = abs(u - 2.0 * math.floor(0.5 * u) - 1.0) * side - 0.5
    v = abs(v - 2.0 * math.floor(0.5 * v) - 1.0) * side - 0.5
    u = min(max(u, 0.0), side - 1.0)
    v = min(max(v, 0.0), side - 1.0)
    left = int(u)
    top = int(v)
    right = min(left + 1, side - 1)
    bottom = min(top + 1, side - 1)
    u -= left
    v -= top
    for k in range(3):
        a = float(levels[start + (top * side + left) * 3 + k])
        b = float(levels[start + (top * side + right) * 3 + k])
        c = float(levels[start + (bottom * side + left) * 3 + k])
        d = float(levels[start + (bottom * side + right) * 3 + k])
        a += u * (b - a)
        c += u * (d - c)
        value = (a + v * (c - a)) * (1.0 / 255.0)
        out[k] = value * value * (0.68 + 0.32 * value)  # sRGB to linear, within 0.01


@kernel
def project_photos(
    ids: IntArray,
    materials: FloatArray,
    places: FloatArray,
    photos: Bytes,
    number: int,
    colours: FloatArray,
) -> None:
    """Replace the colours of samples on ``photo`` materials.

    Args:
        ids: [N, 2], material (-1 = sky) and object.
        materials: [M, 16], see ``surface_tables``.
        places: [N, 6], see ``pattern_places``.
        photos: [P, B], see ``PhotoTextures``.
        number: Of the pattern ``photo``.
        colours: [N, 3], changed in place.
    """
    picture = np.empty(3, dtype=np.float32)
    for n in range(ids.shape[0]):
        material = ids[n, 0]
        if material < 0 or int(materials[material, 0]) != number:
            continue
        which = int(materials[material, 5]) % photos.shape[0]
        _sample_photo(photos[which], places[n, 3], places[n, 4], places[n, 5], picture)
        for k in range(3):
            base = materials[material, 6 + k]
            value = base + materials[material, 2] * (picture[k] - base)
            colours[n, k] = min(max(value, 0.0), 1.0)
