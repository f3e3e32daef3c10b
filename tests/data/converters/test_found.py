# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames get unique names, those that fail are named, and bugs are not hidden."""

import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.converters.found import FoundScene, LeftOut, gather
from anyview.data.scene import Frame, Held, Origin


def _frame():
    return Frame(name="x", size=(20, 30), read_image=Held(np.zeros((20, 30, 3), np.uint8)))


def _fail():
    raise InputError("here: it is broken.\nmore")


def test_good_and_bad_frames_are_told_apart():
    frames, left_out = gather([("a", _frame), ("b", _fail), ("A", _frame), ("a", _frame)])
    assert [frame.name for frame in frames] == ["a", "A_2", "a_3"]
    assert left_out == (LeftOut("b", "here: it is broken"),)


def test_bugs_are_not_taken_for_bad_frames():
    def bug():
        raise KeyError("x")

    with pytest.raises(KeyError):
        gather([("a", bug)])


def test_scene_of_some_frames():
    frames, _ = gather([("a", _frame), ("b", _frame)])
    found = FoundScene("s", frames, Origin("test"), "exact", is_metric=True, is_ordered=True)
    scene = found.scene(frames[1:])
    assert [frame.name for frame in scene.frames] == ["b"]
    assert (scene.name, scene.depth_kind, scene.unit) == ("s", "exact", "m")
    assert scene.is_ordered
