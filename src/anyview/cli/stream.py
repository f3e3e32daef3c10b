# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview stream``: a long video as one scene, in bounded memory."""

import time
from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, problem, progress, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.inference.options import InputOptions, PredictOptions
from anyview.streaming.options import StreamOptions


@click.command("stream", cls=TitledCommand)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write to; a run that was stopped goes on there.",
)
@click.option("-m", "--model", default="tiny", show_default=True, help="As for 'predict'.")
@click.option("--device", default="auto", show_default=True, help="As for 'predict'.")
@click.option("--dtype", default="auto", show_default=True, help="As for 'predict'.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of(
    {
        "Options of chunks": StreamOptions,
        "Options of reading": InputOptions,
        "Options of predicting": PredictOptions,
    }
)
def command(
    inputs: tuple[str, ...],
    output: Path,
    model: str,
    device: str,
    dtype: str,
    as_json: bool,
    quiet: bool,
    **others: Any,
) -> None:
    """Predict a video, or a folder of frames, of any length.

    Overlapping chunks are predicted and joined into one scene. Memory does not grow with the
    number of frames; each chunk is on disk as soon as it is final.
    """
    stream = take_options(StreamOptions, others)
    reading = take_options(InputOptions, others)
    predicting = take_options(PredictOptions, others)
    from anyview.api import load
    from anyview.streaming.run import StreamSettings, stream_to_folder

    predictor = load(model, device=device, dtype=dtype)
    settings = StreamSettings(reading, predicting, stream)
    started, frames, chunks, segments, loose = time.perf_counter(), 0, 0, set(), 0
    with progress(quiet=quiet) as bar:
        task = bar.add_task("streaming", total=None)
        for piece in stream_to_folder(predictor, list(inputs), output, settings, problem):
            frames += len(piece.prediction)
            chunks += 1
            segments.add(piece.segment)
            loose += piece.join is not None and not piece.join.ok
            bar.update(task, completed=frames, description=f"{frames} frames")
    seconds = time.perf_counter() - started
    if as_json:
        json_result(
            {
                "output": str(output),
                "frames": frames,
                "chunks": chunks,
                "segments": len(segments),
                "loose_joins": loose,
                "seconds": round(seconds, 3),
            }
        )
        return
    if not chunks:
        result(f"{output} is complete already")
        return
    result(f"{frames} frames in {chunks} chunks, {seconds:.1f} s, written to {output}/")
    if len(segments) > 1:
        result(f"{len(segments)} segments: scenes that could not be joined, each in its own world")
    if loose:
        result(f"{loose} joins rest on cameras alone: too little depth agreed")
