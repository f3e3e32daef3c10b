# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sheets: size, what each row shows, refusals."""

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.synthetic.contact_sheet import draw_sheet

from .test_stored_scene import a_scene


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_rows_of_a_scene(tmp_path):
    scene = a_scene(width=24, height=18)
    scene.depth[0, :5] = 0
    draw_sheet([scene, scene], tmp_path / "sheet.png", columns=2)
    sheet = read(tmp_path / "sheet.png")
    assert sheet.shape == (2 * (14 + 4 * 18), 2 * 24, 3)
    np.testing.assert_array_equal(sheet[14 : 14 + 18, :24], scene.images[0].numpy())
    depth = sheet[14 + 18 : 14 + 36, :24].astype(int)
    assert (depth[:5] == depth[0, 0]).all()  # the sky has one colour
    # Right is nearer here, and near is light.
    assert depth[17, 23].sum() > depth[6, 0].sum()
    things = sheet[14 + 54 : 14 + 72, :24]
    np.testing.assert_array_equal(things.any(axis=-1), scene.objects[0].numpy() > 0)


def test_normals_of_a_plane_are_one_colour(tmp_path):
    scene = a_scene(width=24, height=18, views=1)
    scene.depth.fill_(2.0)
    draw_sheet([scene], tmp_path / "sheet.png")
    normals = read(tmp_path / "sheet.png")[14 + 36 : 14 + 54]
    assert np.ptp(normals.reshape(-1, 3), axis=0).max() <= 1
    assert normals[9, 12, 2] > 200  # towards the camera


def test_scenes_of_unequal_width_and_only_sky(tmp_path):
    wide, narrow = a_scene(views=3), a_scene(views=1)
    narrow.depth.zero_()
    draw_sheet([wide, narrow], tmp_path / "sheet.png")
    assert read(tmp_path / "sheet.png").shape[1] == 3 * 24
    assert torch.equal(narrow.depth, torch.zeros(1, 18, 24))


def test_nothing_to_draw(tmp_path):
    with pytest.raises(InputError, match="no scenes"):
        draw_sheet([], tmp_path / "sheet.png")
