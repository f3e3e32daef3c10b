# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every script of examples/, run as its head comment says, with a small model."""

import json
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import trimesh
from PIL import Image
from PIL.ExifTags import IFD, Base

from anyview.assets import example_photos_dir, example_scene_dir
from tests.repo_rules.test_files import HEADER

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))
ROOM, PHOTOS = example_scene_dir(), example_photos_dir()
"""Six views of 640 x 480 with cameras in metres; three photos without."""

Run = Callable[..., str]


@pytest.fixture
def example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs an example by its name in an empty folder; returns what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(name: str, *arguments: object, model: str = "nano") -> str:
        script = EXAMPLES / f"{name}.py"
        words = [str(word) for word in (*arguments, "--model", model)]
        monkeypatch.setattr(sys, "argv", [str(script), *words])
        runpy.run_path(str(script), run_name="__main__")
        return capsys.readouterr().out

    return run


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """The first three views of the room, with their cameras."""
    folder = tmp_path / "room"
    folder.mkdir()
    for name in ("room0.jpg", "room1.jpg", "room2.jpg"):
        (folder / name).write_bytes((ROOM / name).read_bytes())
    cameras = json.loads((ROOM / "cameras.json").read_text())
    cameras["views"] = cameras["views"][:3]
    (folder / "cameras.json").write_text(json.dumps(cameras))
    return folder


def written(printed: str) -> list[Path]:
    """Files that an example says it wrote; all are there."""
    paths = [Path(line) for line in printed.splitlines() if re.fullmatch(r"\S+/\S+\.\w+", line)]
    assert paths
    assert [path for path in paths if not path.is_file()] == []
    return paths


def size_of(path: Path) -> tuple[int, int]:
    """Width and height."""
    with Image.open(path) as image:
        return image.size


def num_points(path: Path) -> int:
    return len(trimesh.load(path).vertices)


def test_every_example_is_tested_explained_and_in_the_table():
    numbers = [int(path.name[:2]) for path in SCRIPTS]
    assert numbers == list(range(1, len(SCRIPTS) + 1))
    run = re.findall(r'example\(\s*"(\w+)"', Path(__file__).read_text(encoding="utf-8"))
    assert set(run) == {path.stem for path in SCRIPTS}
    table = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\((\d\d_\w+\.py)\)", table) == [path.name for path in SCRIPTS]
    for link in re.findall(r"\]\((\.\./[^)#]+)", table):
        assert (EXAMPLES / link).exists(), link
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(HEADER)
        assert f"    python examples/{path.name}" in text
        assert len(text.splitlines()) <= 75


def test_one_photo(example):
    printed = example("01_one_photo", PHOTOS / "coffee.jpg", "-o", "out")
    assert {path.relative_to("out").as_posix() for path in written(printed)} == {
        "depth_color/coffee.png",
        "depth/coffee.png",
        "depth/depth.json",
        "overview.png",
    }
    width, height = size_of(PHOTOS / "coffee.jpg")
    full = np.load("out/coffee_full.npy")
    assert full.shape == (height, width)
    assert (full > 0).all()
    assert f"({height}, {width}) pixels at the size of the photo" in printed


def test_folder_to_cloud(example, room):
    printed = example("02_folder_to_cloud", room, "-o", "out", "--points", 500, model="tiny")
    names = [path.name for path in written(printed)]
    assert sorted(names) == ["cameras.json", "mesh.ply", "points.ply", "scene.glb"]
    assert num_points(Path("out/points.ply")) == 500
    mesh = trimesh.load("out/mesh.ply")
    assert f"{len(mesh.vertices)} vertices, {len(mesh.faces)} triangles" in printed
    assert len(mesh.faces) > 500
    assert len(json.loads(Path("out/cameras.json").read_text())["views"]) == 3


def test_known_cameras(example, room):
    printed = example("03_known_cameras", room, "--known", 2, "-o", "out")
    off = re.findall(r"^(room\d) (\w+) +at .* off ([\d.]+)$", printed, re.MULTILINE)
    assert [f"{name} {told}" for name, told, _ in off] == [
        "room0 told",
        "room1 told",
        "room2 found",
    ]
    assert [float(distance) for _, _, distance in off[:2]] == [0, 0]
    assert float(off[2][2]) > 0  # a network of random weights does not find it
    assert "Poses are given for 2 of 3 views" in printed
    truth = json.loads((room / "cameras.json").read_text())["views"]
    document = json.loads(Path("out/cameras.json").read_text())
    assert document["unit"] == "m"
    for view, expected in zip(document["views"][:2], truth[:2], strict=True):
        np.testing.assert_allclose(view["extrinsics"], expected["extrinsics"], atol=1e-5)
    assert {path.name for path in written(printed)} == {"scene.glb", "cameras.json"}


