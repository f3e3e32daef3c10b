# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.batch import EXACT, SPARSE, TEACHER
from anyview.data.frame_sample import Zoom, rasterised, sample_of
from anyview.data.posed_depth import known_pixels, land, lift, posed_depth
from anyview.data.scene import Held, SparseDepth, TeacherLabels
from anyview.data.transforms import Window, whole

from .mini_scene import with_sparse


def sample(scene, indices=(0, 2), size=(42, 56), seed=0, **options):
    return sample_of(scene, indices, size, torch.Generator().manual_seed(seed), **options)


def test_at_the_frames_own_size_everything_is_as_stored(mini_scene):
    batch = sample(mini_scene, (1, 3), (84, 112))
    for view, index in enumerate((1, 3)):
        frame = mini_scene.frames[index]
        np.testing.assert_array_equal(
            (batch.images[0, view] * 255).round().byte().permute(1, 2, 0), frame.read_image()
        )
        np.testing.assert_array_equal(batch.depth[0, view], frame.read_depth())
        np.testing.assert_array_equal(batch.sky[0, view], frame.masks["sky"]())
        np.testing.assert_array_equal(batch.objects[0, view], frame.masks["objects"]())
        np.testing.assert_allclose(batch.intrinsics[0, view], frame.intrinsics, rtol=1e-6)
        np.testing.assert_allclose(batch.cam_from_world[0, view], frame.cam_from_world, rtol=1e-6)
    assert batch.depth_kind.tolist() == [EXACT]
    assert (batch.has_pose & batch.has_masks & batch.is_metric).all()
    assert batch.names == ["room/view 1"]


@pytest.mark.parametrize("zoom", [None, Zoom(2.0), Zoom(2.0, share_scene=False)])
def test_points_still_land_on_other_views(mini_scene, zoom):
    batch = sample(mini_scene, (0, 1), (56, 56), zoom=zoom)
    views = [
        replace(
            posed_depth(mini_scene.frames[0]),
            depth=batch.depth[0, v].double(),
            intrinsics=batch.intrinsics[0, v].double(),
            cam_from_world=batch.cam_from_world[0, v].double(),
        )
        for v in range(2)
    ]
    pixels, depth = known_pixels(views[0], 500, torch.Generator().manual_seed(0))
    points = lift(pixels, depth, views[0].intrinsics, views[0].cam_from_world)
    z, found = land(points, views[1])
    landed = found.isfinite()
    assert landed.float().mean() > 0.1
    agrees = (z - found).abs()[landed] < 0.05 * found[landed]
    assert agrees.float().mean() > 0.75


def test_zooms_are_shared_or_not(mini_scene):
    shared = sample(mini_scene, (0, 1, 2), zoom=Zoom(3.0)).intrinsics[0]
    torch.testing.assert_close(shared[0], shared[1])
    own = sample(mini_scene, (0, 1, 2), zoom=Zoom(3.0, share_scene=False)).intrinsics[0]
    assert (own[0] - own[1]).abs().max() > 1
    assert torch.equal(own, sample(mini_scene, (0, 1, 2), zoom=Zoom(3.0, False)).intrinsics[0])


def test_frames_of_any_resolution_of_depth_and_masks(mini_scene):
    frame = mini_scene.frames[0]
    coarse = replace(
        frame,
        read_depth=Held(frame.read_depth()[::2, ::2]),
        masks={kind: Held(read()[::4, ::4]) for kind, read in frame.masks.items()},
    )
    batch = sample(replace(mini_scene, frames=(coarse,)), (0,), (84, 112))
    full = sample(mini_scene, (0,), (84, 112))
    known = (batch.depth > 0) & (full.depth > 0)
    ratio = batch.depth[known] / full.depth[known]
    assert (ratio - 1).abs().median() < 0.02


def test_the_sky_and_what_is_to_be_ignored_have_no_depth(mini_scene):
    ignore = np.zeros((84, 112), bool)
    ignore[:, :56] = True
    depth = np.full((84, 112), 2.0, np.float32)
    depth[0, 100] = np.nan
    frame = mini_scene.frames[0]
    masks = {**frame.masks, "ignore": Held(ignore)}
    edited = replace(frame, masks=masks, read_depth=Held(depth))
    batch = sample(replace(mini_scene, frames=(edited,)), (0,), (84, 112))
    expected = ~(torch.from_numpy(ignore) | torch.from_numpy(frame.masks["sky"]()))
    expected[0, 100] = False
    assert torch.equal(batch.valid[0, 0], expected)


def test_points_fill_the_pixel_that_they_fall_into_nearest_first():
    pixels = np.array([[1.2, 0.9], [1.8, 0.1], [3.9, 1.9], [0, 0], [9, 1]], np.float32)
    sparse = SparseDepth(pixels, np.array([5, 3, 2, -1, 4], np.float32))
    assert rasterised(sparse, whole(2, 4), (2, 4)).tolist() == [[0, 3, 0, 0], [0, 0, 0, 2]]
    # The right half, enlarged twice.
    zoomed = rasterised(sparse, Window(0, 2, 2, 2), (4, 4))
    assert zoomed.nonzero().tolist() == [[3, 3]]


def test_points_agree_with_dense_depth(mini_scene):
    points = sample(with_sparse(mini_scene), (1,), (84, 112))
    dense = sample(mini_scene, (1,), (84, 112))
    assert points.depth_kind.tolist() == [SPARSE]
    known = points.valid & dense.valid
    assert known.sum() > 100
    assert ((points.depth / dense.depth)[known] - 1).abs().max() < 0.02


def test_labels_of_a_teacher_replace_depth(mini_scene):
    def with_labels(*, is_aligned, names=("view 0", "view 2")):
        readers = {name: Held(np.full((42, 56), 7.0, np.float32)) for name in names}
        return replace(
            mini_scene, teachers={"mono": TeacherLabels("mono", "0", is_aligned, readers)}
        )

    batch = sample(with_labels(is_aligned=True), teacher="mono")
    assert batch.depth_kind.tolist() == [TEACHER]
    assert set(batch.depth.unique().tolist()) <= {0.0, 7.0}
    assert batch.has_pose.all()
    loose = sample(with_labels(is_aligned=False), teacher="mono")
    assert not (loose.has_pose | loose.is_metric).any()
    assert torch.equal(loose.cam_from_world, torch.eye(4).expand(1, 2, 4, 4))
    with pytest.raises(InputError, match="no labels of teacher 'other', only of: mono"):
        sample(with_labels(is_aligned=True), teacher="other")
    with pytest.raises(InputError, match="mono has no label for frame view 2"):
        sample(with_labels(is_aligned=True, names=("view 0",)), teacher="mono")


def test_photos_without_anything(mini_scene):
    frame = mini_scene.frames[0]
    bare = replace(frame, intrinsics=None, cam_from_world=None, read_depth=None, masks={})
    batch = sample(replace(mini_scene, frames=(bare,), depth_kind=None), (0,))
    assert not (batch.has_pose | batch.has_masks).any()
    assert not batch.valid.any()
    K = batch.intrinsics[0, 0]
    assert float(2 * torch.atan(56 / 2 / K[0, 0])) == pytest.approx(np.pi / 3)
    assert K[:2, 2].tolist() == [28, 21]


def test_images_of_another_size_are_refused(mini_scene):
    wrong = replace(mini_scene.frames[0], size=(84, 110))
    with pytest.raises(InputError, match="its size says"):
        sample(replace(mini_scene, frames=(wrong,)), (0,))
