# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.export.depth_images import (
    write_conf_color,
    write_depth_color,
    write_depth_png,
)
from anyview.export.options import ExportOptions
from anyview.export.painting import conf_painting, depth_painting

OPTIONS = ExportOptions()


@pytest.mark.parametrize("factor", [0.01, 1.0, 40.0])
@pytest.mark.parametrize("is_metric", [True, False])
def test_png_and_sidecar_give_the_depth_back(room, tmp_path, factor, is_metric):
    depth = room.depth * factor
    depth[0, 0, 0], depth[1, 1, 1] = torch.nan, -2.0
    prediction = dataclasses.replace(room, depth=depth, is_metric=is_metric)
    paths = write_depth_png(prediction, tmp_path, OPTIONS)
    sidecar = json.loads(paths[-1].read_text(encoding="utf-8"))
    assert sidecar["unit"] == prediction.unit
    assert list(sidecar["files"].values()) == list(room.names)
    for view, file in enumerate(sidecar["files"]):
        with Image.open(tmp_path / "depth" / file) as image:
            assert image.mode == "I;16"
            stored = np.asarray(image)
        known = torch.isfinite(depth[view]) & (depth[view] > 0)
        assert np.array_equal(stored > 0, known.numpy())
        error = np.abs(stored * sidecar["unit_per_step"] - depth[view].numpy())[known.numpy()]
        assert error.max() <= sidecar["unit_per_step"] * 0.5001


def test_padding_is_stored_as_no_depth(room, tmp_path):
    valid = room.valid.clone()
    valid[0, :, :3] = False
    write_depth_png(dataclasses.replace(room, valid=valid), tmp_path, OPTIONS)
    with Image.open(tmp_path / "depth" / "front.png") as image:
        assert np.array_equal(np.asarray(image) == 0, ~valid[0].numpy())


def test_depth_far_below_a_step_is_still_depth(mono, tmp_path):
    depth = mono.depth.clone()
    depth[0, 0, 0] = 1e-9
    paths = write_depth_png(dataclasses.replace(mono, depth=depth), tmp_path, OPTIONS)
    with Image.open(paths[0]) as image:
        assert np.asarray(image)[0, 0] == 1


def test_a_prediction_without_any_depth_is_all_zero(mono, tmp_path):
    nothing = dataclasses.replace(mono, depth=torch.full_like(mono.depth, torch.nan))
    with Image.open(write_depth_png(nothing, tmp_path, OPTIONS)[0]) as image:
        assert not np.asarray(image).any()


@pytest.mark.parametrize(
    ("write", "paint", "folder"),
    [
        (write_depth_color, lambda p: depth_painting(p, OPTIONS), "depth_color"),
        (write_conf_color, conf_painting, "conf_color"),
    ],
)
def test_pictures_hold_the_colors_pixel_by_pixel_with_a_legend_beside(
    room, tmp_path, write, paint, folder
):
    paths = write(room, tmp_path, OPTIONS)
    names = ["front.png", "left_view.png", "right_ü.png"]
    assert paths == [tmp_path / folder / name for name in names]
    _, height, width = room.depth.shape
    for view, path in enumerate(paths):
        with Image.open(path) as image:
            pixels = np.asarray(image)
        assert np.array_equal(pixels[:height, :width], paint(room).picture(view))
        assert pixels.shape[1] > width + 40
        assert (pixels[height:, :width] == 255).all()