def test_video(example, tmp_path):
    with av.open(str(tmp_path / "walk.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=6)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for path in sorted(ROOM.glob("*.jpg")):
            with Image.open(path) as image:
                frame = av.VideoFrame.from_image(image.resize((320, 240)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    printed = example("04_video", "walk.mp4", "--every", 2, "-o", "out")
    names = re.findall(r"^(walk_\d+)  camera at", printed, re.MULTILINE)
    assert names == ["walk_000000", "walk_000002", "walk_000004"]
    assert "3 frames, " in printed
    assert len([p for p in written(printed) if p.parent.name == "depth_color"]) == 3
    assert len(Path("out/trajectory_kitti.txt").read_text().splitlines()) == 3
    assert "2 frames, " in example("04_video", "walk.mp4", "--count", 2, "-o", "two")


def test_focal_and_units(example, tmp_path):
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif)[Base.FocalLengthIn35mmFilm] = 36
    with Image.open(PHOTOS / "coffee.jpg") as image:
        image.save(tmp_path / "cup.jpg", exif=exif)

    def metric(printed: str) -> list[str]:
        return re.findall(r"is_metric=(\w+)", printed)

    assert metric(example("05_focal_and_units", "cup.jpg")) == ["False"] * 3
    printed = example("05_focal_and_units", "cup.jpg", "--focal", 1200, model="nano-metric")
    assert metric(printed) == ["False", "True", "True"]
    medians = [float(x) for x in re.findall(r"median depth ([\d.]+) (?:m|scene units)", printed)]
    film = np.hypot(*size_of(Path("cup.jpg"))) / np.hypot(36, 24) * 36  # by the diagonal
    assert medians[2] / medians[1] == pytest.approx(1200 / film, rel=0.01)
    printed = example("05_focal_and_units", PHOTOS / "cat.jpg", model="nano-metric")
    assert metric(printed) == ["False", "False", "True"]


def test_for_splats(example, room):
    printed = example("06_for_splats", room, "-o", "out", "--points", 300)
    names = {path.relative_to("out").as_posix() for path in written(printed)}
    assert {f"colmap/sparse/0/{name}.bin" for name in ("cameras", "images", "points3D")} <= names
    for kind in ("colmap", "nerfstudio"):
        assert size_of(Path(f"out/{kind}/images/room1.jpg")) == (640, 480)  # the file's
    assert "3 frames in transforms.json" in printed
    assert 0 < num_points(Path("out/nerfstudio/sparse_pc.ply")) <= 300


def test_pytorch(example, room):
    printed = example("07_pytorch", room / "room0.jpg", room / "room2.jpg", "-o", "out")
    assert "depth       (1, 2, 84, 112)" in printed
    shares = json.loads(re.search(r"share of each view: (.*)", printed)[1])
    assert min(shares) > 0  # the other view has a say
    assert sum(shares) == pytest.approx(1, abs=0.01)
    losses = [float(x) for x in re.findall(r"loss ([\d.]+)", printed)]
    assert len(losses) == 3
    assert losses == sorted(losses, reverse=True)
    with Image.open("out/saliency.png") as picture:
        assert picture.size == (224, 84)
        assert picture.getextrema()[1] == 255


def test_masks(example, room, tmp_path):
    printed = example("08_masks", room, "-o", "out")
    assert "all: 100.0% of the pixels count" in printed
    assert "masked: 50.0% of the pixels count" in printed
    points = [num_points(path) for path in written(printed)]
    assert 0 < points[1] < 0.7 * points[0]

    folder = tmp_path / "masks"
    folder.mkdir()
    keep = np.zeros((480, 640), dtype=np.uint8)
    keep[:120] = 255
    for index in range(3):
        Image.fromarray(keep).save(folder / f"room{index}.jpg.png")
    printed = example("08_masks", room, "--masks", folder, "--fill", "black", "-o", "own")
    assert "masked: 25.0%" in printed


def test_many_images(example, tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("cat", "coffee"):
        (photos / f"{name}.jpg").write_bytes((PHOTOS / f"{name}.jpg").read_bytes())
    (photos / "broken.jpg").write_bytes(b"no photo")
    printed = example("09_many_images", photos, "-o", "out", "--batch", 1)
    assert "2 predicted, 0 were there already, 1 left out" in printed
    assert re.search(r"left out: .*broken\.jpg", printed)
    assert sorted(path.parent.name for path in Path("out").rglob("*.npz")) == ["views", "views"]

    (photos / "rocket.jpg").write_bytes((PHOTOS / "rocket.jpg").read_bytes())
    printed = example("09_many_images", photos, "-o", "out")
    assert "1 predicted, 2 were there already, 1 left out" in printed


def test_finetune(example, tmp_path):
    pytest.importorskip("pycolmap")
    from tests.colmap_room import write_room

    words = ("-o", "out", "--steps", 2, "--size", 42)
    printed = example("10_finetune", write_room(tmp_path / "room"), *words)
    assert "2 of 9 frames held out" in printed
    assert re.search(r"1view/delta1: 0\.\d+ before, 0\.\d+ after", printed)
    assert Path("out/run/anyview-finetune.safetensors").stat().st_size > 1000
    assert "depth of 000.png from " in printed
