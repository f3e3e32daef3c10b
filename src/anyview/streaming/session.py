# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames in, one scene out, chunk by chunk: memory does not grow with the length of a video.

A chunk is predicted, laid onto the one before by the frames that both have, and those frames are
blended. What is kept from chunk to chunk is its last few frames and one similarity.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import torch

from anyview.core.errors import InputError
from anyview.geometry.sim3 import Sim3
from anyview.streaming.blending import blend
from anyview.streaming.joining import Join, join_chunks, shared_frames
from anyview.streaming.options import StreamOptions
from anyview.structures.prediction import Prediction
from anyview.structures.prediction_parts import moved, select_views
from anyview.structures.sky import sky_mask
from anyview.structures.views import View, ViewSet

Predict = Callable[[ViewSet], Prediction]


@dataclass(frozen=True)
class Tail:
    """What the next chunk needs to know of this one.

    Attributes:
        chunk: The whole prediction's last frames, in the chunk's own world; blended already where
            the chunk is shorter than two overlaps.
        world_from_chunk: Where that world lies in the segment's.
        segment: Number of the segment.
        next_chunk: Number of the chunk that comes next.
        next_frame: Number of the first frame of ``chunk``.
    """

    chunk: Prediction
    world_from_chunk: Sim3
    segment: int
    next_chunk: int
    next_frame: int


@dataclass(frozen=True)
class StreamedChunk:
    """Frames that will not change any more.

    Attributes:
        index: Number of the chunk.
        segment: Scenes that could not be joined are segments, each with a world of its own.
        first_frame: Number of the first of the frames.
        prediction: The frames, in the world and unit of the segment's first chunk.
        world_from_chunk: Where the chunk's own world lies.
        join: How it was laid onto the one before; None for the first of a segment.
        tail: What a stream that goes on from here needs; None at the end.
    """

    index: int
    segment: int
    first_frame: int
    prediction: Prediction
    world_from_chunk: Sim3
    join: Join | None
    tail: Tail | None


def stream_chunks(
    frames: Iterable[View],
    predict: Predict,
    options: StreamOptions | None = None,
    resume: Tail | None = None,
) -> Iterator[StreamedChunk]:
    """Predict a long sequence of frames.

    Args:
        frames: In order; from ``resume.next_frame`` on where a stream goes on.
        predict: What a chunk of views is predicted with; must give cameras.
        options: None for the defaults.
        resume: Of the last chunk that was kept.

    Yields:
        Each frame once and in order, in chunks.

    Raises:
        InputError: If there is no frame, or the predictions have no cameras.
    """
    options = options or StreamOptions()
    tail = resume
    for views, is_last in _windows(frames, options):
        chunk = predict(ViewSet(tuple(views)))
        if chunk.extrinsics is None:
            raise InputError("Streaming needs a model that predicts cameras, such as 'tiny'.")
        for piece in _lay(chunk, tail, options, is_last=is_last):
            yield piece
            tail = piece.tail


def _windows(frames: Iterable[View], options: StreamOptions) -> Iterator[tuple[list[View], bool]]:
    """Chunks of frames, and whether each is the last."""
    window: list[View] = []
    source = iter(frames)
    ahead = next(source, None)
    if ahead is None:
        raise InputError("No frames were given: at least one is needed.")
    while ahead is not None:
        window.append(ahead)
        ahead = next(source, None)
        if len(window) == options.chunk or ahead is None:
            yield window, ahead is None
            window = window[options.step :]


def _lay(
    chunk: Prediction, tail: Tail | None, options: StreamOptions, *, is_last: bool
) -> Iterator[StreamedChunk]:
    """The frames that are final now."""
    index = 0 if tail is None else tail.next_chunk
    first = 0 if tail is None else tail.next_frame
    segment = 0 if tail is None else tail.segment
    join, world_from_chunk = None, Sim3.identity(dtype=torch.float64)
    if tail is not None:
        shared = len(tail.chunk)
        join = _join(tail.chunk, chunk, shared)
        if not join.ok and join.inliers < options.cut:
            # Another scene: what was held back of the old one is final as it is.
            segment += 1
            index += 1
            yield StreamedChunk(
                index - 1,
                tail.segment,
                first,
                moved(tail.chunk, tail.world_from_chunk),
                tail.world_from_chunk,
                join,
                None,
            )
            join = None
            chunk = select_views(chunk, range(shared, len(chunk)))
            first += shared
        else:
            world_from_chunk = tail.world_from_chunk @ join.previous_from_current
            chunk = _blended(tail.chunk, chunk, shared, join.previous_from_current)
    held = 0 if is_last else min(options.overlap, len(chunk))
    done = len(chunk) - held
    new_tail = None
    if held:
        new_tail = Tail(
            select_views(chunk, range(done, len(chunk))),
            world_from_chunk,
            segment,
            index + 1,
            first + done,
        )
    if done:
        final = moved(select_views(chunk, range(done)), world_from_chunk)
        yield StreamedChunk(index, segment, first, final, world_from_chunk, join, new_tail)


def _join(previous: Prediction, current: Prediction, shared: int) -> Join:
    """How the chunks lie by their shared frames; sky has no say."""
    same_grid = previous.depth.shape[1:] == current.depth.shape[1:]
    if not same_grid or len(current) <= shared:
        reason = "shared frames have another size" if not same_grid else "no new frame"
        nothing = torch.full((7,), 1.0, dtype=torch.float64)
        return Join(Sim3.identity(dtype=torch.float64), False, 0.0, nothing, reason)
    keep = None
    if current.sky is not None:
        keep = ~sky_mask(current.sky[:shared])
    return join_chunks(
        shared_frames(previous, slice(None)), shared_frames(current, slice(0, shared)), keep
    )


def _blended(
    previous: Prediction, current: Prediction, shared: int, previous_from_current: Sim3
) -> Prediction:
    """The current chunk in its own world, its shared frames blended with the previous one's."""
    current_from_previous = previous_from_current.inverse()
    mixed = blend(
        shared_frames(previous, slice(None)),
        shared_frames(current, slice(0, shared)),
        previous_from_current,
    )
    assert current.extrinsics is not None
    assert current.intrinsics is not None
    depth, extrinsics = current.depth.clone(), current.extrinsics.clone()
    intrinsics = current.intrinsics.clone()
    depth[:shared] = mixed.depth * current_from_previous.scale.float()
    cameras = current_from_previous.apply_to_cameras(mixed.cam_from_world.double())
    extrinsics[:shared] = cameras[:, :3].float()
    intrinsics[:shared] = mixed.intrinsics
    conf = current.conf
    if conf is not None:
        conf = conf.clone()
        conf[:shared] = mixed.conf
    return replace(current, depth=depth, extrinsics=extrinsics, intrinsics=intrinsics, conf=conf)
