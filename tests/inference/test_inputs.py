# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import logging

import av
import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, MemoryLimitError
from anyview.inference import inputs
from anyview.inference.inputs import iter_files, read_views
from anyview.inference.options import InputOptions

SKIP = InputOptions(on_error="skip")


def save(path, level=100, size=(30, 20), **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (level, level, level)).save(path, **options)
    return path


def save_video(path, frames=20):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 64, 48, "yuv420p", 5
        for index in range(frames):
            picture = np.full((48, 64, 3), 10 * index, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def names(views):
    return [view.name for view in views.views]


def levels(views):
    return [round(float(view.image.float().mean())) for view in views.views]


@pytest.fixture
def folder(tmp_path):
    for number in (1, 2, 3, 10, 20):
        save(tmp_path / f"img{number}.png", number)
    return tmp_path


def test_folder_in_natural_order(folder):
    views = read_views(folder)
    assert names(views) == ["img1", "img2", "img3", "img10", "img20"]
    assert levels(views) == [1, 2, 3, 10, 20]
    assert views.views[3].source == str(folder / "img10.png")
    assert views.extrinsics is None
    assert views.intrinsics is None


@pytest.mark.parametrize("threads", [1, 4])
def test_order_is_kept_whatever_the_threads(tmp_path, monkeypatch, threads):
    monkeypatch.setattr(inputs.os, "cpu_count", lambda: threads)
    for number in range(40):
        # Sizes differ wildly, so later images are ready before earlier ones.
        save(tmp_path / f"{number}.png", number, (800, 600) if number % 3 == 0 else (20, 20))
    assert levels(read_views(tmp_path)) == list(range(40))


def test_everything_in_one_list(folder, tmp_path):
    video = save_video(tmp_path / "clip.mp4")
    given = [
        str(folder / "img2.png"),
        np.full((20, 30, 3), 7, np.uint8),
        torch.full((2, 3, 20, 30), 8, dtype=torch.uint8),
        Image.new("L", (30, 20), 9),
        f"{folder}/img1*.png",
        video,
    ]
    views = read_views(given, options=InputOptions(video_count=2))
    assert names(views) == [
        *("img2", "image_0001", "image_0002_0000", "image_0002_0001", "image_0003"),
        *("img1", "img10", "clip_000005", "clip_000015"),
    ]
    assert levels(views)[:7] == [2, 7, 8, 8, 9, 1, 10]
    assert levels(views)[7:] == pytest.approx([50, 150], abs=3)
    assert [view.time_s for view in views.views[-3:]] == [None, 0.5, 1.5]
    assert views.views[-1].source == f"{video} frame 15"
    assert views.views[1].source is None


def test_names_are_unique(tmp_path):
    first, second = save(tmp_path / "a" / "x.png"), save(tmp_path / "b" / "X.jpg")
    assert names(read_views([first, second, first])) == ["x", "X_2", "x_3"]


def test_exif_is_read(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8769] = {0xA405: 26}
    path = save(tmp_path / "a.jpg", exif=exif)
    (from_file,) = read_views(path).views
    with Image.open(path) as opened:
        (from_pil,) = read_views(opened).views
    assert from_file.image.shape == (3, 30, 20)
    assert from_file.focal_px == pytest.approx(36.056 * 26 / 43.2666, rel=1e-3)
    assert torch.equal(from_pil.image, from_file.image)
    assert from_pil.focal_px == from_file.focal_px
    assert (from_pil.name, from_pil.source) == ("a", str(path))


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        ({}, 16),
        ({"video_count": 3}, 3),
        ({"video_fps": 2.0}, 4),
        ({"video_every": 4}, 5),
    ],
)
def test_video_options(tmp_path, options, frames):
    path = save_video(tmp_path / "clip.mp4")
    assert len(read_views(path, options=InputOptions(**options))) == frames


def test_folder_with_only_a_video_is_that_video(tmp_path, caplog):
    save_video(tmp_path / "clip.mp4")
    with caplog.at_level(logging.INFO, logger="anyview"):
        views = read_views(tmp_path, options=InputOptions(video_count=2))
    assert names(views) == ["clip_000005", "clip_000015"]
    assert "holds no images: reading its video clip.mp4" in caplog.text


def test_empty_folder(tmp_path):
    with pytest.raises(InputError, match=r"holds no images\. Looked for \.jpg"):
        read_views(tmp_path)


def test_max_pixels_holds_for_everything(tmp_path):
    options = InputOptions(max_pixels=500)
    given = (
        save(tmp_path / "a.png"),
        save_video(tmp_path / "a.mp4"),
        np.zeros((20, 30)),
        torch.zeros(3, 20, 30),
        Image.new("L", (30, 20)),
    )
    for item in given:
        with pytest.raises(InputError, match="more than the limit of 500"):
            read_views(item, options=options)


def test_the_first_error_in_order_stops(folder):
    (folder / "img2.png").write_bytes(b"")
    (folder / "img10.png").write_text("text")
    with pytest.raises(InputError, match=r"img2\.png: the file is empty"):
        read_views(folder)


