# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""HEIC and HEIF photos, through pillow-heif where it is installed.

libheif turns images upright itself while decoding, and pillow-heif then sets EXIF orientation to
1, so nothing is turned twice. Ten and twelve bits become eight.
"""

from typing import IO

from PIL import Image

from anyview.core.optional import require

_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}


def is_heif(start: bytes) -> bool:
    """Whether the first 16 bytes are those of a HEIF file; AVIF has brands of its own."""
    return start[4:8] == b"ftyp" and start[8:12] in _BRANDS


def open_heif(file: IO[bytes], what: str) -> Image.Image:
    """An image up to its header.

    Args:
        file: At its start.
        what: Its path, for the message.

    Raises:
        MissingDependencyError: If pillow-heif is not installed.
        SyntaxError: If it is damaged, as Pillow's own readers do.
    """
    package = require("pillow_heif", extra="heic", purpose=f"read the HEIC image {what}")
    try:
        image: Image.Image = package.HeifImageFile(file)
    except RuntimeError as error:
        raise SyntaxError(str(error)) from error
    return image
