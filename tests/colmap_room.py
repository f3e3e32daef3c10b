# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The example room as a COLMAP folder, by the script that the guide to fine-tuning uses."""

import functools
import importlib.util
from pathlib import Path
from types import ModuleType

from anyview.data.converters.registry import convert
from anyview.render.example_scene import example_scene
from anyview.render.raycast import RenderedViews, render_views

SCRIPT = Path(__file__).parents[1] / "scripts" / "make_colmap_room.py"
VIEWS, HEIGHT, WIDTH = 9, 42, 56


@functools.cache
def script() -> ModuleType:
    """Needs pycolmap."""
    spec = importlib.util.spec_from_file_location("make_colmap_room", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def room_views() -> RenderedViews:
    """Nine small views; two seconds, once."""
    cameras = script().cameras(VIEWS, HEIGHT, WIDTH)
    scene = example_scene(light_samples=1)
    return render_views(scene, *cameras, height=HEIGHT, width=WIDTH, samples=1)


def write_room(folder: Path) -> Path:
    """images/ and sparse/0/ below a new folder."""
    script().write_colmap(folder, room_views(), 40)
    return folder


def write_scenes(folder: Path, copies: int = 1) -> Path:
    """The same as training scenes in ``folder / "scenes"``."""
    for copy in range(copies):
        convert("colmap", write_room(folder / f"room{copy}"), folder / "scenes")
    return folder / "scenes"
