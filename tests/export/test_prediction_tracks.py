# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import logging

import pytest
import torch

from anyview.core.errors import InputError
from anyview.export.options import ExportOptions
from anyview.export.prediction_tracks import tracks_of_prediction
from anyview.structures.prediction import Prediction

from .conftest import KEEP_ALL

OPTIONS = ExportOptions(**KEEP_ALL)


def test_points_have_the_mean_colour_of_what_sees_them(room):
    found = tracks_of_prediction(room, OPTIONS)
    assert len(found.tracks) > 50
    assert int(found.tracks.lengths.min()) >= 2
    for index in range(0, len(found.tracks), 9):
        mine = found.tracks.track == index
        pixels = found.tracks.pixels[mine].tolist()
        seen = [
            room.images[view, :, int(y), int(x)].float()
            for view, (x, y) in zip(found.tracks.view[mine].tolist(), pixels, strict=True)
        ]
        assert (found.colors[index].float() - torch.stack(seen).mean(dim=0)).abs().max() <= 0.5


def test_what_is_left_out_of_clouds_is_in_no_track(room):
    sky, valid = room.sky.clone(), room.valid.clone()
    sky[0, :, :12] = 1.0
    valid[1, :6] = False
    prediction = dataclasses.replace(room, sky=sky, valid=valid)
    tracks = tracks_of_prediction(
        prediction, ExportOptions(**{**KEEP_ALL, "drop_sky": True})
    ).tracks
    assert len(tracks) > 20
    assert float(tracks.pixels[tracks.view == 0][:, 0].min()) >= 12
    assert float(tracks.pixels[tracks.view == 1][:, 1].min()) >= 6


def test_the_number_is_bounded(room):
    options = dataclasses.replace(OPTIONS, max_colmap_points=11)
    assert 0 < len(tracks_of_prediction(room, options).tracks) <= 11


def test_views_that_agree_on_nothing_give_their_own_points_and_say_so(room, caplog):
    factor = torch.tensor([1.0, 1.5, 2.2])[:, None, None]
    with caplog.at_level(logging.WARNING):
        tracks = tracks_of_prediction(
            dataclasses.replace(room, depth=room.depth * factor), OPTIONS
        ).tracks
    assert len(tracks) > 200
    assert "No two views agree" in caplog.text


def test_a_single_view_gives_every_pixel_once_without_a_word(room, caplog):
    single = Prediction(
        depth=room.depth[:1],
        images=room.images[:1],
        names=("one",),
        extrinsics=room.extrinsics[:1],
        intrinsics=room.intrinsics[:1],
    )
    tracks = tracks_of_prediction(single, OPTIONS).tracks
    assert tracks.lengths.tolist() == [1] * single.depth.numel()
    assert caplog.text == ""


def test_no_pixel_left_is_an_error(room):
    with pytest.raises(InputError, match="No pixel"):
        tracks_of_prediction(dataclasses.replace(room, depth=-room.depth), OPTIONS)
