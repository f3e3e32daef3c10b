# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong: one clear line, the right code, nothing half-written, no traceback."""

import json
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from anyview.assets import asset_path
from anyview.inference.engine import Predictor
from anyview.model.build import build
from anyview.model.checkpoint import save_checkpoint
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant

from .conftest import SMALL, picture


@dataclass(frozen=True)
class Place:
    """Where a case is set up.

    Attributes:
        root: A folder of its own.
        photos: Three good pictures of 64 x 48 pixels.
        cameras: Good cameras for them.
    """

    root: Path
    photos: Path
    cameras: dict[str, Any]


Words = list[object]
CASES: dict[str, tuple[int, str, Callable[[Place], Words]]] = {}
"""Name -> exit code, what the line must match, and a function that sets up and gives the words
after ``anyview predict -o OUT``."""


def case(code: int, pattern: str) -> Callable[[Callable[[Place], Words]], Callable[..., Words]]:
    def register(function: Callable[[Place], Words]) -> Callable[[Place], Words]:
        CASES[function.__name__] = (code, pattern, function)
        return function

    return register


@pytest.fixture
def place(tmp_path, photos, camera_matrices) -> Place:
    root = tmp_path / "place"
    root.mkdir()
    return Place(root, photos, camera_matrices)


@pytest.fixture
def out(tmp_path) -> Path:
    """Where results would go: a folder that does not exist, in one that does not either."""
    return tmp_path / "new" / "out"


def with_bytes(place: Place, name: str, content: bytes) -> Words:
    path = place.root / name
    path.write_bytes(content)
    return [path]


def with_cameras(place: Place, **changed: Any) -> Words:
    path = place.root / "cameras.json"
    path.write_text(json.dumps({**place.cameras, **changed}))
    return [place.photos, "--cameras", path]


def changed_entry(matrices: list, index: tuple[int, int, int], value: float) -> list:
    array = np.array(matrices)
    array[index] = value
    return array.tolist()


# Images.


@case(3, r"nosuch\.jpg: no such file or folder")
def no_such_file(place):
    return [place.root / "nosuch.jpg"]


@case(3, r"\*\.jpg: nothing matches")
def pattern_without_match(place):
    return [place.root / "*.jpg"]


@case(3, r"holds no images.*The folder is empty")
def empty_folder(place):
    return [place.root]


@case(3, r"text\.jpg: a text file, not an image")
def text_called_jpg(place):
    return with_bytes(place, "text.jpg", b"this is no picture\n" * 20)


