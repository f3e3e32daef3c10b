# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import contextlib
import dataclasses
import struct
import wave

import av
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.io import video
from anyview.io.frame_choice import FrameChoice
from anyview.io.video import plan_video, read_video

FRAMES, RATE, GOP = 40, 10, 10
LIMIT = {"max_pixels": 1_000_000}
CONTAINERS = {
    "mp4": ("libx264", None),
    "mkv": ("libx264", None),
    "webm": ("libvpx-vp9", None),
    "avi": ("mpeg4", None),
    "ts": ("libx264", None),
    "mpg": ("mpeg2video", None),
    "h264": ("libx264", "h264"),  # no time stamps at all
    "mov": ("mjpeg", None),
}


def brightness(index):
    return 20 + 5 * index


def write_clip(path, codec="libx264", kind=None, size=(64, 48), options=None):
    """Frame i is grey of level 20 + 5 i with a white square at the top left."""
    width, height = size
    with av.open(str(path), "w", format=kind, options=options or {}) as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.gop_size = width, height, GOP
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for index in range(FRAMES):
            picture = np.full((height, width, 3), brightness(index), np.uint8)
            picture[:8, :16] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return {
        suffix: write_clip(folder / f"clip.{suffix}", codec, kind)
        for suffix, (codec, kind) in CONTAINERS.items()
    }


@pytest.fixture
def clip(clips):
    return clips["mp4"]


def frames_of(path, on_problem=None, **choice):
    plan = plan_video(path, FrameChoice(**choice), **LIMIT)
    return list(read_video(plan, **LIMIT, on_problem=on_problem))


def decode_all(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"every": 15}, [0, 15, 30]),
        ({"every": 1}, list(range(FRAMES))),
        ({"count": 4}, [5, 15, 25, 35]),
        ({"count": 1}, [20]),
        ({"count": 100}, list(range(FRAMES))),
        ({"fps": 1.0}, [0, 10, 20, 30]),
        ({"fps": 2.5}, list(range(0, FRAMES, 4))),
        ({}, [(2 * i + 1) * FRAMES // 32 for i in range(16)]),
    ],
)
def test_the_right_frames_at_the_right_times(clip, choice, expected):
    frames = frames_of(clip, **choice)
    assert [frame.index for frame in frames] == expected
    for frame in frames:
        assert frame.image.shape == (3, 48, 64)
        assert frame.time_s == pytest.approx(frame.index / RATE, abs=1e-6)
        level = float(frame.image[:, 20:, 20:].float().mean())
        assert level == pytest.approx(brightness(frame.index), abs=2)


@pytest.mark.parametrize("suffix", CONTAINERS)
@pytest.mark.parametrize("choice", [{"count": 5}, {"every": 7}])
def test_frames_are_those_of_decoding_everything(clips, suffix, choice):
    everything = decode_all(clips[suffix])
    frames = frames_of(clips[suffix], **choice)
    assert len(everything) == FRAMES
    assert len(frames) >= 5
    for frame in frames:
        assert np.array_equal(frame.image.permute(1, 2, 0), everything[frame.index])


def test_plan_knows_the_number_of_frames(clips):
    for path in clips.values():
        plan = plan_video(path, FrameChoice(every=9), **LIMIT)
        assert (len(plan), plan.num_frames, plan.fault) == (5, FRAMES, "")


class CountingContainer:
    """Notes the stamp of each frame that is decoded."""

    def __init__(self, container, decoded):
        self._container, self._decoded = container, decoded

    def seek(self, *args, **kwargs):
        self._container.seek(*args, **kwargs)

    def decode(self, stream):
        for frame in self._container.decode(stream):
            self._decoded.append(frame.pts)
            yield frame


def test_far_frames_are_reached_by_jumping(clip, monkeypatch):
    plan = plan_video(clip, FrameChoice(every=39), **LIMIT)
    decoded = []
    open_video = video._open_video

    @contextlib.contextmanager
    def counting(path):
        with open_video(path) as (container, stream):
            yield CountingContainer(container, decoded), stream

    monkeypatch.setattr(video, "_open_video", counting)
    assert [frame.index for frame in read_video(plan, **LIMIT)] == [0, 39]
    # One frame of the first group of 10 and the last group, of 40 in all.
    assert len(decoded) <= 12


@pytest.mark.parametrize("shift", [-3, 4])
def test_wrong_key_frames_cost_time_only(clip, shift):
    plan = plan_video(clip, FrameChoice(count=5), **LIMIT)
    step = plan.stamps[-1] // plan.indices[-1]
    wrong = tuple(stamp + shift * step for stamp in plan.key_stamps)
    frames = list(read_video(dataclasses.replace(plan, key_stamps=wrong), **LIMIT))
    right = list(read_video(plan, **LIMIT))
    assert [frame.index for frame in frames] == list(plan.indices)
    assert all(torch.equal(a.image, b.image) for a, b in zip(frames, right, strict=True))


def test_reading_is_repeatable(clip):
    once, again = frames_of(clip, count=7), frames_of(clip, count=7)
    assert all(torch.equal(a.image, b.image) for a, b in zip(once, again, strict=True))


