# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.inference.input_sources import list_sources
from anyview.inference.options import InputOptions


def sources(inputs, report=None, **options):
    return list(list_sources(inputs, InputOptions(**options), report))


def test_nothing_is_decoded_before_its_turn(tmp_path):
    (tmp_path / "a.jpg").write_text("no image")
    (source,) = sources(tmp_path / "a.jpg")
    assert source.names == ("a",)
    with pytest.raises(InputError, match="a text file"):
        next(source.read())


def test_numbers_and_names_are_known_beforehand(tmp_path):
    Image.new("RGB", (20, 20)).save(tmp_path / "photo.png")
    with Image.open(tmp_path / "photo.png") as opened:
        batch = torch.zeros((2, 3, 20, 20))
        given = [tmp_path / "photo.png", opened, batch, np.zeros((20, 20)), opened.copy()]
        names = [source.names for source in sources(given)]
    assert names == [
        ("photo",),
        ("photo",),
        ("image_0002_0000",),
        ("image_0002_0001",),
        ("image_0003",),
        ("image_0004",),
    ]


def test_errors_stop_or_take_a_place(tmp_path):
    given = [tmp_path / "absent.jpg", 7, np.zeros((20, 20))]
    with pytest.raises(InputError, match=r"absent\.jpg: no such file"):
        sources(given)
    reports = []
    listed = sources(given, reports.append)
    assert [len(source.names) for source in listed] == [1, 1, 1]
    with pytest.raises(InputError, match=r"absent\.jpg: no such file"):
        listed[0].read()
    with pytest.raises(InputError, match=r"^input 1: a int is no image; give a path"):
        listed[1].read()
    assert reports == []


@pytest.mark.parametrize("given", [[], ()])
def test_nothing_given(given):
    with pytest.raises(InputError, match="No images were given: at least one is needed, a path"):
        sources(given)


@pytest.mark.parametrize("given", [None, 3, {"a": 1}, b"a.jpg", [None]])
def test_other_types(given):
    with pytest.raises(InputError, match=r"^the input: a .* is no image; give a path"):
        sources(given)


def test_ways_of_choosing_frames_exclude_each_other():
    with pytest.raises(OptionError, match="got fps and count"):
        sources(np.zeros((20, 20)), video_fps=1.0, video_count=3)
