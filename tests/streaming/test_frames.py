# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.inference.options import InputOptions
from anyview.streaming.frames import iter_frames


@pytest.fixture
def folder(tmp_path):
    for k in range(5):
        Image.fromarray(np.full((20, 24, 3), 40 * k, np.uint8)).save(tmp_path / f"f{k}.png")
    return tmp_path


def test_frames_come_in_order_with_their_names(folder):
    frames = list(iter_frames(folder))
    assert [frame.name for frame in frames] == ["f0", "f1", "f2", "f3", "f4"]
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [0, 40, 80, 120, 160]


def test_none_is_read_before_it_is_asked_for(folder):
    frames = iter_frames(folder)
    assert next(frames).name == "f0"
    (folder / "f1.png").write_bytes(b"broken now")
    with pytest.raises(InputError, match=r"f1\.png"):
        next(frames)


def test_a_start_in_the_middle_keeps_names(folder):
    (folder / "f0.png").write_bytes(b"not looked at")
    assert [frame.name for frame in iter_frames(folder, start=3)] == ["f3", "f4"]


def test_frames_that_cannot_be_read_are_told_and_counted(folder):
    (folder / "f2.png").write_bytes(b"broken")
    told = []
    options = InputOptions(on_error="skip")
    frames = list(iter_frames(folder, options, on_problem=told.append))
    assert [frame.name for frame in frames] == ["f0", "f1", "f3", "f4"]
    assert len(told) == 1
    assert [f.name for f in iter_frames(folder, options, start=3)] == ["f3", "f4"]
