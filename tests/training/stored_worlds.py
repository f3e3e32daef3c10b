# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Synthetic scenes on disk without drawing any: slanted planes in noise."""

from pathlib import Path

import numpy as np

from anyview.data.synthetic.world import Camera, WorldScene, WorldView
from anyview.data.synthetic.world_files import CHUNK_SCENES, chunk_path, write_chunk, write_settings
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.training.recipe import Recipe
from anyview.training.session import VALIDATION_FIRST


def store_planes(folder: Path, settings: WorldSettings, first: int, chunks: int) -> None:
    """Files of scenes ``first`` and on, and the settings they claim to have."""
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, settings)
    for start in range(first, first + chunks * CHUNK_SCENES, CHUNK_SCENES):
        scenes = [
            WorldScene(n, "room", "orbit", [_view(n, i, settings) for i in range(settings.views)])
            for n in range(start, start + CHUNK_SCENES)
        ]
        write_chunk(chunk_path(folder, start), scenes)


def store_worlds_of(recipe: Recipe, folder: Path, chunks: int = 2) -> None:
    """All that a short run of a recipe needs."""
    store_planes(folder, recipe.worlds, recipe.window.first, chunks)
    store_planes(folder / "validation", recipe.worlds, VALIDATION_FIRST, 1)


def _view(number: int, index: int, settings: WorldSettings) -> WorldView:
    chance = np.random.default_rng((number, index))
    height, width = settings.height, settings.width
    pose = np.eye(4, dtype=np.float32)
    pose[0, 3] = 0.1 * index
    k = np.array([[width, 0, width / 2], [0, width, height / 2], [0, 0, 1]], np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    depth = np.broadcast_to(2 + rows / height * (number % 3), (height, width)).astype(np.float32)
    return WorldView(
        image=chance.integers(0, 255, (height, width, 3), dtype=np.uint8),
        depth=depth,
        normal=np.zeros((height, width, 3), np.float32),
        objects=np.zeros((height, width), np.int32),
        camera=Camera(k, pose, height, width),
    )
