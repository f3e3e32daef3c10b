# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of a video: planned from its index, then decoded one at a time.

A video is scanned before it is decoded, so the number of frames to come is known and the same
frames come every time. MP4, MOV, Matroska and WebM time-stamp each packet and are scanned
without decoding; between chosen frames that are far apart the reader then jumps from key frame to
key frame. Other containers (AVI, MPEG, raw streams) have stamps that cannot be relied on and are
decoded through, twice.
"""

import contextlib
import itertools
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.container
import av.error
import numpy as np
from av.video.frame import VideoFrame as DecodedFrame
from av.video.stream import VideoStream
from jaxtyping import UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.io.exif import turn_upright
from anyview.io.formats import first_line
from anyview.io.frame_choice import FrameChoice
from anyview.io.listing import require_file
from anyview.io.pixels import check_size, planes_from_rows

_RELIABLE_CONTAINERS = {"mov", "mp4", "matroska", "webm"}
_SLACK_S = 0.5

_ORIENTATIONS = {90: 8, 180: 3, -180: 3, -90: 6, 270: 6, -270: 8}
"""FFmpeg's counter-clockwise degrees of the display matrix to EXIF's orientation."""


@dataclass(frozen=True)
class VideoPlan:
    """The frames to take from a video.

    Attributes:
        path: The file.
        indices: Numbers of the chosen frames in display order, ascending.
        times_s: Time of each chosen frame in seconds since the first frame of the video.
        num_frames: All frames of the video.
        stamps: Container's time stamp of each chosen frame; None if they are not reliable.
        key_stamps: Time stamps of all key frames, ascending; empty if not reliable.
        fault: What is wrong with the file although frames can be read, or an empty string.
    """

    path: Path
    indices: tuple[int, ...]
    times_s: tuple[float, ...]
    num_frames: int
    stamps: tuple[int, ...] | None
    key_stamps: tuple[int, ...]
    fault: str

    def __len__(self) -> int:
        """Number of chosen frames."""
        return len(self.indices)


@dataclass(frozen=True)
class VideoFrame:
    """One frame, upright.

    Attributes:
        image: RGB, 0 to 255, the rotation that the file asks for applied.
        index: Number of the frame in the video, from 0.
        time_s: Seconds since the first frame of the video.
    """

    image: UInt8[Tensor, "3 H W"]
    index: int
    time_s: float


def plan_video(
    path: str | os.PathLike[str], choice: FrameChoice | None = None, *, max_pixels: int
) -> VideoPlan:
    """Scan a video and choose frames.

    Args:
        path: Anything FFmpeg reads; the first video stream is used.
        choice: Which frames; by default 16, evenly spread.
        max_pixels: Refuse frames with more pixels than this.

    Raises:
        InputError: If there is no such file, it is no video, has no video stream or no frames, or
            the size of its frames is not accepted.
    """
    path = Path(path)
    with _open_video(path) as (container, stream):
        if stream.width and stream.height:
            check_size(stream.height, stream.width, what=str(path), max_pixels=max_pixels)
        is_reliable = bool(_RELIABLE_CONTAINERS & set(container.format.name.split(",")))
        scan = _scan_packets(container, stream) if is_reliable else None
    if scan is None:
        scan = _scan_frames(path)
    if not scan.times_s:
        raise InputError(f"{path}: has a video stream without a single frame. {scan.fault}".strip())
    indices = (choice or FrameChoice()).indices(scan.times_s)
    return VideoPlan(
        path=path,
        indices=tuple(indices),
        times_s=tuple(scan.times_s[i] for i in indices),
        num_frames=len(scan.times_s),
        stamps=None if scan.stamps is None else tuple(scan.stamps[i] for i in indices),
        key_stamps=tuple(scan.key_stamps),
        fault=scan.fault,
    )


def read_video(
    plan: VideoPlan, *, max_pixels: int, on_problem: Callable[[str], None] | None = None
) -> Iterator[VideoFrame]:
    """Decode the chosen frames, one at a time, in order.

    Args:
        plan: From ``plan_video``.
        max_pixels: Refuse frames with more pixels than this.
        on_problem: Called with one line for damage; frames that cannot be decoded are then left
            out. None: damage is an error.

    Yields:
        Frames; each can be dropped before the next one is made.

    Raises:
        InputError: If the file is damaged or cut off and ``on_problem`` is None, or a frame's
            size is not accepted.
    """

    def report(problem: str) -> None:
        if on_problem is None:
            raise InputError(f"{plan.path}: {problem}")
        on_problem(f"{plan.path}: {problem}")

    if plan.fault:
        report(plan.fault)
    done = 0
    passes = (_seek_frames, _all_frames) if plan.stamps is not None else (_all_frames,)
    for decode in passes:
        for place, frame in decode(plan, done, report):
            if place > done:
                report(_lost(plan, done, place))
            done = place + 1
            check_size(frame.height, frame.width, what=str(plan.path), max_pixels=max_pixels)
            yield VideoFrame(_upright(frame), plan.indices[place], plan.times_s[place])
        if done == len(plan):
            return
    report(_lost(plan, done, len(plan)))


@dataclass(frozen=True)
class _Scan:
    """All frames of a video in display order."""

    times_s: list[float]
    stamps: list[int] | None
    key_stamps: list[int]
    fault: str


def _scan_packets(container: av.container.InputContainer, stream: VideoStream) -> _Scan | None:
    """Stamps of all packets; None if they are incomplete."""
    stamps: list[int] = []
    keys: list[int] = []
    fault = ""
    try:
        for packet in container.demux(stream):
            if packet.size == 0:  # the end of the stream
                continue
            if packet.pts is None:
                return None
            if packet.is_keyframe:
                keys.append(packet.pts)
            if not packet.is_discard:  # hidden by an edit list, though others may build on it
                stamps.append(packet.pts)
    except av.error.FFmpegError as error:
        fault = f"damaged or cut off ({_cause(error)})."
    if len(set(stamps)) != len(stamps) or stream.time_base is None:
        return None
    stamps.sort()
    times = [float((stamp - stamps[0]) * stream.time_base) for stamp in stamps]
    # Both signs of a cut-off file: an edit list alone hides frames, a longer sound track alone
    # outlasts them.
    duration = (container.duration or 0) / av.time_base
    missing = stream.frames - len(stamps)
    if missing > 0 and times and times[-1] + _SLACK_S < duration and not fault:
        fault = (
            f"cut off: it should last {duration:.1f} s, and its frames end at {times[-1]:.1f} s."
        )
    return _Scan(times, stamps, sorted(keys), fault)


def _scan_frames(path: Path) -> _Scan:
    """Decode everything once to count frames and, where possible, time them."""
    stamps: list[int | None] = []
    fault = ""
    with _open_video(path) as (container, stream):
        try:
            for frame in container.decode(stream):
                stamps.append(frame.pts)
        except av.error.FFmpegError as error:
            fault = f"damaged or cut off ({_cause(error)})."
        rate = stream.average_rate or stream.guessed_rate or 25
        base = stream.time_base
    known = [stamp for stamp in stamps if stamp is not None]
    ascending = all(a < b for a, b in itertools.pairwise(known))
    if base is not None and len(known) == len(stamps) and ascending:
        times = [float((stamp - known[0]) * base) for stamp in known]
    else:
        times = [float(i / rate) for i in range(len(stamps))]
    return _Scan(times, None, [], fault)


_Report = Callable[[str], None]


def _seek_frames(
    plan: VideoPlan, first: int, _report: _Report
) -> Iterator[tuple[int, DecodedFrame]]:
    """Chosen frames from number ``first`` on, jumping ahead where a key frame allows.

    Ends without a word at the first chosen frame that does not turn up: not every index of key
    frames is right, and then everything has to be decoded.
    """
    assert plan.stamps is not None
    place = first
    with _open_video(plan.path) as (container, stream):
        while place < len(plan):
            key = _key_before(plan, place)
            try:
                if key is not None:
                    container.seek(key, stream=stream)
                for frame in container.decode(stream):
                    if frame.pts is None or frame.is_corrupt or frame.pts > plan.stamps[place]:
                        return
                    if frame.pts < plan.stamps[place]:
                        continue
                    yield place, frame
                    place += 1
                    if place == len(plan):
                        return
                    key = _key_before(plan, place)
                    if key is not None and key > frame.pts:
                        break
                else:
                    return
            except av.error.FFmpegError:
                return


def _key_before(plan: VideoPlan, place: int) -> int | None:
    """Stamp of the last key frame shown at or before a chosen frame; None if that is the first.

    By display time: a frame that is shown before a key frame but stored after it needs the key
    frame before.
    """
    assert plan.stamps is not None
    number = bisect_right(plan.key_stamps, plan.stamps[place]) - 1
    return plan.key_stamps[number] if number > 0 else None


def _all_frames(plan: VideoPlan, first: int, report: _Report) -> Iterator[tuple[int, DecodedFrame]]:
    """Chosen frames from number ``first`` on, everything decoded from the beginning."""
    place = first
    with _open_video(plan.path) as (container, stream):
        try:
            for index, frame in enumerate(container.decode(stream)):
                # By stamp where it can be relied on: after damage, frames no longer count right.
                at, wanted = index, plan.indices
                if plan.stamps is not None and frame.pts is not None:
                    at, wanted = frame.pts, plan.stamps
                while place < len(plan) and wanted[place] < at:
                    place += 1
                if place == len(plan):
                    return
                if wanted[place] == at and not frame.is_corrupt:
                    yield place, frame
                    place += 1
        except av.error.FFmpegError as error:
            report(f"damaged or cut off ({_cause(error)}).")


def _lost(plan: VideoPlan, first: int, stop: int) -> str:
    frames = "1 chosen frame" if stop - first == 1 else f"{stop - first} chosen frames"
    return f"{frames} cannot be decoded, from {plan.times_s[first]:.2f} s on."


@contextlib.contextmanager
def _open_video(path: Path) -> Iterator[tuple[av.container.InputContainer, VideoStream]]:
    """Container and first video stream."""
    require_file(path, "a video file")
    try:
        # "file:" and the list: a name with a colon is no protocol, and a playlist dressed up as a
        # video opens no connection.
        container = av.open(
            f"file:{path}",
            container_options={"protocol_whitelist": "file"},
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, OSError) as error:
        raise InputError(f"{path}: not a video that can be read ({_cause(error)}).") from error
    with container:
        if not container.streams.video:
            raise InputError(f"{path}: has no video stream.")
        stream = container.streams.video[0]
        if getattr(stream, "codec_context", None) is None:
            raise InputError(f"{path}: not a video that can be read (unknown coding).")
        stream.thread_type = "AUTO"
        yield container, stream


def _upright(frame: DecodedFrame) -> Tensor:
    rows = frame.to_ndarray(format="rgb24")
    planes = planes_from_rows(rows.astype(np.uint8, copy=False))
    return turn_upright(planes, _ORIENTATIONS.get(frame.rotation, 1))


def _cause(error: Exception) -> str:
    return getattr(error, "strerror", None) or first_line(error)
