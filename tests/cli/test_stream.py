# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview stream``: many frames as one scene."""

import numpy as np
import pytest
from PIL import Image

WORDS = ["--model", "nano", "--resolution", "56", "--chunk", "3", "--overlap", "1"]


@pytest.fixture
def frames(tmp_path):
    folder = tmp_path / "frames"
    folder.mkdir()
    for k in range(5):
        picture = np.random.default_rng(k).integers(0, 255, (42, 56, 3), dtype=np.uint8)
        Image.fromarray(picture).save(folder / f"{k}.png")
    return folder


def test_frames_become_chunks_and_a_path(cli, frames, tmp_path):
    out = tmp_path / "out"
    done = cli("stream", frames, "-o", out, *WORDS, "--json")
    assert done.code == 0
    assert done.document["frames"] == 5
    assert len((out / "trajectory_kitti.txt").read_text().splitlines()) == 5
    again = cli("stream", frames, "-o", out, *WORDS)
    assert "complete already" in again.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--overlap", "3"], "chunk is 3 and overlap 3"),
        (["--cut", "2"], r"cut is 2.0"),
    ],
)
def test_what_cannot_be_done_is_said(cli, frames, tmp_path, words, message):
    done = cli("stream", frames, "-o", tmp_path / "out", *WORDS, *words)
    assert done.code != 0
    assert message in done.error
    assert not (tmp_path / "out").exists()


def test_nothing_to_stream(cli, tmp_path):
    done = cli("stream", tmp_path / "nothing", "-o", tmp_path / "out", *WORDS)
    assert done.code != 0
    assert "nothing" in done.error
