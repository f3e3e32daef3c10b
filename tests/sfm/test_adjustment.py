# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Bundle adjustment of a planted scene whose cameras and points were moved."""

import numpy as np
import pytest
import torch

from anyview.sfm.adjustment import adjust, drop_outliers
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.matching import camera_of, view_name
from anyview.sfm.priors import LensPriors, shared_lenses
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import scene_of
from tests.sfm.textured import planted, rendered, turned, views_of, worst_turn_deg

ONE = MatchSettings(threads=1)


def lenses(focal_factor: float = 1.0, *, fixed: bool = True):
    K = planted().intrinsics.clone()
    K[:, [0, 1], [0, 1]] *= focal_factor
    return shared_lenses(views_of(rendered(3).images), LensPriors(K, torch.full((3,), fixed)))


def model_of(pycolmap, own_lenses, *, moved: bool = True, wrong: int = 0):
    """The planted scene, cameras and points moved, some sightings 30 pixels off."""
    scene = planted()
    poses = turned(scene.cam_from_world, 2.0, 0.03) if moved else scene.cam_from_world
    model = pycolmap.Reconstruction()
    model.add_camera_with_trivial_rig(camera_of(own_lenses[0], pycolmap, 1))
    for view in range(3):
        pixels = scene.observed_pixel[scene.observed_view == view].numpy().copy()
        if view == 2:
            pixels[:wrong] += 30.0
        model.add_image_with_trivial_frame(
            pycolmap.Image(view_name(view), pixels, 1, view + 1),
            pycolmap.Rigid3d(poses[view, :3].numpy()),
        )
    rng = np.random.default_rng(0)
    for number, point in enumerate(scene.points.numpy()):
        noise = rng.normal(0, 0.03, 3) if moved else 0.0
        track = pycolmap.Track([pycolmap.TrackElement(i + 1, number) for i in range(3)])
        model.add_point3D(point + noise, track)
    return model


@pytest.mark.parametrize("part", ["points", "poses", "all"])
def test_what_may_move_moves(part):
    own = lenses(1.05, fixed=False)
    with quiet_pycolmap() as pycolmap:
        model = model_of(pycolmap, own)
        before = scene_of(model, own)
        adjust(model, own, 1.0, ONE, pycolmap, part=part)
        after = scene_of(model, own)
    assert after.median_error_px < before.median_error_px
    assert torch.equal(after.cam_from_world, before.cam_from_world) == (part == "points")
    assert torch.equal(after.intrinsics, before.intrinsics) == (part != "all")
    if part == "all":
        assert after.median_error_px < 1e-3
        assert float(after.intrinsics[0, 0, 0]) == pytest.approx(
            float(planted().intrinsics[0, 0, 0]), rel=1e-3
        )


def test_fixed_lenses_stay():
    own = lenses()
    with quiet_pycolmap() as pycolmap:
        model = model_of(pycolmap, own)
        adjust(model, own, 1.0, ONE, pycolmap)
        after = scene_of(model, own)
    torch.testing.assert_close(after.intrinsics, planted().intrinsics)
    assert worst_turn_deg(after.cam_from_world, planted().cam_from_world) < 0.01


def test_wrong_sightings_do_no_harm_and_are_dropped():
    own = lenses()
    with quiet_pycolmap() as pycolmap:
        model = model_of(pycolmap, own, wrong=8)
        adjust(model, own, 1.0, ONE, pycolmap)
        drop_outliers(model, 1.0, pycolmap)
        after = scene_of(model, own)
    assert worst_turn_deg(after.cam_from_world, planted().cam_from_world) < 0.2
    assert int(after.num_sightings()[2]) == 32
    assert float(after.errors_px.max()) < 3
