# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which files a path means: itself, the images of a folder, or the matches of a pattern."""

import glob
import os
import stat
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from anyview.core.errors import AnyViewError, InputError
from anyview.io.naming import natural_key

IMAGE_SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".ppm",
    ".heic",
    ".heif",
)
"""Suffixes of images, in any case. Contents decide how a file is read."""

VIDEO_SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".3gp")
"""Suffixes of videos, in any case."""

RIG_FILE = "rig.json"
"""Makes a folder one of folders, one for each camera of a rig; see ``rig_folder``."""


def is_rig_folder(given: str | os.PathLike[str]) -> bool:
    """Whether a path is a folder that holds rig.json."""
    try:
        return (Path(given).expanduser() / RIG_FILE).is_file()
    except (OSError, RuntimeError, ValueError):  # no such user, a name that is too long, ...
        return False


def is_video(path: str | os.PathLike[str]) -> bool:
    """Whether the suffix is that of a video."""
    return Path(path).suffix.lower() in VIDEO_SUFFIXES


def is_image(path: str | os.PathLike[str]) -> bool:
    """Whether the suffix is that of an image."""
    return Path(path).suffix.lower() in IMAGE_SUFFIXES


def require_file(path: Path, kind: str, error: type[AnyViewError] = InputError) -> None:
    """Refuse a path that is no regular file, before something waits on a pipe.

    Args:
        path: The path.
        kind: What is wanted, such as ``"an image file"``.
        error: What to raise.

    Raises:
        AnyViewError: ``error``, if there is nothing there, or it is a folder, a pipe or a device.
    """
    try:
        if path.is_file():
            return
        if path.is_dir():
            cause = f"is a folder, not {kind}"
        else:
            cause = f"not {kind} but a pipe or device" if path.exists() else "no such file"
    except (OSError, ValueError) as problem:  # a name with NUL is no value
        cause = f"cannot be opened ({getattr(problem, 'strerror', None) or problem})"
    raise error(f"{path}: {cause}.")


def find_files(given: str | os.PathLike[str]) -> Iterator[Path]:
    """The files that a path means, in natural order; nothing is opened.

    - A file is itself, whatever its suffix.
    - A folder is the images directly in it, hidden ones left out; a folder with one video and
      no image is that video.
    - A pattern (``*``, ``?``, ``[...]``; ``**`` for any depth of folders) is the images and
      videos that match it.

    Args:
        given: A path or pattern; ``~`` is the home folder.

    Yields:
        One path or more.

    Raises:
        InputError: If there is nothing there, or nothing that is an image or a video.
    """
    text = os.path.expanduser(os.fspath(given))  # noqa: PTH111 (Path would collapse "./" of patterns)
    path = Path(text)
    if "\0" in text or not text:
        raise InputError(f"{given!r} is not a path.")
    try:
        if path.is_dir():
            return iter(_in_folder(path))
        if path.exists() or path.is_symlink() or not glob.has_magic(text):
            if not path.exists():
                raise InputError(f"{path}: no such file or folder.")
            return iter([path])
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror or error}).") from error
    return iter(_matches(text))


def root_of(given: str | os.PathLike[str]) -> Path:
    """The folder that all files of a path lie below, whichever there are.

    Args:
        given: As for ``find_files``.

    Returns:
        Absolute: the folder itself, that of the file, or that before the first wildcard.
    """
    path = Path(os.path.abspath(os.path.expanduser(os.fspath(given))))  # noqa: PTH100, PTH111
    if path.is_dir():
        return path
    if not path.exists():
        while glob.has_magic(str(path.parent)):
            path = path.parent
    return path.parent


def _in_folder(folder: Path) -> list[Path]:
    images: list[str] = []
    videos: list[str] = []
    others: Counter[str] = Counter()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    others["folders"] += 1
                elif is_image(entry.name):
                    images.append(entry.name)
                elif is_video(entry.name):
                    videos.append(entry.name)
                else:
                    others[Path(entry.name).suffix.lower() or "no suffix"] += 1
    except PermissionError as error:
        raise InputError(f"{folder}: no permission to list this folder.") from error
    if images:
        return [folder / name for name in sorted(images, key=natural_key)]
    if len(videos) == 1:
        return [folder / videos[0]]
    if videos:
        names = ", ".join(sorted(videos, key=natural_key)[:3])
        raise InputError(
            f"{folder}: holds no images but {len(videos)} videos ({names}...); give one of them."
        )
    raise InputError(f"{folder}: holds no images. {_looked_for()}{_found_instead(others)}")


def _matches(pattern: str) -> list[Path]:
    found = [Path(name) for name in dict.fromkeys(_expanded("", _parts(pattern)))]
    files = [path for path in found if is_image(path) or is_video(path)]
    if not files:
        what = f"only {len(found)} other files or folders match" if found else "nothing matches"
        raise InputError(f"{pattern}: {what}. {_looked_for()}")
    return sorted(files, key=lambda path: natural_key(str(path)))


def _parts(pattern: str) -> list[str]:
    """Parts of a pattern, the root first, ``**`` once where it is repeated."""
    parts: list[str] = []
    for name in Path(pattern).parts:
        if not (name == "**" and parts and parts[-1] == "**"):
            parts.append(name)
    return parts


def _expanded(folder: str, parts: list[str]) -> Iterator[str]:
    """What matches below a folder.

    ``glob`` itself follows links in a circle until paths are too long for the system.
    """
    if "**" not in parts:
        yield from glob.glob(os.path.join(glob.escape(folder), *parts))  # noqa: PTH118, PTH207
        return
    place = parts.index("**")
    start = os.path.join(glob.escape(folder), *parts[:place])  # noqa: PTH118
    rest = parts[place + 1 :] or ["*"]
    for found in glob.glob(start) if place else [folder]:  # noqa: PTH207
        for below in _folders(found):
            yield from _expanded(below, rest)


def _folders(start: str) -> Iterator[str]:
    """A folder and all below it, each once however many links lead to it; hidden ones not."""
    seen: set[tuple[int, int]] = set()
    waiting, links = deque([start]), deque[str]()
    while waiting or links:
        folder = (waiting or links).popleft()
        try:
            status = os.stat(folder or os.curdir)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in seen or not stat.S_ISDIR(status.st_mode):
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder or os.curdir) as entries:
                below = sorted(entries, key=lambda entry: natural_key(entry.name))
        except OSError:  # what may not be listed is passed over, as glob does
            continue
        yield folder
        for entry in below:
            if not entry.name.startswith("."):
                path = os.path.join(folder, entry.name)  # noqa: PTH118
                # Links last: a folder is called by its own name where it has one here.
                (links if entry.is_symlink() else waiting).append(path)


def _looked_for() -> str:
    return f"Looked for {', '.join(IMAGE_SUFFIXES)}, in any case."


def _found_instead(others: Counter[str]) -> str:
    if not others:
        return " The folder is empty."
    found = ", ".join(f"{count} {kind}" for kind, count in others.most_common(4))
    hint = " Folders inside it are not searched: give one of them, or a pattern with **."
    return f" Found: {found}.{hint if 'folders' in others else ''}"
