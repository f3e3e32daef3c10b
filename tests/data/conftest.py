# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The miniature scene, in memory and on disk."""

from pathlib import Path

import pytest

from anyview.data.scene import Scene
from anyview.data.scene_folder import write_scene
from anyview.render.raycast import RenderedViews

from .mini_scene import scene_of


@pytest.fixture(scope="session")
def mini_scene(synthetic_scene: RenderedViews) -> Scene:
    """Four views of 84 x 112."""
    return scene_of(synthetic_scene)


@pytest.fixture
def scene_folder(mini_scene: Scene, tmp_path: Path) -> Path:
    """The same on disk, to be damaged at will."""
    return write_scene(mini_scene, tmp_path / "room", depth_format="npy")
