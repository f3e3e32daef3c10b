# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The front door: everything that the README shows, in one place.

``predictor = anyview.load()``, ``prediction = predictor.predict("photos/")``,
``anyview.export_prediction(prediction, "out")``.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from anyview.core.options import options_from
from anyview.export.formats import formats_from_names
from anyview.export.mesh import write_mesh
from anyview.export.npz import NPZ_NAME, read_npz
from anyview.export.options import ExportOptions
from anyview.export.registry import default_formats
from anyview.export.registry import export_prediction as export_formats
from anyview.fusion.options import FuseOptions
from anyview.fusion.scene import fuse_prediction
from anyview.inference.engine import Predictor
from anyview.inference.independent import IndependentReport, Progress
from anyview.inference.independent import predict_independent as run_independent
from anyview.inference.inputs import iter_files
from anyview.inference.options import PredictOptions
from anyview.inference.run_record import RunSettings
from anyview.model.build import build as build_network
from anyview.model.checkpoint import load_model
from anyview.model.registry import find_variant
from anyview.model.weights_info import info_of_variant
from anyview.structures.points import Mesh
from anyview.structures.prediction import Prediction

DEFAULT_MODEL = "tiny"
"""The model that comes with the package."""


def build(
    variant: str,
    *,
    device: str | torch.device = "auto",
    dtype: str | torch.dtype = "auto",
    seed: int = 0,
) -> Predictor:
    """A model of a variant's shape with random weights, to train or to test with.

    Args:
        variant: A name such as ``"small"``; see ``anyview weights list``.
        device: ``"auto"`` (CUDA, else MPS, else CPU) or a device's name.
        dtype: Precision of the transformer: ``"auto"``, ``"float32"``, ``"bfloat16"``,
            ``"float16"``.
        seed: Of the weights.

    Raises:
        OptionError: If there is no such variant, device or precision.
    """
    found = find_variant(variant)
    network = build_network(found.config, seed=seed)
    return Predictor(network, info_of_variant(found), device=device, dtype=dtype)


def load(
    name_or_path: str | os.PathLike[str] = DEFAULT_MODEL,
    *,
    device: str | torch.device = "auto",
    dtype: str | torch.dtype = "auto",
) -> Predictor:
    """A model with its weights.

    Args:
        name_or_path: A variant's name (downloaded on first use, unless it comes with the package),
            a file or folder with weights, or a hub id.
        device: ``"auto"`` (CUDA, else MPS, else CPU) or a device's name.
        dtype: Precision of the transformer: ``"auto"``, ``"float32"``, ``"bfloat16"``,
            ``"float16"``. ``"auto"`` is the fastest one that keeps quality on the device.

    Raises:
        OptionError: If there is no such name, device or precision.
        CheckpointError: If the weights cannot be had or do not fit; says what to do.
    """
    given = name_or_path if isinstance(name_or_path, str) else Path(name_or_path)
    model = load_model(given)
    return Predictor(model.network, model.info, device=device, dtype=dtype)


def predict(
    images: Any,
    *,
    model: str | os.PathLike[str] = DEFAULT_MODEL,
    extrinsics: Any = None,
    intrinsics: Any = None,
    options: PredictOptions | Mapping[str, Any] | None = None,
    device: str | torch.device = "auto",
    dtype: str | torch.dtype = "auto",
) -> Prediction:
    """Load a model, predict one scene, forget the model: for a single use.

    Args:
        images: See ``Predictor.predict``.
        model: See ``load``.
        extrinsics: Known world-to-camera, [V, 3, 4] or [V, 4, 4].
        intrinsics: Known K in pixels of the given images, [V, 3, 3].
        options: How to predict; an object, or values by name.
        device: See ``load``.
        dtype: See ``load``.
    """
    options = options_from(PredictOptions, options)
    predictor = load(model, device=device, dtype=dtype)
    return predictor.predict(images, extrinsics=extrinsics, intrinsics=intrinsics, options=options)


def export_prediction(
    prediction: Prediction,
    directory: str | os.PathLike[str],
    formats: str | Iterable[str] | None = None,
    options: ExportOptions | Mapping[str, Any] | None = None,
) -> list[Path]:
    """Write a prediction to files, all in its one frame at its one scale.

    Args:
        prediction: It is not changed.
        directory: Made if absent.
        formats: Such as ``"glb"``, ``"npz,ply"`` or a list; None for those that are written by
            default and that the prediction has what they need for.
        options: Filters and sizes; an object, or values by name.

    Returns:
        The files, each written whole or not at all.

    Raises:
        OptionError: If a format or an option is unknown.
        InputError: If the prediction lacks what a format needs.
        OutputError: If the directory cannot be written.
    """
    wanted = default_formats(prediction) if formats is None else formats
    return export_formats(prediction, Path(directory), wanted, options)


def load_prediction(path: str | os.PathLike[str]) -> Prediction:
    """Read a prediction that was exported as ``npz``; it can be exported again to any format.

    Args:
        path: The file, or the folder that holds ``prediction.npz``.

    Raises:
        InputError: If it is absent, damaged or something else.
    """
    given = Path(path)
    return read_npz(given / NPZ_NAME if given.is_dir() else given)


def fuse(prediction: Prediction, options: FuseOptions | Mapping[str, Any] | None = None) -> Mesh:
    """All views of a prediction as one coloured mesh, in its frame and unit.

    ``anyview.save_mesh(mesh, "scene.glb")`` writes it.

    Args:
        prediction: With cameras, or a single view.
        options: How; an object, or values by name.

    Raises:
        OptionError: If an option is unknown.
        InputError: If there are no cameras, or nothing to make a surface of.
    """
    return fuse_prediction(prediction, options_from(FuseOptions, options))


def save_mesh(mesh: Mesh, path: str | os.PathLike[str]) -> Path:
    """Write a mesh as ``.glb``, ``.ply`` or ``.obj``; the ending decides.

    Raises:
        OptionError: If the ending is another.
        OutputError: If the file cannot be written.
    """
    return write_mesh(mesh, path)


def predict_independent(
    predictor: Predictor,
    images: Any,
    directory: str | os.PathLike[str],
    *,
    formats: str | Iterable[str] | None = None,
    export_options: ExportOptions | Mapping[str, Any] | None = None,
    settings: RunSettings | None = None,
    on_problem: Callable[[str], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> IndependentReport:
    """Predict every image alone and write its results to ``directory / name of the file``.

    A run that was stopped goes on where it was when it is started again with the same settings.

    Args:
        predictor: The model.
        images: Files, folders and globs.
        directory: New, or that of an earlier run.
        formats: See ``export_prediction``.
        export_options: How to write.
        settings: How to read, predict, batch and resume.
        on_problem: Told of each image that is left out, with ``on_error="skip"``.
        on_progress: Told after each batch.

    Raises:
        InputError: At the first image that cannot be used, unless errors are to be skipped.
        OptionError: If the directory holds results made with other settings.
        OutputError: If results cannot be written.
    """
    chosen = None if formats is None else [item.name for item in formats_from_names(formats)]
    writing = options_from(ExportOptions, export_options)
    settings = settings or RunSettings()

    def write(prediction: Prediction, folder: Path) -> None:
        export_prediction(prediction, folder, chosen, writing)

    return run_independent(
        predictor,
        iter_files(images),
        directory,
        write,
        settings=replace(
            settings, record={**settings.record, "formats": chosen, "export": asdict(writing)}
        ),
        on_problem=on_problem,
        on_progress=on_progress,
    )