def turn_mp4(path, degrees, target):
    """Write a display matrix into the track header, as phones do."""
    content = bytearray(path.read_bytes())
    turns = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
    a, b, c, d = (x << 16 for x in turns[degrees])
    start = content.find(b"tkhd") + 4 + 40
    content[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    target.write_bytes(content)
    return target


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_rotation_is_applied(clip, tmp_path, degrees, corner):
    # The white mark at the top left goes round clockwise, as players show it.
    (frame,) = frames_of(turn_mp4(clip, degrees, tmp_path / "turned.mp4"), count=1)
    assert frame.image.shape == ((3, 48, 64) if degrees == 180 else (3, 64, 48))
    for place in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert (int(frame.image[0, place[0], place[1]]) > 200) == (place == corner)


def test_frames_come_one_at_a_time(clip):
    frames = read_video(plan_video(clip, FrameChoice(every=1), **LIMIT), **LIMIT)
    assert next(frames).index == 0
    assert next(frames).index == 1
    frames.close()


@pytest.fixture(scope="module")
def cut_clip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    path = write_clip(folder / "clip.mp4", size=(640, 480), options={"movflags": "faststart"})
    content = path.read_bytes()
    path.write_bytes(content[: content.find(b"mdat") + (len(content) - content.find(b"mdat")) // 2])
    return path


def test_cut_off_video_is_refused(cut_clip):
    with pytest.raises(InputError, match=r"clip\.mp4: cut off: it should last 4\.\d s"):
        frames_of(cut_clip, every=1)


def test_cut_off_video_can_be_read_as_far_as_it_goes(cut_clip):
    problems = []
    frames = frames_of(cut_clip, every=1, on_problem=problems.append)
    assert 5 < len(frames) < FRAMES
    assert "cut off: it should last" in problems[0]
    for frame in frames:
        assert float(frame.image[:, 40:, 40:].float().mean()) == pytest.approx(
            brightness(frame.index), abs=2
        )


@pytest.fixture
def damaged_clip(tmp_path):
    path = write_clip(tmp_path / "clip.mp4", "mpeg4", size=(320, 240))
    content = bytearray(path.read_bytes())
    start, stop = content.find(b"mdat"), content.find(b"moov")
    middle = slice(start + (stop - start) // 3, start + (stop - start) // 2)
    noise = np.random.default_rng(0).integers(0, 256, middle.stop - middle.start, dtype=np.uint8)
    content[middle] = noise.tobytes()
    path.write_bytes(content)
    return path


def test_damaged_video_is_refused(damaged_clip):
    with pytest.raises(InputError, match=r"clip\.mp4: .*(damaged|cannot be decoded)"):
        frames_of(damaged_clip, every=1)


def test_damaged_frames_are_left_out_and_reported(damaged_clip):
    problems = []
    frames = frames_of(damaged_clip, every=1, on_problem=problems.append)
    assert problems
    assert all(problem.startswith(f"{damaged_clip}: ") for problem in problems)
    assert 5 < len(frames) < FRAMES
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))


def test_no_video_stream(tmp_path):
    with wave.open(str(tmp_path / "sound.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\0\0" * 800)
    with pytest.raises(InputError, match=r"sound\.wav: has no video stream"):
        frames_of(tmp_path / "sound.wav")


def test_no_frames(tmp_path, cut_clip):
    content = cut_clip.read_bytes()
    (tmp_path / "empty.mp4").write_bytes(content[: content.find(b"mdat") + 4])
    with pytest.raises(InputError, match=r"empty\.mp4: has a video stream without a single frame"):
        frames_of(tmp_path / "empty.mp4")


def test_names_are_no_protocols(tmp_path, clip, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "http:clip.mp4").write_bytes(clip.read_bytes())
    assert len(frames_of("http:clip.mp4", count=2)) == 2


def test_playlists_open_nothing_else(tmp_path, clip):
    playlist = f"ffconcat version 1.0\nfile http://127.0.0.1:1/clip.mp4\nfile {clip}\n"
    (tmp_path / "list.mp4").write_text(playlist)
    with pytest.raises(InputError, match=r"list\.mp4: "):
        frames_of(tmp_path / "list.mp4")


def test_what_is_no_video(tmp_path, clip):
    (tmp_path / "text.mp4").write_text("no video " * 100)
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "no_index.mp4").write_bytes(clip.read_bytes()[:2000])
    for name in ("text.mp4", "empty.mp4", "no_index.mp4"):
        with pytest.raises(InputError, match=f"{name}: not a video that can be read"):
            frames_of(tmp_path / name)
    with pytest.raises(InputError, match=r"absent\.mp4: no such file"):
        frames_of(tmp_path / "absent.mp4")
    with pytest.raises(InputError, match="is a folder, not a video file"):
        frames_of(tmp_path)


def test_frame_size_is_checked_before_decoding(clip):
    with pytest.raises(InputError, match="64x48 is 3,072 pixels, more than the limit of 3,000"):
        plan_video(clip, max_pixels=3000)
