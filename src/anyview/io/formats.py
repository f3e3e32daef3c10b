# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Opening image files: recognised by content, each refusal worded."""

import contextlib
import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from PIL import (
    BmpImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from anyview.core.errors import InputError
from anyview.io.heif import is_heif, open_heif
from anyview.io.listing import require_file

_Opener = Callable[[IO[bytes], str], Image.Image]

# Pillow's readers are called one by one, not through Image.open: that would warn about, and then
# refuse, large images by a limit that is global to the process, and would try dozens of formats
# (one of them runs Ghostscript).
_FORMATS: tuple[tuple[str, Callable[[bytes], bool], _Opener], ...] = (
    ("JPEG", lambda start: start.startswith(b"\xff\xd8\xff"), JpegImagePlugin.jpeg_factory),
    ("PNG", lambda s: s.startswith(b"\x89PNG\r\n\x1a\n"), PngImagePlugin.PngImageFile),
    ("WebP", lambda s: s[:4] == b"RIFF" and s[8:12] == b"WEBP", WebPImagePlugin.WebPImageFile),
    ("BMP", lambda s: s.startswith(b"BM"), BmpImagePlugin.BmpImageFile),
    (
        "TIFF",
        lambda s: s[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"},
        TiffImagePlugin.TiffImageFile,
    ),
    (
        "PPM",
        lambda s: s[:1] == b"P" and s[1:2] in b"123456" and s[2:3].isspace(),
        PpmImagePlugin.PpmImageFile,
    ),
    ("HEIC", is_heif, open_heif),
)

_FOREIGN = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop file"),
    (b"<svg", "an SVG drawing"),
    (b"\x76\x2f\x31\x01", "an OpenEXR image"),
)

# What Pillow raises on files that are damaged, cut off or of a kind that it does not decode.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)

_QUIET_ONE_AT_A_TIME = threading.Lock()


@contextlib.contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """Open an image file up to its header, as a context that closes it.

    Args:
        path: JPEG, PNG, WebP, BMP, TIFF, PPM or HEIC file, whatever its suffix.

    Yields:
        The image, its pixels not yet decoded and its size not yet checked.

    Raises:
        InputError: If there is no such file, it cannot be opened or is not an image.
        MissingDependencyError: If it is a HEIC file and pillow-heif is not installed.
    """
    require_file(path, "an image file")
    try:
        file = path.open("rb")
    except PermissionError as error:
        raise InputError(f"{path}: no permission to read it.") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({first_line(error)}).") from error
    with file:
        yield opened_image(file, what=str(path))


def opened_image(file: io.BufferedReader | io.BytesIO, *, what: str) -> Image.Image:
    """An image up to its header, from an open file or bytes in memory.

    Args:
        file: At its start; it must stay open until the pixels are loaded.
        what: Path or description, which starts messages.

    Raises:
        InputError: If it is not an image, or its header is damaged.
    """
    start = file.read(16)
    opener = next((o for _, matches, o in _FORMATS if matches(start)), None)
    if opener is None:
        raise InputError(f"{what}: {_what_instead(start)}.")
    file.seek(0)
    try:
        with quiet():
            return opener(file, what)
    except _DAMAGED as error:
        raise InputError(
            f"{what}: damaged or cut off in its header ({first_line(error)})."
        ) from error


def load_pixels(image: Image.Image, *, what: str) -> None:
    """Decode the pixels of an opened image.

    Args:
        image: Its size has been checked: Pillow's own limit is not applied here.
        what: Path or description of the image, which starts the message.

    Raises:
        InputError: If the data are damaged or cut off.
    """
    limit = Image.MAX_IMAGE_PIXELS
    large = limit is not None and image.width * image.height > limit
    try:
        with quiet() if large or image.format == "TIFF" else contextlib.nullcontext():
            image.load()
    except (AssertionError, AttributeError) as error:  # Pillow finds nothing to read from
        raise InputError(f"{what}: its file was closed before its pixels were read.") from error
    except _DAMAGED as error:
        raise InputError(f"{what}: damaged or cut off ({first_line(error)}).") from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence Pillow's warnings, which name no file: what matters of them is in our errors.

    They are about EXIF that is broken (then it is as if absent) and about large images (their
    size is checked against our own limit). The filters of warnings are shared by all threads:
    one thread at a time, and so only around short work or rare images.
    """
    with _QUIET_ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


def _what_instead(start: bytes) -> str:
    """What a file is that is no image, from its first bytes."""
    readable = ", ".join(name for name, _, _ in _FORMATS)
    if not start:
        return "the file is empty (0 bytes)"
    if start[4:8] == b"ftyp":
        if start[8:12] in {b"avif", b"avis"}:
            return f"an AVIF image, which is not read; convert it to one of {readable}"
        return "a video, not an image"
    for signature, name in _FOREIGN:
        if start.startswith(signature):
            return f"{name}, which is not read; convert it to one of {readable}"
    if all(32 <= byte < 127 or byte in b"\t\r\n" for byte in start):
        return f"a text file, not an image ({readable})"
    return f"not an image of a known kind ({readable})"


def first_line(error: BaseException) -> str:
    """The message of an error in one line without the full stop, or the name of its type."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