def test_skipping_drops_the_cameras_too(folder):
    (folder / "img2.png").write_bytes(b"")
    (folder / "img10.png").write_text("text")
    extrinsics = torch.eye(4).repeat(5, 1, 1)
    extrinsics[:, 0, 3] = torch.arange(5)
    intrinsics = torch.tensor([[30.0, 0, 15], [0, 30, 10], [0, 0, 1]]).repeat(5, 1, 1)
    intrinsics[:, 0, 0] += torch.arange(5)
    problems = []
    views = read_views(
        folder,
        options=SKIP,
        on_problem=problems.append,
        extrinsics=extrinsics,
        intrinsics=intrinsics,
    )
    assert names(views) == ["img1", "img3", "img20"]
    assert views.extrinsics[:, 0, 3].tolist() == [0, 2, 4]
    assert views.intrinsics[:, 0, 0].tolist() == [30, 32, 34]
    assert len(problems) == 2
    assert "img2.png: the file is empty" in problems[0]
    assert "img10.png: a text file" in problems[1]


def test_skipping_in_lists(folder, caplog):
    given = [folder / "absent.png", np.zeros(3), folder / "img3.png", 5, torch.ones(3, 20, 30) * 9]
    views = read_views(given, options=SKIP)
    assert names(views) == ["img3"]
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 4
    assert "absent.png: no such file" in caplog.text


def test_skipping_damaged_frames(tmp_path):
    path = save_video(tmp_path / "clip.mp4")
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(path.read_bytes()[:500])
    problems = []
    views = read_views([broken, path], options=SKIP, on_problem=problems.append)
    assert len(views) == 16
    assert "broken.mp4: not a video that can be read" in problems[0]


def test_nothing_left(folder):
    for path in folder.iterdir():
        path.write_bytes(b"")
    with pytest.raises(InputError, match=r"None of the 5 images .*first: .*img1\.png: the file is"):
        read_views(folder, options=SKIP, on_problem=lambda _: None)


def test_cameras_are_counted_before_images_are_read(folder):
    (folder / "img1.png").write_bytes(b"")
    with pytest.raises(InputError, match="extrinsics has 4 entries for 5 images"):
        read_views(folder, extrinsics=torch.eye(4).repeat(4, 1, 1))
    with pytest.raises(InputError, match="intrinsics has 6 entries for 5 images"):
        read_views(folder, intrinsics=torch.eye(3).repeat(6, 1, 1))


def test_frames_of_a_video_can_have_cameras(tmp_path):
    path = save_video(tmp_path / "clip.mp4")
    views = read_views(
        path, options=InputOptions(video_every=10), extrinsics=torch.eye(4).repeat(2, 1, 1)
    )
    assert views.extrinsics.shape == (2, 4, 4)


def test_memory_is_not_filled(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "free_memory_of_host", lambda: 4000)
    with pytest.raises(MemoryLimitError, match=r"5 images do not fit .* holds about 2 of them"):
        read_views(folder)
    # Frames of a video are equally large: refused at the first, not when memory is full.
    monkeypatch.setattr(inputs, "free_memory_of_host", lambda: 100_000)
    with pytest.raises(MemoryLimitError, match=r"16 images do not fit .* holds about 10 of them"):
        read_views(save_video(tmp_path / "clip.mp4"))
    monkeypatch.setattr(inputs, "free_memory_of_host", lambda: None)
    assert len(read_views(folder)) == 5


def test_input_is_not_changed():
    array = np.full((20, 30, 3), 5, np.uint8)
    image = Image.new("RGB", (30, 20), (5, 5, 5))
    views = read_views([array, image])
    for view in views.views:
        view.image.zero_()
    assert array.min() == 5
    assert image.getextrema() == ((5, 5),) * 3


def test_iter_files_opens_nothing(tmp_path):
    for name in ("b10.jpg", "b9.JPG", "sub/a.jpg", "x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert list(iter_files(tmp_path)) == [
        (tmp_path / "b9.JPG", "b9"),
        (tmp_path / "b10.jpg", "b10"),
    ]
    everywhere = [name for _, name in iter_files(f"{tmp_path}/**/*.[jJ]*")]
    assert everywhere == ["b9", "b10", "sub/a"]
    two = iter_files([tmp_path, str(tmp_path / "sub"), tmp_path / "b9.JPG"])
    assert [name for _, name in two] == ["b9", "b10", "sub/a"]


def test_iter_files_names_do_not_change_when_files_come(tmp_path):
    save(tmp_path / "sub" / "a.png")
    pattern = f"{tmp_path}/**/*.png"
    assert [name for _, name in iter_files(pattern)] == ["sub/a"]
    save(tmp_path / "a.png")
    assert [name for _, name in iter_files(pattern)] == ["a", "sub/a"]


def test_iter_files_refuses(tmp_path):
    (tmp_path / "clip.mp4").touch()
    for given, message in (
        (tmp_path, r"clip\.mp4: a video is one scene"),
        ([], "No images were given"),
        (tmp_path / "absent", "no such file or folder"),
        ([np.zeros((20, 20))], "are given as paths, got ndarray"),
    ):
        with pytest.raises(InputError, match=message):
            list(iter_files(given))
