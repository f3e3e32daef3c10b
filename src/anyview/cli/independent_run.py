# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Many images, each alone: the work behind ``anyview predict --independent``."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from anyview.cli.console import problem, progress, remark
from anyview.cli.exit_codes import SKIPPED
from anyview.cli.output_folder import output_folder
from anyview.cli.prediction_run import (
    Job,
    Run,
    check_inputs,
    load_predictor,
    machine_of,
    plural,
)
from anyview.core.errors import InputError

if TYPE_CHECKING:
    from anyview.inference.engine import Predictor
    from anyview.inference.independent import IndependentReport, Progress

_SECONDS_BETWEEN_LINES = 30.0
"""How often a run without a terminal says in its log how far it is."""


def run_independent(job: Job, batch_size: int | None = None) -> Run:
    """Predict each image as a scene of its own; a run that was stopped goes on where it was.

    Args:
        job: What is asked for.
        batch_size: Images in a batch; None for a default by device.
    """
    check_inputs(job)
    from anyview.api import predict_independent
    from anyview.inference.inputs import iter_files
    from anyview.inference.run_record import RUN_FILE, RunSettings

    inputs = list(job.inputs)
    total = sum(1 for _ in iter_files(inputs))
    with output_folder(job.output, bookkeeping=(RUN_FILE,)):
        predictor = load_predictor(job)
        with progress(quiet=job.quiet) as bar:
            task = bar.add_task("predicting", total=total)
            log = _log_lines(total) if not job.quiet and not sys.stderr.isatty() else None

            def on_progress(state: "Progress") -> None:
                bar.update(
                    task,
                    completed=_seen(state),
                    description=f"{state.images_per_second:.2f} images/s",
                )
                if log is not None:
                    log(state)

            report = predict_independent(
                predictor,
                inputs,
                job.output,
                formats=job.formats,
                export_options=job.export_options,
                settings=RunSettings(
                    input=job.input_options, predict=job.predict_options, batch_size=batch_size
                ),
                on_problem=problem,
                on_progress=on_progress,
            )
        if report.progress.failed == total:
            raise InputError(
                f"None of the {plural(total, 'image')} can be used. The first: {report.problems[0]}"
            )
    return _report(job, predictor, total, report)


def _seen(state: "Progress") -> int:
    return state.done + state.skipped + state.failed


def _log_lines(total: int) -> "Callable[[Progress], None]":
    """Writes a line from time to time, for logs of long runs."""
    last = 0.0

    def log(state: "Progress") -> None:
        nonlocal last
        if state.seconds - last >= _SECONDS_BETWEEN_LINES:
            last = state.seconds
            remark(f"{_seen(state)} of {total} images, {state.images_per_second:.2f} images/s")

    return log


def _report(job: Job, predictor: "Predictor", total: int, report: "IndependentReport") -> Run:
    state = report.progress
    lines = [
        f"{plural(state.done, 'image')}, {machine_of(predictor)}, {state.seconds:.1f} s, "
        f"{state.images_per_second:.2f} images/s"
    ]
    if state.skipped:
        lines.append(f"{plural(state.skipped, 'image')} done before")
    if state.failed:
        lines.append(f"{plural(state.failed, 'image')} could not be used")
    lines.append(f"written to {job.output}/, a folder for each image")
    return Run(
        lines=lines,
        document={
            "output": str(job.output),
            "images": total,
            "done": state.done,
            "done_before": state.skipped,
            "failed": state.failed,
            "skipped": list(report.problems),
            "seconds": round(state.seconds, 3),
            "images_per_second": round(state.images_per_second, 3),
            "model": predictor.info.name,
            "device": str(predictor.device),
            "dtype": str(predictor.dtype).removeprefix("torch."),
        },
        exit_code=SKIPPED if state.failed else 0,
    )
