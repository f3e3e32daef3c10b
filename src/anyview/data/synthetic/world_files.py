# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Synthetic scenes on disk: a folder with ``settings.json`` and chunks of 32 scenes.

A chunk ``worlds-NNNNNNNN.safetensors`` is named after its first scene. It appears whole or not at
all, holds uncompressed tensors, and is read in place. Tensors of S scenes of V views:

- ``images`` uint8 [S, V, H, W, 3] sRGB;
- ``depth`` float16 [S, V, H, W], times ``depth_scale`` float32 [S] is z-depth in metres, 0 = sky;
- ``objects`` uint8 [S, V, H, W], 0 = surroundings or sky, else a number of the thing;
- ``intrinsics`` float32 [S, V, 3, 3]; ``cam_from_world`` float32 [S, V, 4, 4];
- ``numbers``, ``kinds``, ``paths`` int64 [S]: scene number, place in ``KINDS`` and in ``PATHS``.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from anyview.core.errors import InputError
from anyview.data.batch import EXACT, Batch
from anyview.data.synthetic.camera_paths import PATHS
from anyview.data.synthetic.stored_scene import StoredScene
from anyview.data.synthetic.world import WorldScene
from anyview.data.synthetic.world_settings import KINDS, WorldSettings
from anyview.io.atomic import atomic_path
from anyview.io.listing import require_file

CHUNK_SCENES = 32
"""Scenes a file."""

FORMAT_VERSION = 1
_PREFIX, _SUFFIX = "worlds-", ".safetensors"
_SETTINGS = "settings.json"
_PATH_NAMES = tuple(PATHS)
# Smallest normal number and nearly the largest one of float16.
_HALF_RANGE = (6.2e-5, 6.5e4)


def chunk_path(folder: str | os.PathLike[str], first: int) -> Path:
    """The file whose first scene is ``first``."""
    return Path(folder) / f"{_PREFIX}{first:08d}{_SUFFIX}"


def chunk_size(path: Path) -> int:
    """How many scenes a chunk holds.

    Raises:
        InputError: If it is damaged or no chunk.
    """
    with _open(path) as file:
        return int(file.get_slice("numbers").get_shape()[0])


def write_chunk(path: Path, scenes: Sequence[WorldScene]) -> None:
    """Write one file of scenes with equally many, equally large views."""
    tensors = chunk_tensors(scenes)
    with atomic_path(path) as temporary:
        # Not save_file, whose files only their owner may read.
        temporary.write_bytes(save(tensors, metadata={"format_version": str(FORMAT_VERSION)}))


def chunk_tensors(scenes: Sequence[WorldScene]) -> dict[str, torch.Tensor]:
    """What a chunk holds, by name."""
    depth = np.stack([[view.depth for view in scene.views] for scene in scenes])
    objects = np.stack([[view.objects for view in scene.views] for scene in scenes])
    cameras = [[view.camera for view in scene.views] for scene in scenes]
    # About 1 in the middle of the depths, float16 is equally precise everywhere.
    scale = np.array([np.median(d[d > 0]) if (d > 0).any() else 1.0 for d in depth], np.float32)
    relative = np.clip(depth / scale[:, None, None, None], *_HALF_RANGE)
    arrays = {
        "images": np.stack([[view.image for view in scene.views] for scene in scenes]),
        "depth": np.where(depth > 0, relative, 0).astype(np.float16),
        "depth_scale": scale,
        "objects": np.where(objects > 0, 1 + (objects - 1) % 255, 0).astype(np.uint8),
        "intrinsics": np.array([[c.intrinsics for c in row] for row in cameras], np.float32),
        "cam_from_world": np.array(
            [[c.cam_from_world for c in row] for row in cameras], np.float32
        ),
        "numbers": np.array([scene.number for scene in scenes], np.int64),
        "kinds": np.array([KINDS.index(scene.kind) for scene in scenes], np.int64),
        "paths": np.array([_PATH_NAMES.index(scene.path) for scene in scenes], np.int64),
    }
    return {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in arrays.items()}


def scene_of(one: dict[str, torch.Tensor]) -> StoredScene:
    """A scene from the tensors of a chunk without their first axis."""
    return StoredScene(
        number=int(one["numbers"]),
        kind=KINDS[int(one["kinds"])],
        path=_PATH_NAMES[int(one["paths"])],
        images=one["images"],
        depth=one["depth"].float() * one["depth_scale"],
        objects=one["objects"],
        intrinsics=one["intrinsics"],
        cam_from_world=one["cam_from_world"],
    )


