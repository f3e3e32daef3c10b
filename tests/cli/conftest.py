# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Running the program in this process, and small inputs for it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from anyview.cli.main import run

RANDOM_WEIGHTS = "note: The weights of 'nano' are random: it exists for tests."
HEIGHT, WIDTH = 48, 64
SMALL = ("--model", "nano", "--resolution", "56")
"""Options of a prediction that takes a fraction of a second."""


@dataclass(frozen=True)
class Outcome:
    """What one call of the program did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def remarks(self) -> list[str]:
        """Lines on stderr but for the one that every use of nano gives."""
        return [line for line in self.err.splitlines() if line != RANDOM_WEIGHTS]

    @property
    def error(self) -> str:
        """The one line of an error, without its first word."""
        (line,) = self.remarks
        assert line.startswith("error: ")
        return line.removeprefix("error: ")


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(capsys) -> Cli:
    """``cli("predict", folder, "-o", out)`` runs the program in this process."""

    def call(*words: object) -> Outcome:
        capsys.readouterr()
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Outcome(code, captured.out, captured.err)

    return call


def picture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Image.Image:
    """A smooth picture with some noise."""
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:height, 0:width]
    wave = 128 + 90 * np.sin(u / (5 + seed)) * np.cos(v / (9 + seed))
    pixels = wave[..., None] + rng.normal(0, 9, (height, width, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def photos(tmp_path_factory) -> Path:
    """A folder with three pictures, 0.png to 2.png; not to be written into."""
    folder = tmp_path_factory.mktemp("photos")
    for index in range(3):
        picture(index).save(folder / f"{index}.png")
    return folder


@pytest.fixture
def own_photos(photos, tmp_path) -> Path:
    """A copy of the pictures that a test may change."""
    return shutil.copytree(photos, tmp_path / "own")


@pytest.fixture(scope="session")
def camera_matrices() -> dict[str, Any]:
    """Valid cameras of the three pictures: lists ``extrinsics`` and ``intrinsics``."""
    extrinsics = np.tile(np.eye(4)[:3], (3, 1, 1))
    extrinsics[:, 0, 3] = [0.0, -0.3, -0.5]
    extrinsics[:, 1, 3] = [0.0, 0.1, -0.1]
    intrinsics = np.tile([[60.0, 0, WIDTH / 2], [0, 60.0, HEIGHT / 2], [0, 0, 1]], (3, 1, 1))
    return {"extrinsics": extrinsics.tolist(), "intrinsics": intrinsics.tolist()}


@pytest.fixture(scope="session")
def saved(photos, tmp_path_factory) -> Path:
    """A folder with prediction.npz and cameras.json of the pictures; not to be written into."""
    folder = tmp_path_factory.mktemp("saved")
    words = ("predict", photos, "-o", folder, "-f", "npz,cameras", "-q", *SMALL)
    assert run([str(word) for word in words]) == 0
    return folder


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Path:
    """A video of ten frames."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(10):
            frame = av.VideoFrame.from_ndarray(np.asarray(picture(index)), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
