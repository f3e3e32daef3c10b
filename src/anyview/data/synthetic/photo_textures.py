# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the user's as textures, small, with all smaller levels."""

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from anyview.core.errors import InputError

SIDE = 256
"""Pixels along an edge of the finest level."""

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"})


class PhotoTextures:
    """All pictures below a folder, at any depth, in the order of their paths.

    The central square of each is kept at 256 x 256 and smaller: 262 kB a picture.

    Attributes:
        levels: [P, B] uint8 sRGB; each row holds the levels of side 256, 128 ... 1 one after the
            other.

    Args:
        folder: Searched for files with a picture's suffix.
        limit: Most pictures to keep; evenly spread over the sorted paths.

    Raises:
        InputError: If there is no such folder, no picture in it, or one cannot be read.
    """

    def __init__(self, folder: str | Path, limit: int = 2000) -> None:
        folder = Path(folder)
        if not folder.is_dir():
            raise InputError(f"The folder of pictures {folder} does not exist.")
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
        if not paths:
            raise InputError(
                f"No picture below {folder}; files must end in {', '.join(sorted(SUFFIXES))}."
            )
        if len(paths) > limit:
            paths = [paths[i * len(paths) // limit] for i in range(limit)]
        self.levels: npt.NDArray[np.uint8] = np.stack([_pyramid(_read_square(p)) for p in paths])

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.levels)


def _read_square(path: Path) -> Image.Image:
    """The central square, SIDE x SIDE."""
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")  # odd metadata does not matter here
            image.draft("RGB", (SIDE, SIDE))
            rgb = image.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise InputError(f"The picture {path} cannot be read: {error}") from error
    edge = min(rgb.size)
    left, top = (rgb.width - edge) // 2, (rgb.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return rgb.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)


def _pyramid(image: Image.Image) -> npt.NDArray[np.uint8]:
    """Levels of side 256, 128 ... 1, flat."""
    level = np.asarray(image, dtype=np.float32)
    parts = [level]
    while level.shape[0] > 1:
        half = level.shape[0] // 2
        level = level.reshape(half, 2, half, 2, 3).mean(axis=(1, 3))
        parts.append(level)
    flat = np.concatenate([part.reshape(-1) for part in parts])
    return np.rint(flat).astype(np.uint8)
