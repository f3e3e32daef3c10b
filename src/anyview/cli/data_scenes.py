# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The scenes that ``anyview data show`` draws."""

from pathlib import Path

from anyview.core.errors import InputError, OptionError
from anyview.data.scene import Scene
from anyview.data.scene_folder import find_scenes, read_scene
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.scenes import make_scene
from anyview.data.synthetic.stored_scene import StoredScene
from anyview.data.synthetic.world_files import WorldSet, chunk_tensors, scene_of
from anyview.data.synthetic.world_settings import WorldSettings


def fresh_scenes(first: int, count: int, settings: WorldSettings) -> list[StoredScene]:
    """Make scenes as they would be stored."""
    photos = None if settings.photos is None else PhotoTextures(Path(settings.photos))
    tensors = chunk_tensors(
        [make_scene(number, settings, photos) for number in range(first, first + count)]
    )
    return [scene_of({name: t[row] for name, t in tensors.items()}) for row in range(count)]


def converted_scenes(folder: Path, first: int, count: int) -> list[Scene]:
    """Read scenes in the format of all converters by their place; none if the folder has none.

    Raises:
        OptionError: If the folder has some, but fewer than ``first`` + 1.
        InputError: If one is damaged.
    """
    try:
        found = find_scenes(folder)
    except InputError:
        return []
    if first >= len(found):
        raise OptionError(f"{folder} has {len(found)} scenes, --first is {first}.")
    return [read_scene(path) for path in found[first : first + count]]


def stored_scenes(folder: Path, first: int, count: int) -> list[StoredScene]:
    """Read scenes by their place in a folder; fewer if it ends before.

    Raises:
        OptionError: If the folder has fewer than ``first`` + 1 scenes.
        InputError: If it has none, or a file is damaged.
    """
    worlds = WorldSet(folder)
    if first >= len(worlds):
        raise OptionError(f"{folder} has {len(worlds)} scenes, --first is {first}.")
    return [worlds.scene(index) for index in range(first, min(first + count, len(worlds)))]
