# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A video to a folder, going on where it was."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anyview.core.errors import InputError
from anyview.inference.engine import Predictor
from anyview.inference.options import InputOptions, PredictOptions
from anyview.streaming.folder import StreamFolder
from anyview.streaming.frames import iter_frames
from anyview.streaming.options import StreamOptions
from anyview.streaming.session import StreamedChunk, stream_chunks
from anyview.structures.prediction import Prediction
from anyview.structures.views import ViewSet


@dataclass(frozen=True)
class StreamSettings:
    """How a stream is read, cut and predicted."""

    input: InputOptions = InputOptions()
    predict: PredictOptions = PredictOptions()
    stream: StreamOptions = StreamOptions()


def stream_to_folder(
    predictor: Predictor,
    inputs: Any,
    root: Path,
    settings: StreamSettings | None = None,
    on_problem: Callable[[str], None] | None = None,
) -> Iterator[StreamedChunk]:
    """Stream frames into a folder; each chunk is on disk when it is yielded.

    Args:
        predictor: An any-view model.
        inputs: Videos, folders, images, in order.
        root: New, or that of an earlier run with the same settings, which goes on.
        settings: How.
        on_problem: Told of frames that are left out, with ``on_error="skip"``.

    Yields:
        The chunks that were missing.

    Raises:
        InputError: If a frame cannot be read or the model has no cameras.
        OptionError: If the folder holds a stream with other settings.
        OutputError: If it cannot be written.
    """
    settings = settings or StreamSettings()
    if not predictor.config.is_any_view:
        raise InputError(
            f"Streaming needs a model that predicts cameras; {predictor.info.name!r} has none. "
            "Take an any-view model such as 'tiny', 'small' or 'base'."
        )
    file = predictor.info.file
    record = {
        "model": predictor.info.name,
        "weights": None if file is None else file.sha256,
        "inputs": [str(item) for item in (inputs if isinstance(inputs, list) else [inputs])],
        "input": asdict(settings.input),
        "predict": asdict(settings.predict),
        "stream": asdict(settings.stream),
    }
    folder = StreamFolder(root, record)
    if folder.is_complete:
        return
    tail = folder.resume()
    start = 0 if tail is None else tail.next_frame
    frames = iter_frames(inputs, settings.input, start=start, on_problem=on_problem)

    def predict(views: ViewSet) -> Prediction:
        return predictor.predict_views(views, settings.predict)

    ahead: StreamedChunk | None = None
    for piece in stream_chunks(frames, predict, settings.stream, tail):
        if ahead is not None:
            folder.add(ahead, is_last=False)
            yield ahead
        ahead = piece
    if ahead is not None:
        folder.add(ahead, is_last=True)
        yield ahead
    folder.write_path()
