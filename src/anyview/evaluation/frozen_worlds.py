# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A folder of small synthetic scenes with exact depth and cameras, for scoring only.

``scenes.json`` holds ``scenes``: a list of ``name``, ``kind`` and ``views``; a view has ``file``,
``depth`` (16-bit PNG times ``depth_unit``, 0 = sky or nothing, z-depth), ``K`` (pixel centres at
+0.5) and ``T_w2c`` (4 x 4, OpenCV axes). All images are of one size, all scenes of as many views.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.image_sets import DAMAGED_INDEX
from anyview.io.depth_png import read_depth_png16
from anyview.io.images import read_image
from anyview.metrics.scene_scores import SceneTruth
from anyview.structures.views import View

INDEX_NAME = "scenes.json"

KIND_NAMES = {"0": "room", "1": "outdoor", "2": "table-top", "3": "floating"}
"""What the numbers in ``kind`` stand for."""


@dataclass(frozen=True)
class FrozenWorlds:
    """Scenes and their truth.

    Attributes:
        names: Of the scenes.
        kinds: Of the scenes, readable.
        views: Images of each scene.
        truth: On the grid of the images; float64 cameras.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    views: tuple[tuple[View, ...], ...]
    truth: SceneTruth

    def __len__(self) -> int:
        """Number of scenes."""
        return len(self.names)


def read_worlds(folder: Path, limit: int | None = None) -> FrozenWorlds:
    """Read the scenes of a folder.

    Args:
        folder: It holds ``scenes.json``.
        limit: Read the first so many scenes only.

    Raises:
        InputError: If the folder is not of this format, or its scenes differ in size.
    """
    index = folder / INDEX_NAME
    if not index.is_file():
        raise InputError(f"{folder} has no {INDEX_NAME}: give a folder of frozen worlds.")
    try:
        scenes = json.loads(index.read_text(encoding="utf-8"))["scenes"][:limit]
        read = [[read_known_view(folder, view) for view in scene["views"]] for scene in scenes]
        names = tuple(str(scene["name"]) for scene in scenes)
        kinds = tuple(KIND_NAMES.get(str(s["kind"]), str(s["kind"])) for s in scenes)
    except DAMAGED_INDEX as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{index} is not as expected: {type(error).__name__}: {error}.") from error
    shapes = {(len(scene), *view.depth.shape) for scene in read for view in scene}
    if len(shapes) != 1:
        raise InputError(
            f"{folder}: all scenes must have as many views of one size; there are {sorted(shapes)} "
            "(views, height, width)."
        )
    depth, cameras, K = (
        torch.stack([torch.stack([getattr(view, part) for view in scene]) for scene in read])
        for part in ("depth", "cam_from_world", "intrinsics")
    )
    views = tuple(tuple(view.view for view in scene) for scene in read)
    return FrozenWorlds(names, kinds, views, SceneTruth(depth, cameras, K))


@dataclass(frozen=True)
class KnownView:
    """One view of a scene with its truth.

    Attributes:
        view: The image.
        depth: z-depth, 0 where there is none.
        cam_from_world: World-to-camera.
        intrinsics: K in pixels, centres at +0.5.
    """

    view: View
    depth: Float[Tensor, "H W"]
    cam_from_world: Float64[Tensor, "4 4"]
    intrinsics: Float64[Tensor, "3 3"]


def read_known_view(folder: Path, entry: dict[str, Any]) -> KnownView:
    """One entry of ``views``.

    Args:
        folder: It holds ``scenes.json``.
        entry: As it stands there; ``DAMAGED_INDEX`` comes of one that is not as expected.

    Raises:
        InputError: If a file is absent or damaged, or parts do not agree.
    """
    image = read_image(folder / entry["file"]).image
    depth = read_depth_png16(folder / entry["depth"], scale=1 / entry["depth_unit"])
    if depth.shape != image.shape[1:]:
        raise InputError(f"{folder / entry['depth']}: not of the size of its image.")
    cameras, K = (torch.tensor(entry[key], dtype=torch.float64) for key in ("T_w2c", "K"))
    if cameras.shape != (4, 4) or K.shape != (3, 3):
        raise InputError(f"{folder / entry['file']}: T_w2c must be 4 x 4 and K 3 x 3.")
    view = View(image, Path(entry["file"]).stem, str(folder / entry["file"]))
    return KnownView(view, depth, cameras, K)
