# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.export.colormap import color_table
from anyview.export.legend import NO_VALUE, SKY
from anyview.export.options import ExportOptions
from anyview.export.painting import conf_painting, depth_painting, photo


def test_photo_is_the_processed_image(room):
    assert np.array_equal(photo(room, 1), room.images[1].permute(1, 2, 0).numpy())


@pytest.mark.parametrize("kind", ["inverse", "log", "linear"])
def test_near_is_the_high_end_and_far_the_low_end(room, kind):
    depth = torch.linspace(1, 10, room.depth[0].numel()).reshape(room.depth[0].shape)
    prediction = dataclasses.replace(room, depth=depth.expand_as(room.depth).contiguous())
    picture = depth_painting(prediction, ExportOptions(depth_scale=kind)).picture(0)
    table = color_table("depth")
    assert (picture[0, 0] == table[255]).all()
    assert (picture[-1, -1] == table[0]).all()
    level = {tuple(color): index for index, color in enumerate(table.tolist())}
    levels = [level[tuple(color)] for color in picture.reshape(-1, 3).tolist()]
    assert levels == sorted(levels, reverse=True)


def test_equal_depth_has_equal_color_in_every_view(room):
    depth = room.depth.clone()
    depth[:, 3, 3] = 2.5
    painting = depth_painting(dataclasses.replace(room, depth=depth), ExportOptions())
    colors = [tuple(painting.picture(view)[3, 3]) for view in range(len(room))]
    assert len(set(colors)) == 1


def test_sky_and_missing_depth_have_flat_colors_with_a_legend(room):
    depth, sky, valid = room.depth.clone(), room.sky.clone(), room.valid.clone()
    depth[0, 0, 0] = torch.nan
    sky[0, :2] = 1.0
    valid[0, 1, 1] = False
    prediction = dataclasses.replace(room, depth=depth, sky=sky, valid=valid)
    painting = depth_painting(prediction, ExportOptions())
    picture = painting.picture(0)
    assert tuple(picture[0, 0]) == NO_VALUE
    assert tuple(picture[1, 1]) == NO_VALUE
    assert tuple(picture[0, 1]) == SKY
    assert tuple(picture[5, 5]) not in (SKY, NO_VALUE)
    assert [text for _, text in painting.legend.swatches] == ["sky", "no depth"]


def test_the_depth_of_sky_does_not_stretch_the_scale(room):
    depth, sky = room.depth.clone(), room.sky.clone()
    depth[:, :6], sky[:, :6] = 1e6, 1.0
    scale = depth_painting(dataclasses.replace(room, depth=depth, sky=sky), ExportOptions()).legend
    assert scale.scale.start < 10


def test_a_legend_names_only_what_is_there_and_the_unit(room, mono):
    legend = depth_painting(room, ExportOptions()).legend
    assert (legend.title, legend.swatches) == ("depth (m)", ())
    assert depth_painting(mono, ExportOptions()).legend.title == "depth (scene units)"


def test_a_prediction_without_any_depth_is_one_flat_color(mono):
    nothing = dataclasses.replace(mono, depth=torch.full_like(mono.depth, torch.nan))
    picture = depth_painting(nothing, ExportOptions()).picture(0)
    assert (picture == np.array(NO_VALUE)).all()


def test_high_confidence_is_the_high_end(room):
    conf = room.conf.clone()
    conf[0, 0, 0], conf[0, 0, 1], conf[0, 0, 2] = 100.0, 0.5, torch.nan
    painting = conf_painting(dataclasses.replace(room, conf=conf))
    picture, table = painting.picture(0), color_table("confidence")
    assert (picture[0, 0] == table[255]).all()
    assert (picture[0, 1] == table[0]).all()
    assert tuple(picture[0, 2]) == NO_VALUE
    assert painting.legend.swatches == ((NO_VALUE, "no value"),)


def test_confidence_that_is_absent_is_said(mono):
    with pytest.raises(InputError, match="no confidence"):
        conf_painting(mono)
