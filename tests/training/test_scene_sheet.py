# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.training import scene_sheet
from anyview.training.scene_sheet import write_scene_sheet
from tests.data.mini_scene import scene_of, with_sparse


@pytest.fixture
def seen(monkeypatch):
    """What the picture is made of."""
    calls = []

    def draw(images, paintings, captions, *, title):
        calls.append((images, paintings[0], captions))
        return Image.new("RGB", (4, 3))

    monkeypatch.setattr(scene_sheet, "draw_table", draw)
    return calls


def test_frames_are_evenly_spread_and_captions_say_what_is_known(synthetic_scene, seen, tmp_path):
    dense = scene_of(synthetic_scene)
    posed = with_sparse(dense)
    frames = tuple(replace(frame, cam_from_world=None) for frame in posed.frames)
    path = write_scene_sheet(tmp_path / "a.png", [dense, replace(posed, frames=frames)], frames=3)
    assert path.is_file()
    [(images, painting, captions)] = seen
    assert images.shape == (6, 3, 189, 252)
    assert [text.split(":")[0] for text in captions[:3]] == [f"room/view {i}" for i in (0, 2, 3)]
    assert captions[0].endswith("exact, metres, posed")
    points = len(posed.frames[0].read_sparse().depth)
    assert f"{points} points" in captions[3]
    assert captions[3].endswith("no pose")
    known = ~np.isnan(painting.values)
    assert known[0].mean() > 0.8
    assert points * 9 / known[3].size < known[3].mean() < points * 25 / known[3].size


def test_points_are_squares_with_the_nearest_in_front():
    depth = torch.zeros(9, 20)
    depth[4, 4], depth[4, 6], depth[0, 19] = 2.0, 1.0, 5.0
    dots = scene_sheet._as_dots(depth)
    assert dots[2:7, 2:4].unique().tolist() == [2.0]
    assert dots[2:7, 4:9].unique().tolist() == [1.0]
    assert dots[:3, 17:].unique().tolist() == [5.0]
    assert int((dots > 0).sum()) == 5 * 7 + 3 * 3


def test_a_picture_is_written(synthetic_scene, tmp_path):
    write_scene_sheet(tmp_path / "sheet.png", [with_sparse(scene_of(synthetic_scene))], frames=2)
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.size[0] > 500
        assert len(picture.getcolors(1 << 20)) > 100


def test_nothing_to_show(synthetic_scene, tmp_path):
    scene = scene_of(synthetic_scene)
    bare = tuple(replace(frame, read_depth=None) for frame in scene.frames)
    with pytest.raises(InputError, match="data check"):
        write_scene_sheet(tmp_path / "a.png", [replace(scene, frames=bare)])
    with pytest.raises(OptionError, match="0 scenes"):
        write_scene_sheet(tmp_path / "a.png", [])