def write_settings(folder: Path, settings: WorldSettings) -> None:
    """Write the settings that made the scenes of a folder."""
    document = {"format_version": FORMAT_VERSION, "settings": settings.to_document()}
    with atomic_path(folder / _SETTINGS) as temporary:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def read_settings(folder: str | os.PathLike[str]) -> WorldSettings | None:
    """The settings that made the scenes of a folder; None if there are none.

    Raises:
        InputError: If the file is not what ``write_settings`` writes.
    """
    path = Path(folder) / _SETTINGS
    if not path.exists():
        return None
    require_file(path, "a file of settings")
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        version = document["format_version"]
        settings = WorldSettings.from_document(document["settings"])
    except (ValueError, TypeError, KeyError, OSError, RecursionError) as error:
        raise InputError(f"{path} does not describe synthetic scenes: {error}.") from error
    if version != FORMAT_VERSION:
        raise InputError(
            f"{path} has format version {version}, this program reads {FORMAT_VERSION}: make the "
            "scenes again with 'anyview data make'."
        )
    return settings


class WorldChunk:
    """One file of scenes, read in place.

    Args:
        path: As ``chunk_path`` names it.

    Raises:
        InputError: If it is damaged or no chunk.
    """

    def __init__(self, path: Path) -> None:
        self._file = _open(path)

    def scene(self, row: int, views: Sequence[int] | None = None) -> StoredScene:
        """The scene in a row of the file.

        Args:
            row: From 0.
            views: Which views, in the order wanted; None: all.
        """
        # Ranges rather than rows: safetensors then keeps the axes and copies each in one go.
        one = {}
        for name in self._file.keys():  # noqa: SIM118 - no dict
            stored = self._file.get_slice(name)
            if views is None or len(stored.get_shape()) == 1:
                one[name] = stored[row : row + 1][0]
            else:
                one[name] = torch.cat([stored[row : row + 1, v : v + 1][0] for v in views])
        return scene_of(one)

    def num_views(self) -> int:
        """Views of each scene."""
        return int(self._file.get_slice("images").get_shape()[1])


class WorldSet:
    """The scenes of a folder, read in place.

    Scenes are ordered by number. Files that a running ``write_worlds`` adds later are not seen. It
    can be sent to other processes, which open the files anew.

    Args:
        folder: What ``write_worlds`` wrote.

    Raises:
        InputError: If the folder has no scenes, or a file is damaged.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        settings = read_settings(self.folder)
        self._paths = sorted(self.folder.glob(f"{_PREFIX}*{_SUFFIX}"))
        if settings is None or not self._paths:
            raise InputError(
                f"{self.folder} holds no synthetic scenes (settings.json and {_PREFIX}*{_SUFFIX}); "
                f"make some with: anyview data make {self.folder} --scenes 100"
            )
        self.settings = settings
        self._starts = np.cumsum([0, *(chunk_size(path) for path in self._paths)])
        self._files: dict[int, WorldChunk] = {}

    def __len__(self) -> int:
        """Number of scenes."""
        return int(self._starts[-1])

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the open files."""
        return self.__dict__ | {"_files": {}}

    def scene(self, index: int) -> StoredScene:
        """Scene ``index``, counted from 0 in this folder.

        Raises:
            IndexError: If there are fewer.
            InputError: If its file is damaged.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"scene {index} of {len(self)}")
        chunk = int(np.searchsorted(self._starts, index, side="right")) - 1
        row = index - int(self._starts[chunk])
        file = self._files.get(chunk)
        if file is None:
            file = self._files[chunk] = WorldChunk(self._paths[chunk])
        return file.scene(row)

    def batch(
        self,
        indices: Sequence[int],
        views: Sequence[Sequence[int]] | None = None,
        size: tuple[int, int] | None = None,
    ) -> Batch:
        """Scenes as a training batch.

        Args:
            indices: Of the scenes, B of them.
            views: For each scene its views, equally many, the reference view first; None: all.
            size: Width and height; None: as stored.
        """
        scenes = [self.scene(index) for index in indices]
        if views is not None:
            pairs = zip(scenes, views, strict=True)
            scenes = [scene.select(chosen) for scene, chosen in pairs]
        if size is not None:
            scenes = [scene.shrunk(*size) for scene in scenes]
        return batch_of(scenes)


def batch_of(scenes: Sequence[StoredScene]) -> Batch:
    """A training batch of scenes with equally many, equally large views."""
    depth = torch.stack([scene.depth for scene in scenes])
    images = torch.stack([scene.images for scene in scenes])
    known = torch.ones(len(scenes), dtype=torch.bool)
    return Batch(
        images=images.permute(0, 1, 4, 2, 3).float() / 255,
        depth=depth,
        sky=depth == 0,
        objects=torch.stack([scene.objects for scene in scenes]) > 0,
        intrinsics=torch.stack([scene.intrinsics for scene in scenes]),
        cam_from_world=torch.stack([scene.cam_from_world for scene in scenes]),
        has_pose=known,
        has_masks=known.clone(),
        is_metric=known.clone(),
        depth_kind=torch.full((len(scenes),), EXACT),
        names=[f"{scene.kind}-{scene.number}" for scene in scenes],
    )


def _open(path: Path) -> Any:
    require_file(path, "a file of scenes")
    try:
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        raise InputError(
            f"{path} is damaged or no file of scenes ({error}); delete it and run "
            "'anyview data make' again, which makes what is missing."
        ) from error
