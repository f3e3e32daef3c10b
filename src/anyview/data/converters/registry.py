# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every converter by name, and the one function that runs them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from anyview.core.errors import InputError, OptionError
from anyview.core.options import options_from
from anyview.data.converters.co3d import find_co3d
from anyview.data.converters.colmap import find_colmap
from anyview.data.converters.found import FoundScene, LeftOut, SceneSource
from anyview.data.converters.hypersim import find_hypersim
from anyview.data.converters.nerfstudio import find_nerfstudio
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.scannetpp import find_scannetpp
from anyview.data.converters.source_files import PINHOLE_READERS
from anyview.data.scene import Frame
from anyview.data.scene_folder import write_scene
from anyview.io.atomic import prepare_folder
from anyview.io.formats import first_line

Progress = Callable[[str, int, int], None]
"""Called with the scene's name, its frames read so far, and its frames in all."""


@dataclass(frozen=True)
class Converter:
    """A kind of data set that is understood.

    Attributes:
        name: By which it is asked for.
        title: One line for listings.
        find: ``find(source, options)`` gives the scenes below a folder, one by one.
    """

    name: str
    title: str
    find: Callable[[Path, ConvertOptions], Iterable[SceneSource]]


_ALL = (
    Converter("colmap", "COLMAP: images/ and sparse/0/, points as sparse depth", find_colmap),
    Converter("nerfstudio", "nerfstudio: transforms.json", find_nerfstudio),
    Converter("hypersim", "Hypersim: synthetic interiors, exact depth", find_hypersim),
    Converter("scannetpp", "ScanNet++ v2: DSLR or iPhone frames, scanned depth", find_scannetpp),
    Converter("co3d", "CO3Dv2: videos of objects, depth and masks", find_co3d),
)

CONVERTERS: Mapping[str, Converter] = MappingProxyType({item.name: item for item in _ALL})
"""Converter by name."""


@dataclass(frozen=True)
class ConvertedScene:
    """A scene that was written.

    Attributes:
        name: Of the scene.
        folder: Where it is.
        num_frames: Written.
        left_out: Frames that were not, with the reason.
    """

    name: str
    folder: Path
    num_frames: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class ConvertReport:
    """What became of a data set.

    Attributes:
        scenes: Written.
        failed: Scenes without a usable frame, with the reason.
    """

    scenes: tuple[ConvertedScene, ...]
    failed: tuple[LeftOut, ...]

    @property
    def num_frames(self) -> int:
        """Frames written."""
        return sum(scene.num_frames for scene in self.scenes)

    @property
    def num_left_out(self) -> int:
        """Frames of written scenes that were left out."""
        return sum(len(scene.left_out) for scene in self.scenes)


def convert(
    kind: str,
    source: str | Path,
    destination: str | Path,
    *,
    options: ConvertOptions | Mapping[str, Any] | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> ConvertReport:
    """Convert a data set to scene folders.

    A frame that cannot be read is left out and reported; so is a scene, as long as another one
    can be converted.

    Args:
        kind: Name of a converter.
        source: The data set's folder; what is wanted there is said by each converter.
        destination: Scenes become folders in it.
        options: For the converter.
        overwrite: Replace scenes that are there.
        progress: Told of every frame.

    Raises:
        OptionError: If the kind or an option is unknown.
        InputError: If there is nothing of that kind, or no frame of any scene can be used.
        MissingDependencyError: If the converter needs a package that is not installed.
        OutputError: If a scene is there already, or the disk refuses.
    """
    if kind not in CONVERTERS:
        raise OptionError(f"Unknown kind {kind!r}; accepted: {', '.join(CONVERTERS)}.")
    settings = options_from(ConvertOptions, options)
    source, destination = Path(source), Path(destination)
    if not source.exists():
        raise InputError(f"{source}: no such file or folder.")
    written: list[ConvertedScene] = []
    failed: list[LeftOut] = []
    names: list[str] = []
    for item in CONVERTERS[kind].find(source, settings):
        names.append(item.name)
        if settings.scenes is not None and not fnmatchcase(item.name, settings.scenes):
            continue
        try:
            found = item.read()
            frames, left_out = _readable(found, settings.max_frames, progress)
        except InputError as error:
            failed.append(LeftOut(item.name, first_line(error)))
            continue
        folder = prepare_folder(destination) / item.name
        write_scene(found.scene(frames), folder, overwrite=overwrite)
        written.append(ConvertedScene(item.name, folder, len(frames), left_out))
    if not written:
        raise InputError(_nothing(source, kind, settings, names, failed))
    return ConvertReport(tuple(written), tuple(failed))


def _readable(
    found: FoundScene, max_frames: int | None, progress: Progress | None
) -> tuple[list[Frame], tuple[LeftOut, ...]]:
    """Frames all of whose files can be read, which is tried here: writing is all or nothing."""
    chosen = found.frames
    if max_frames is not None and len(chosen) > max_frames:
        rows = np.linspace(0, len(chosen) - 1, max_frames).round().astype(int)
        chosen = tuple(chosen[row] for row in rows)
    good: list[Frame] = []
    left_out = list(found.left_out)
    for index, frame in enumerate(chosen):
        try:
            _read_all(frame)
            good.append(frame)
        except InputError as error:
            left_out.append(LeftOut(frame.name, first_line(error)))
        if progress is not None:
            progress(found.name, index + 1, len(chosen))
    if not good:
        reason = f" The first: {left_out[0].name}: {left_out[0].reason}." if left_out else ""
        raise InputError(f"{found.name}: none of its {len(left_out)} frames can be used.{reason}")
    return good, tuple(left_out)


def _read_all(frame: Frame) -> None:
    image = _read(frame.read_image)
    if image.shape[:2] != frame.size:
        raise InputError(
            f"{frame.name}: the image is {image.shape[:2]}, its camera is for {frame.size}."
        )
    for reader in (frame.read_depth, *frame.masks.values()):
        if reader is not None:
            _read(reader)


def _read(reader: Callable[[], Any]) -> Any:
    """What a reader gives, short of straightening it: that is slow and cannot fail."""
    return reader.read() if isinstance(reader, PINHOLE_READERS) else reader()


def _nothing(
    source: Path, kind: str, options: ConvertOptions, names: list[str], failed: list[LeftOut]
) -> str:
    if failed:
        more = f" ({len(failed) - 1} further scenes failed too)" if len(failed) > 1 else ""
        return f"{failed[0].reason}.{more}"
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return (
        f"{source}: no {kind} scene is called {options.scenes!r}; there are {len(names)}: {shown}."
    )
