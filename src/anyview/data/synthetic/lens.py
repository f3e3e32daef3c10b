# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Intrinsics as real cameras have them: mostly ordinary angles, centred, equal over a scene."""

import numpy as np
import numpy.typing as npt

USUAL_FOV_DEG = (45.0, 80.0)
"""Angles of view of phones and most lenses; three quarters of all scenes."""


def sample_intrinsics(
    size: tuple[int, int],
    fov_range: tuple[float, float],
    count: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    """[count, 3, 3] K in pixels.

    Args:
        size: Width and height of the images.
        fov_range: Smallest and largest angle of view in degrees along the longer side.
        count: Number of views.
        rng: Everything random comes from it.
    """
    low, high = fov_range
    if rng.random() < 0.75:
        usual = np.clip(USUAL_FOV_DEG, low, high)
        low, high = usual[0], usual[1]
    fov = np.deg2rad(rng.uniform(low, high))
    focal = 0.5 * max(size) / np.tan(0.5 * fov)
    zoom = np.exp(rng.normal(0, 0.08, count)) if rng.random() < 0.1 else np.ones(count)
    aspect = np.exp(rng.normal(0, 0.01)) if rng.random() < 0.2 else 1.0
    centre = np.array(size) * (0.5 + (rng.normal(0, 0.02, 2) if rng.random() < 0.25 else 0.0))
    # A zoomed view must stay within the range that was asked for.
    limits = 0.5 * max(size) / np.tan(0.5 * np.deg2rad(np.array(fov_range)[::-1]))
    focals = np.clip(focal * zoom, *limits)
    intrinsics = np.zeros((count, 3, 3))
    intrinsics[:, 0, 0] = focals
    intrinsics[:, 1, 1] = focals * aspect
    intrinsics[:, :2, 2] = centre
    intrinsics[:, 2, 2] = 1.0
    return intrinsics
