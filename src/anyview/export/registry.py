# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every exporter by name, and the one function that runs several of them."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from anyview.core.errors import InputError, OutputError
from anyview.core.optional import require
from anyview.core.options import options_from
from anyview.export.cameras_json import write_cameras
from anyview.export.cloud_picture import write_cloud_picture
from anyview.export.colmap import write_colmap
from anyview.export.depth_arrays import write_depth_exr, write_depth_npy
from anyview.export.depth_by_view import require_size
from anyview.export.depth_images import write_conf_color, write_depth_color, write_depth_png
from anyview.export.formats import FORMATS, Format, Need, formats_from_names
from anyview.export.glb import write_glb
from anyview.export.nerfstudio import write_nerfstudio
from anyview.export.npz import write_npz
from anyview.export.options import ExportOptions
from anyview.export.overview import write_overview
from anyview.export.ply import write_cloud
from anyview.export.rerun_recording import write_rerun
from anyview.export.trajectories import write_trajectories
from anyview.export.view_npz import write_view_npz
from anyview.io.atomic import prepare_folder
from anyview.structures.prediction import Prediction

Writer = Callable[[Prediction, Path, ExportOptions], list[Path]]
Progress = Callable[[int, int, str], None]
"""Called with formats done, formats in all, and the name of the one that starts next."""


@dataclass(frozen=True)
class Exporter:
    """A format and the function that writes it.

    Attributes:
        format: Name, description, files and needs.
        write: ``write(prediction, directory, options)`` gives the files, each written whole or
            not at all. It does not change the prediction; the same input gives the same bytes,
            but for rerun's, which hold the time they were made.
    """

    format: Format
    write: Writer


_WRITERS: dict[str, Writer] = {
    "npz": write_npz,
    "ply": write_cloud,
    "glb": write_glb,
    "depth-png": write_depth_png,
    "depth-color": write_depth_color,
    "conf-color": write_conf_color,
    "overview": write_overview,
    "cloud-picture": write_cloud_picture,
    "cameras": write_cameras,
    "colmap": write_colmap,
    "nerfstudio": write_nerfstudio,
    "trajectory": write_trajectories,
    "depth-npy": write_depth_npy,
    "view-npz": write_view_npz,
    "depth-exr": write_depth_exr,
    "rerun": write_rerun,
}

EXPORTERS: Mapping[str, Exporter] = MappingProxyType(
    {name: Exporter(item, _WRITERS[name]) for name, item in FORMATS.items()}
)
"""Exporter by format name. A new format is one line here and one in ``formats``."""

_MISSING: dict[Need, str] = {
    "cameras": "has no cameras (monocular models predict depth alone)",
    "common frame": "has several views and no cameras (monocular models predict depth alone), so "
    "its views have no common frame",
    "confidence": "has no confidence (monocular and metric models predict none)",
}


def export_prediction(
    prediction: Prediction,
    directory: str | Path,
    formats: str | Iterable[str],
    options: ExportOptions | Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write a prediction in several formats, all in its one frame at its one scale.

    Everything that can be known beforehand is checked before anything is written. Files of the
    same name are replaced.

    Args:
        prediction: What to write; it is not changed.
        directory: Where to; made if absent.
        formats: Names, see ``FORMATS``; or one text with names separated by commas.
        options: Filters and sizes; or values by name.
        progress: Called before each format and once at the end, with an empty name.

    Returns:
        All files: in the order of ``formats``, but those with points last.

    Raises:
        OptionError: If a format or an option is unknown.
        InputError: If the prediction lacks what a format needs, or no pixel passes the filters.
        MissingDependencyError: If a format needs a package that is not installed.
        OutputError: If the directory cannot be written.
    """
    chosen = formats_from_names(formats)
    export_options = options_from(ExportOptions, options)
    _require_needs(prediction, chosen)
    require_size(prediction, export_options)
    folder = Path(directory)
    _require_writable(folder, chosen)
    written: list[Path] = []
    # Points last: only they can turn out to be none, and that must not cost the other files.
    ordered = sorted(chosen, key=lambda item: item.has_points)
    for done, item in enumerate(ordered):
        if progress is not None:
            progress(done, len(chosen), item.name)
        written += EXPORTERS[item.name].write(prediction, folder, export_options)
    if progress is not None:
        progress(len(chosen), len(chosen), "")
    return written


def formats_for(prediction: Prediction) -> tuple[str, ...]:
    """Names of the formats whose needs a prediction meets, in the order of ``FORMATS``."""
    met = _needs_met(prediction)
    return tuple(item.name for item in FORMATS.values() if all(met[need] for need in item.needs))


def default_formats(prediction: Prediction) -> tuple[str, ...]:
    """Those of ``formats_for`` that are written when none is named."""
    return tuple(name for name in formats_for(prediction) if FORMATS[name].is_default)


def _needs_met(prediction: Prediction) -> dict[Need, bool]:
    has_cameras = prediction.extrinsics is not None
    return {
        "cameras": has_cameras,
        "common frame": has_cameras or len(prediction) == 1,
        "confidence": prediction.conf is not None,
    }


def _require_needs(prediction: Prediction, chosen: tuple[Format, ...]) -> None:
    met = _needs_met(prediction)
    for item in chosen:
        for need in item.needs:
            if not met[need]:
                raise InputError(
                    f"The format {item.name!r} cannot be written: this prediction "
                    f"{_MISSING[need]}. It can be written as {', '.join(formats_for(prediction))}."
                )
        if item.package is not None:
            module, extra = item.package
            require(module, extra=extra, purpose=f"write the format {item.name!r}")


def _require_writable(folder: Path, chosen: tuple[Format, ...]) -> None:
    """Fail now rather than after minutes of work.

    Raises:
        OutputError: If the folder cannot be made or written, or one of the files cannot.
    """
    prepare_folder(folder)
    probe = folder / f".anyview-{secrets.token_hex(6)}"
    try:
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise OutputError(
            f"Cannot write into {folder}: {error.strerror or error}. Choose another folder."
        ) from error
    for target in (folder / pattern for item in chosen for pattern in item.files):
        blocked = next((p for p in target.parents if p.exists() and not p.is_dir()), None)
        if blocked is not None:
            raise OutputError(f"Cannot write {target}: {blocked} is a file, not a folder.")
        if target.is_dir():
            raise OutputError(f"Cannot write {target}: it is a folder.")
