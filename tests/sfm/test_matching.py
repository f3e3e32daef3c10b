# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Matches against the truth of rendered views; videos; lenses in COLMAP's words."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.geometry.projection import project_world, sample_map
from anyview.geometry.se3 import invert, transform_points
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.matching import camera_of, is_long_video, match_views
from anyview.sfm.priors import shared_lenses
from anyview.sfm.settings import MatchSettings
from tests.sfm.textured import (
    blank,
    lenses_known,
    lenses_unknown,
    matched,
    rendered,
    views_of,
)


def test_matches_are_the_same_point_of_the_scene():
    scene, matches = rendered(4), matched(4)
    assert set(matches.pairs) == {(i, j) for i in range(4) for j in range(i + 1, 4)}
    rows = matches.pairs[(0, 1)].astype(np.int64)
    first = matches.features[0].pixels[rows[:, 0]].double()
    second = matches.features[1].pixels[rows[:, 1]].double()
    z = sample_map(scene.depth[:1].double(), first[None])[0, 0]
    rays = (
        torch.cat((first, torch.ones(len(first), 1)), dim=-1)
        @ torch.linalg.inv(scene.intrinsics[0].double()).mT
    )
    poses = scene.cam_from_world.double()
    world = transform_points(invert(poses[0]), rays * z[:, None])
    seen, _ = project_world(world, poses[1], scene.intrinsics[1].double())
    errors = (seen - second).norm(dim=-1)
    assert len(errors) > 50
    assert float((errors < 1.5).double().mean()) > 0.9


def test_counts_and_lenses():
    matches = matched(4)
    assert matches.num_matches == sum(len(rows) for rows in matches.pairs.values())
    assert matches.lens_of(3).views == (0, 1, 2, 3)


def test_blank_images_match_nothing(tmp_path):
    views = views_of(blank(2))
    with quiet_pycolmap() as pycolmap:
        lenses = shared_lenses(views, lenses_unknown(2))
        found = match_views(views, lenses, tmp_path, MatchSettings(threads=1), pycolmap)
    assert found.num_matches == 0


def test_frames_of_a_long_video_are_matched_with_their_neighbours(tmp_path):
    views = [replace(view, time_s=float(i)) for i, view in enumerate(views_of(rendered(4).images))]
    settings = MatchSettings(exhaustive_up_to=3, overlap=1, threads=1)
    assert is_long_video(views, settings)
    assert not is_long_video(views_of(rendered(4).images), settings)
    with quiet_pycolmap() as pycolmap:
        lenses = shared_lenses(views, lenses_known(4))
        found = match_views(views, lenses, tmp_path, settings, pycolmap)
    assert set(found.pairs) == {(0, 1), (1, 2), (2, 3)}


@pytest.mark.parametrize(
    ("priors", "model"), [(lenses_known, "PINHOLE"), (lenses_unknown, "SIMPLE_PINHOLE")]
)
def test_lens_in_colmaps_words(priors, model):
    (lens,) = shared_lenses(views_of(rendered(4).images), priors(4))
    with quiet_pycolmap() as pycolmap:
        camera = camera_of(lens, pycolmap, 7)
        assert camera.model_name == model
        assert camera.has_prior_focal_length == (model == "PINHOLE")
    assert camera.camera_id == 7
    np.testing.assert_allclose(camera.calibration_matrix(), lens.intrinsics.numpy())
