# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction, sample_ranks
from anyview.structures.prediction import Prediction

from .conftest import HEIGHT, KEEP_ALL, VIEWS, WIDTH

PIXELS = VIEWS * HEIGHT * WIDTH


def options(**values) -> ExportOptions:
    return ExportOptions(**{**KEEP_ALL, **values})


def keys(cloud) -> set[tuple[float, ...]]:
    return {tuple(point) for point in cloud.points.tolist()}


def test_points_are_those_of_a_plain_loop(room, truth):
    cloud = cloud_from_prediction(room, options())
    torch.testing.assert_close(
        cloud.points.double(), torch.from_numpy(truth).reshape(-1, 3), atol=1e-5, rtol=1e-5
    )
    assert torch.equal(cloud.colors, room.images.permute(0, 2, 3, 1).reshape(-1, 3))
    assert torch.equal(cloud.conf, room.conf.flatten())
    assert cloud.view_index.tolist() == [v for v in range(VIEWS) for _ in range(HEIGHT * WIDTH)]


def test_invalid_depth_and_padding_are_left_out(room):
    depth, valid = room.depth.clone(), room.valid.clone()
    depth[0, 0, 0], depth[1, 2, 3], depth[2, 1, 1] = torch.nan, -1.0, torch.inf
    valid[2, 5, 5] = False
    cloud = cloud_from_prediction(dataclasses.replace(room, depth=depth, valid=valid), options())
    assert len(cloud) == PIXELS - 4
    assert torch.isfinite(cloud.points).all()


def test_sky_is_left_out_only_if_asked_for(room):
    sky = room.sky.clone()
    sky[1, :5] = 0.9
    prediction = dataclasses.replace(room, sky=sky)
    assert len(cloud_from_prediction(prediction, options(drop_sky=False))) == PIXELS
    without = cloud_from_prediction(prediction, options(drop_sky=True))
    assert len(without) == PIXELS - 5 * WIDTH
    torch.testing.assert_close(without.conf.sum(), room.conf[sky < 0.3].sum())


@pytest.mark.parametrize("percentile", [1.0, 20.0, 50.0, 99.0])
def test_the_percentile_counts_over_all_views_together(room, percentile):
    conf = torch.randperm(PIXELS).float().reshape(room.conf.shape) + 1
    conf[0] += PIXELS  # the first view is surest everywhere: it loses nothing until the end
    cloud = cloud_from_prediction(
        dataclasses.replace(room, conf=conf), options(conf_percentile=percentile)
    )
    expected = conf.flatten().sort().values[int(percentile / 100 * PIXELS) :]
    assert torch.equal(cloud.conf.sort().values, expected)


def test_sky_does_not_use_up_the_percentile(room):
    sky, conf = torch.zeros_like(room.sky), room.conf.clone()
    sky[0], conf[0] = 1.0, 1.0  # as nested models give it: sky has the lowest confidence
    prediction = dataclasses.replace(room, sky=sky, conf=conf)
    cloud = cloud_from_prediction(prediction, options(drop_sky=True, conf_percentile=50.0))
    assert len(cloud) == HEIGHT * WIDTH * 2 // 2


def test_equal_confidence_drops_nothing(room):
    prediction = dataclasses.replace(room, conf=torch.ones_like(room.conf))
    assert len(cloud_from_prediction(prediction, options(conf_percentile=50.0))) == PIXELS


def test_confidence_that_is_not_a_number_is_lowest(room):
    conf = torch.full_like(room.conf, 2.0)
    conf[0, 0, 0] = torch.nan
    cloud = cloud_from_prediction(
        dataclasses.replace(room, conf=conf), options(conf_percentile=0.1)
    )
    assert len(cloud) == PIXELS - 1


def test_pixels_at_a_depth_edge_are_left_out(room):
    depth = torch.ones_like(room.depth)
    depth[:, :, 10:] = 1.2
    prediction = dataclasses.replace(room, depth=depth)
    assert len(cloud_from_prediction(prediction, options(edge_threshold=0.3))) == PIXELS
    cloud = cloud_from_prediction(prediction, options(edge_threshold=0.05))
    assert len(cloud) == PIXELS - 2 * HEIGHT * VIEWS


def test_thinning_keeps_a_seeded_subset_of_exactly_that_many(room):
    whole = cloud_from_prediction(room, options())
    first = cloud_from_prediction(room, options(max_points=100))
    again = cloud_from_prediction(room, options(max_points=100))
    other = cloud_from_prediction(room, options(max_points=100, seed=1))
    assert len(first) == 100
    assert keys(first) < keys(whole)
    assert torch.equal(first.points, again.points)
    assert keys(first) != keys(other)
    assert set(first.view_index.tolist()) == set(range(VIEWS))


def test_every_point_of_a_thinned_cloud_keeps_its_own_color_and_confidence(room):
    whole = cloud_from_prediction(room, options())
    rows = {tuple(p): i for i, p in enumerate(whole.points.tolist())}
    thin = cloud_from_prediction(room, options(max_points=50))
    at = torch.tensor([rows[tuple(p)] for p in thin.points.tolist()])
    assert torch.equal(thin.colors, whole.colors[at])
    assert torch.equal(thin.conf, whole.conf[at])
    assert torch.equal(thin.view_index, whole.view_index[at])


def test_a_single_view_without_camera_gives_a_cloud_and_says_that_it_is_a_guess(mono, caplog):
    cloud = cloud_from_prediction(mono, ExportOptions(edge_threshold=0.0))
    assert "guessed field of view of 60 degrees" in caplog.text
    assert len(cloud) == HEIGHT * WIDTH
    assert cloud.conf is None
    torch.testing.assert_close(cloud.points[:, 2], mono.depth.flatten())


def test_several_views_without_cameras_are_refused(room):
    prediction = Prediction(depth=room.depth, images=room.images, names=room.names)
    with pytest.raises(InputError, match="no cameras"):
        cloud_from_prediction(prediction, options())


def test_an_empty_cloud_says_which_filter_emptied_it(room):
    prediction = dataclasses.replace(room, sky=torch.ones_like(room.sky))
    with pytest.raises(InputError, match=rf"valid depth: {PIXELS}; not sky: 0"):
        cloud_from_prediction(prediction, options(drop_sky=True, conf_percentile=20.0))


@settings(deadline=None, max_examples=60)
@given(total=st.integers(1, 5000), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_ranks_are_different_ascending_and_in_range(total, share, seed):
    count = max(1, int(share * total))
    ranks = sample_ranks(total, count, torch.Generator().manual_seed(seed))
    assert len(ranks) == count
    assert bool((ranks.diff() > 0).all())
    assert 0 <= int(ranks[0]) <= int(ranks[-1]) < total


@pytest.mark.parametrize("total", [30, 60])  # below and above the switch of method
def test_every_rank_is_equally_likely(total):
    generator, draws, count = torch.Generator().manual_seed(0), 3000, 10
    hits = torch.zeros(total)
    for _ in range(draws):
        hits[sample_ranks(total, count, generator)] += 1
    expected = draws * count / total
    spread = (expected * (1 - count / total)) ** 0.5
    assert bool(((hits - expected).abs() < 5 * spread).all())
