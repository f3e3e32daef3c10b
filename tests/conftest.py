# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fixtures that tests of several packages use."""

import pytest

from anyview.render.example_scene import example_cameras, example_scene
from anyview.render.raycast import RenderedViews, render_views

SYNTHETIC_VIEWS, SYNTHETIC_HEIGHT, SYNTHETIC_WIDTH = 4, 84, 112


@pytest.fixture(scope="session")
def synthetic_scene() -> RenderedViews:
    """Four small views of the example room with exact depth (infinite in the sky) and cameras.

    Shared by the whole session: do not write into its tensors.
    """
    cameras = example_cameras(SYNTHETIC_VIEWS, height=SYNTHETIC_HEIGHT, width=SYNTHETIC_WIDTH)
    return render_views(
        example_scene(light_samples=1),
        *cameras,
        height=SYNTHETIC_HEIGHT,
        width=SYNTHETIC_WIDTH,
        samples=1,
    )
