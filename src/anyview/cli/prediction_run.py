# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One scene from files to files: the work behind ``anyview predict`` and ``anyview demo``."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyview.cli.console import problem, progress
from anyview.cli.exit_codes import SKIPPED
from anyview.cli.output_folder import output_folder
from anyview.export.options import ExportOptions
from anyview.inference.options import InputOptions, PredictOptions
from anyview.io.listing import find_files, is_rig_folder

if TYPE_CHECKING:
    from anyview.inference.engine import Predictor
    from anyview.structures.prediction import Prediction


@dataclass(frozen=True)
class Job:
    """One call of the command, as the user typed it."""

    inputs: tuple[str, ...]
    output: Path
    model: str = "tiny"
    formats: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    input_options: InputOptions = InputOptions()
    predict_options: PredictOptions = PredictOptions()
    export_options: ExportOptions = ExportOptions()
    quiet: bool = False


@dataclass
class Run:
    """What came out: lines for people, a document for programs, an exit code."""

    lines: list[str] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0


def load_predictor(job: Job) -> "Predictor":
    """Load the model of a job; what the user should know of it, such as a licence, is logged."""
    from anyview.api import load

    return load(job.model, device=job.device, dtype=job.dtype)


def check_inputs(job: Job) -> None:
    """Refuse paths that lead nowhere before a model is loaded or downloaded; opens no file.

    Raises:
        InputError: At the first such path, unless errors are to be skipped.
    """
    if job.input_options.on_error == "stop":
        for given in job.inputs:
            if not is_rig_folder(given):
                find_files(given)


def run_scene(
    job: Job, *, cameras_file: Path | None = None, predictor: "Predictor | None" = None
) -> Run:
    """Predict all inputs as views of one scene and write the result.

    Args:
        job: What is asked for.
        cameras_file: Known cameras: a file or folder.
        predictor: The model of the job, if it is loaded already.
    """
    check_inputs(job)
    from anyview.cli.scene_inputs import find_inputs, predict_inputs
    from anyview.export.registry import default_formats, export_prediction

    skipped: list[str] = []

    def on_problem(message: str) -> None:
        skipped.append(message)
        problem(message)

    with output_folder(job.output):
        given = find_inputs(job.inputs, cameras_file)
        predictor = predictor or load_predictor(job)
        started = time.perf_counter()
        with progress(quiet=job.quiet) as bar:
            task = bar.add_task("predicting", total=None)
            prediction, notes = predict_inputs(
                predictor,
                given,
                job.predict_options,
                job.input_options,
                on_problem,
            )

            def on_progress(done: int, total: int, name: str) -> None:
                bar.update(task, completed=done, total=total, description=f"writing {name}")

            formats = job.formats if job.formats is not None else default_formats(prediction)
            files = export_prediction(
                prediction, job.output, formats, job.export_options, on_progress
            )
    seconds = time.perf_counter() - started
    return _report(job, predictor, prediction, files, skipped, seconds, notes)


def machine_of(predictor: "Predictor") -> str:
    """The model, where it runs, and its precision."""
    dtype = str(predictor.dtype).removeprefix("torch.")
    return f"model {predictor.info.name} on {predictor.device} in {dtype}"


def plural(count: int, noun: str) -> str:
    """``1 view``, ``2 views``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _report(
    job: Job,
    predictor: "Predictor",
    prediction: "Prediction",
    files: list[Path],
    skipped: list[str],
    seconds: float,
    notes: tuple[str, ...],
) -> Run:
    views, height, width = prediction.depth.shape
    return Run(
        lines=[
            f"{plural(views, 'view')} at {width} x {height}, {machine_of(predictor)}, "
            f"{seconds:.1f} s",
            f"scale: {prediction.scale_note or prediction.unit}",
            *(f"cameras: {note}" for note in notes),
            *_listing(job.output, files),
        ],
        document={
            "output": str(job.output),
            "files": [str(path) for path in files],
            "views": views,
            "height": height,
            "width": width,
            "names": list(prediction.names),
            "unit": prediction.unit,
            "is_metric": prediction.is_metric,
            "scale_note": prediction.scale_note,
            "camera_notes": list(notes),
            "skipped": skipped,
            "seconds": round(seconds, 3),
            "provenance": dict(prediction.provenance),
        },
        exit_code=SKIPPED if skipped else 0,
    )


def _listing(folder: Path, files: list[Path]) -> list[str]:
    """The files, those of one sub-folder on one line."""
    groups: dict[Path, list[Path]] = {}
    for path in files:
        key = path if path.parent == folder else path.parent
        groups.setdefault(key, []).append(path)
    lines = [f"written to {folder}{'' if str(folder).endswith('/') else '/'}"]
    for key, members in groups.items():
        name = key.relative_to(folder)
        lines.append(
            f"  {name}" if key in members else f"  {name}/  ({plural(len(members), 'file')})"
        )
    return lines