@case(3, r"cut\.jpg: damaged or cut off")
def truncated_jpeg(place):
    path = place.root / "cut.jpg"
    picture(0).save(path)
    content = path.read_bytes()
    return with_bytes(place, "cut.jpg", content[: len(content) // 2])


@case(3, r"empty\.png: the file is empty \(0 bytes\)")
def empty_png(place):
    return with_bytes(place, "empty.png", b"")


@case(3, r"bomb\.png: 60000x60000 is 3,600,000,000 pixels, more than the limit of 200,000,000")
def decompression_bomb(place):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return with_bytes(place, "bomb.png", b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b""))


@case(3, r"0\.png: 64x48 is 3,072 pixels, more than the limit of 1,000")
def more_pixels_than_asked_for(place):
    return [place.photos, "--max-pixels", "1000"]


@case(3, r"one\.png: 1x1 is too small; both sides must be at least 14")
def one_pixel(place):
    picture(0, 1, 1).save(place.root / "one.png")
    return [place.root / "one.png"]


@case(3, r"panorama\.png: 20000x50 is too narrow")
def panorama(place):
    picture(0, 50, 20000).save(place.root / "panorama.png")
    return [place.root / "panorama.png"]


@case(3, r"clip\.mp4: .*not a video that can be read")
def video_that_is_none(place):
    return with_bytes(place, "clip.mp4", b"no video at all" * 100)


@case(3, r"silence\.mp4: .*no (video|frame)")
def video_without_frames(place):
    import av

    path = place.root / "silence.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = 8000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return [path]


@case(3, r"a video is one scene, not independent images")
def independent_video(place):
    return [*with_bytes(place, "clip.mp4", b""), "--independent"]


# Cameras.


@case(3, r"extrinsics\[1\] has a NaN or infinite entry")
def nan_camera(place):
    E = changed_entry(place.cameras["extrinsics"], (1, 0, 3), float("nan"))
    return with_cameras(place, extrinsics=E)


@case(3, r"extrinsics\[2\] is not rigid")
def singular_extrinsics(place):
    return with_cameras(
        place, extrinsics=changed_entry(place.cameras["extrinsics"], (2, 1, 1), 0.0)
    )


@case(3, r"intrinsics of view 0 .*focal lengths 0 and 60 are not positive")
def singular_intrinsics(place):
    return with_cameras(
        place, intrinsics=changed_entry(place.cameras["intrinsics"], (0, 0, 0), 0.0)
    )


@case(3, r"has 2 extrinsics and 3 intrinsics; give as many of each")
def too_few_cameras(place):
    return with_cameras(place, extrinsics=place.cameras["extrinsics"][:2])


@case(3, r"has 3 extrinsics and 4 intrinsics; give as many of each")
def too_many_intrinsics(place):
    K = place.cameras["intrinsics"]
    return with_cameras(place, intrinsics=[*K, K[0]])


@case(3, r"may belong to an image of about 640 x 480 pixels")
def intrinsics_of_another_size(place):
    K = np.array(place.cameras["intrinsics"])
    K[:, :2] *= 10
    return with_cameras(place, intrinsics=K.tolist())


@case(3, r"extrinsics has shape \(3, 2, 4\)")
def cameras_of_another_shape(place):
    return with_cameras(place, extrinsics=np.array(place.cameras["extrinsics"])[:, :2].tolist())


@case(3, r"cameras\.json: not a readable JSON file")
def cameras_that_are_no_json(place):
    (cameras,) = with_bytes(place, "cameras.json", b"{")
    return [place.photos, "--cameras", cameras]


@case(3, r"nosuch\.json: no such file")
def no_camera_file(place):
    return [place.photos, "--cameras", place.root / "nosuch.json"]


@case(3, r"holds no cameras\. Accepted: .*COLMAP model")
def folder_without_cameras(place):
    return [place.photos, "--cameras", place.root]


@case(3, r"none of its 1 cameras \(a\.jpg\) belongs to one of the 3 images")
def cameras_of_other_images(place):
    identity = place.cameras["extrinsics"][0]
    return with_cameras(place, extrinsics={"a.jpg": identity}, intrinsics=None)


@case(3, r"0\.png could belong to a/0\.png, b/0\.png")
def ambiguous_cameras(place):
    identity = place.cameras["extrinsics"][0]
    named = {"a/0.png": identity, "b/0.png": identity}
    return with_cameras(place, extrinsics=named, intrinsics=None)


@case(3, r"rig\.json: the folder .*front of a camera is not there")
def rig_without_its_folders(place):
    (place.root / "rig.json").write_text('{"cameras": {"front": {}}}')
    return [place.root]


@case(2, r"--cameras describe views of one scene; leave out --independent")
def cameras_of_independent_images(place):
    return [*with_cameras(place), "--independent"]


# Weights.


@case(4, r"garbage\.safetensors is not a safetensors file")
def garbage_weights(place):
    (weights,) = with_bytes(place, "garbage.safetensors", b"no weights" * 100)
    return [place.photos, "--model", weights]


@case(4, r"cut\.safetensors is cut short: .*Download or copy it again")
def truncated_weights(place):
    content = asset_path("tiny.safetensors").read_bytes()[:100_000]
    (weights,) = with_bytes(place, "cut.safetensors", content)
    return [place.photos, "--model", weights]


def nano_with(place: Place, change: Callable[[dict[str, Any]], None]) -> Words:
    """Weights of nano whose tensors were changed after they were written."""
    from anyview.model.checkpoint import read_tensors
    from anyview.model.weights_info import info_to_metadata

    path = place.root / "nano.safetensors"
    info = info_of_variant(VARIANTS["nano"])
    save_checkpoint(path, build(info.config, seed=0), info)
    state = {name: tensor.clone() for name, tensor in read_tensors(path).items()}
    change(state)
    save_file(state, path, info_to_metadata(info))
    return [place.photos, "--model", path]


@case(4, r"does not fit the network: wrong shape \(1\): .* is \(3, 3\), expected")
def weights_of_wrong_shape(place):
    def change(state):
        state[min(state)] = torch.zeros(3, 3)

    return nano_with(place, change)


@case(4, r"does not fit the network: missing \(\d{2,}\): .*, \.\.\.; unexpected \(1\): extra\.")
def weights_with_other_keys(place):
    def change(state):
        for name in sorted(state)[::2]:
            del state[name]
        state["extra"] = torch.zeros(1)

    return nano_with(place, change)


@case(4, r"weights\.pt is a pickle.*anyview weights convert .*weights\.pt weights\.safetensors")
def pickled_weights(place):
    torch.save(build(VARIANTS["nano"].config).state_dict(), place.root / "weights.pt")
    return [place.photos, "--model", place.root / "weights.pt"]


@case(4, r"There are no weights at .*nosuch\.safetensors")
def no_weights_file(place):
    return [place.photos, "--model", place.root / "nosuch.safetensors"]


@case(4, r"holds no safetensors file")
def folder_without_weights(place):
    return [place.photos, "--model", place.root]


# Options.


@case(2, r"Unknown model 'nosuch'\. Accepted: tiny, small")
def unknown_model(place):
    return [place.photos, "--model", "nosuch"]


@case(2, r"Unknown export format 'obj'; accepted are npz, ply")
def unknown_format(place):
    return [place.photos, "--formats", "npz,obj"]


@case(2, r"'--pose': 'guess' is not one of 'camera', 'rays'")
def unknown_choice(place):
    return [place.photos, "--pose", "guess"]


@case(2, r"resolution is 3; give a number of pixels, at least 14")
def refused_value(place):
    return [place.photos, "--resolution", "3"]


@case(2, r"conf_percentile is 100\.0")
def refused_value_of_writing(place):
    return [place.photos, "--conf-percentile", "100"]


@case(2, r"dtype 'int3' is not known")
def unknown_precision(place):
    return [place.photos, "--dtype", "int3"]


@case(2, r"device 'toaster' is not known")
def unknown_device(place):
    return [place.photos, "--device", "toaster"]


@case(2, r"gaussians=True: model 'nano' has no Gaussian head")
def more_than_the_model_can(place):
    return [place.photos, "--gaussians"]


@case(2, r"--batch-size is for --independent")
def batch_of_a_scene(place):
    return [place.photos, "--batch-size", "2"]


@case(6, r"3 views of 56x42 .* need about .*max_memory_gb\)")
def no_memory_at_all(place):
    return [place.photos, "--max-memory-gb", "0.001"]


@case(3, r"'glb' cannot be written: .*has several views and no cameras")
def format_that_the_prediction_has_nothing_for(place):
    return [place.photos, "--model", "nano-mono", "--formats", "glb"]


@pytest.mark.parametrize("name", CASES)
def test_bad_input(cli, place, out, name):
    code, pattern, set_up = CASES[name]
    words = set_up(place)
    given = {str(word) for word in words}
    defaults = SMALL if "--resolution" not in given else SMALL[:2]
    done = cli("predict", "-o", out, "--formats", "npz", *defaults, *words, "--json")
    (line,) = [text for text in done.err.splitlines() if not text.startswith("note: ")]
    assert line.startswith("error: ")
    assert re.search(pattern, line), line
    assert done.code == code
    assert done.document == {"error": line.removeprefix("error: "), "exit_code": code}
    assert not out.parent.exists()  # nothing half-written, no folder left behind


@pytest.mark.parametrize(
    "words", [["predict", "IN", "-o"], ["predict", "IN", "--independent", "-o"], ["demo", "-o"]]
)
@pytest.mark.parametrize("where", ["", "deeper"])
def test_a_file_where_the_output_should_go(cli, place, words, where):
    (file,) = with_bytes(place, "file", b"precious")
    given = [place.photos if word == "IN" else word for word in words]
    done = cli(*given, file / where, "--model", "nano")
    assert done.code == 7
    assert re.search(r"Cannot write into .*is a file, not a folder", done.error)
    assert done.out == ""
    assert file.read_bytes() == b"precious"


def test_more_views_than_memory_holds(cli, place, out, monkeypatch):
    """The number that the refusal gives fits, one more does not."""
    photo = place.photos / "0.png"
    words = ["-o", out, "-f", "npz", *SMALL, "--dtype", "float32", "--max-memory-gb", "0.06"]
    with monkeypatch.context() as patch:
        patch.setattr(Predictor, "run", lambda *_: pytest.fail("nothing may be computed"))
        done = cli("predict", *[photo] * 60, *words)
        assert done.code == 6
        fitting = re.search(r"at this resolution (\d+) views fit", done.error)
        assert fitting, done.error
        count = int(fitting[1])
        assert 1 < count < 60
        assert cli("predict", *[photo] * (count + 1), *words).code == 6
    assert not out.parent.exists()
    assert cli("predict", *[photo] * count, *words).code == 0


@pytest.mark.parametrize("independent", [[], ["--independent"]])
def test_one_bad_image_among_many_stops(cli, own_photos, out, independent):
    (own_photos / "1.jpg").write_text("no picture")
    done = cli("predict", own_photos, "-o", out, "-f", "npz", *SMALL, *independent)
    assert done.code == 3
    assert "1.jpg: a text file" in done.error
    assert done.out == ""
    assert not any(path.name.startswith(".") for path in out.rglob("*"))
    if not independent:
        assert not out.parent.exists()


def test_one_bad_image_among_many_is_skipped(cli, own_photos, out):
    (own_photos / "bad.jpg").write_text("no picture")
    done = cli("predict", own_photos, "-o", out, "-f", "npz", *SMALL, "--on-error", "skip")
    assert done.code == 8
    (line,) = done.remarks
    assert re.fullmatch(r"skipped: .*bad\.jpg: a text file, not an image.*", line)
    assert done.out.startswith("3 views")
    with np.load(out / "prediction.npz") as file:
        assert file["names"].tolist() == ["0", "1", "2"]
    as_json = cli(
        "predict", own_photos, "-o", out, "-f", "npz", *SMALL, "--on-error", "skip", "--json"
    )
    assert as_json.code == 8
    assert as_json.document["skipped"] == [line.removeprefix("skipped: ")]


def test_cameras_of_skipped_images_are_left_out(cli, place, own_photos, out):
    """A camera is given for each image, the bad one included."""
    (own_photos / "1.png").write_text("no picture")
    _, *cameras = with_cameras(place)
    words = ["-o", out, "-f", "npz", *SMALL, "--on-error", "skip", *cameras]
    assert cli("predict", own_photos, *words).code == 8
    with np.load(out / "prediction.npz") as file:
        np.testing.assert_allclose(
            file["extrinsics"], np.array(place.cameras["extrinsics"])[[0, 2]], atol=1e-6
        )


def test_no_good_image_at_all(cli, place, out):
    for name in ("a.jpg", "b.jpg"):
        (place.root / name).write_text("no picture")
    for words in ([], ["--independent"]):
        done = cli("predict", place.root, "-o", out, *SMALL, "--on-error", "skip", *words)
        assert done.code == 3
        *skipped, line = done.remarks
        assert len(skipped) == 2
        assert re.match(r"error: None of the 2 images can be used\. The first: .*a\.jpg", line)
        assert not out.parent.exists()


def test_an_unknown_repository_without_a_network(tmp_path, photos):
    out = tmp_path / "out"
    words = ["predict", str(photos), "-o", str(out), "-m", "some-org/some-model"]
    done = subprocess.run(
        [sys.executable, "-c", "from anyview.cli.main import main; main()", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub")},
    )
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert re.match(
        r"error: The weights of 'some-org/some-model' are not on this machine and cannot be "
        r"downloaded from https://huggingface\.co/some-org/some-model: .*Download model\."
        r"safetensors and config\.json from there .*pass its path",
        line,
    )
    assert done.stdout == ""
    assert not out.exists()
