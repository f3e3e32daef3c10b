# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The result of one scene: frames, units and notes, proven on a network that is always right."""

import re
from dataclasses import replace

import pytest
import torch

from anyview.geometry.se3 import camera_centres, to_homogeneous
from anyview.inference.known_cameras import known_poses
from anyview.inference.known_focals import KnownFocals
from anyview.inference.options import PredictOptions
from anyview.inference.postprocess import prediction_of
from anyview.inference.preprocess import ProcessedViews
from anyview.inference.scene_knowledge import SceneKnowledge

from .planted import HEIGHT, WIDTH, network_says, planted_move, points_of, scene_at

PATHS = {
    "two": [(0.0, 0.0, 0.0), (2.0, 0.5, 0.0)],
    "straight": [(0.0, 0.0, 0.0), (1.0, 0.5, 0.0), (2.0, 1.0, 0.0), (3.0, 1.5, 0.0)],
    "curve": [(0.0, 0.0, 0.0), (2.0, 0.5, 0.0), (1.0, -1.0, 0.5)],
    "long": [(0.3 * i, (i % 3) * 0.4, (i % 4) * 0.2) for i in range(11)],
}


def processed_views(views: int, valid=None) -> ProcessedViews:
    return ProcessedViews(
        images=torch.zeros(views, 3, HEIGHT, WIDTH, dtype=torch.uint8),
        original_sizes=torch.tensor([[56, 84]] * views),
        processed_from_original=torch.diag(torch.tensor([0.5, 0.5, 1.0]).double()).repeat(
            views, 1, 1
        ),
        intrinsics=None,
        valid=valid,
    )


def given_focals(scene, factor: float = 1.0) -> KnownFocals:
    matrices = scene.intrinsics.float().clone()
    matrices[:, 0, 0] *= factor
    matrices[:, 1, 1] *= factor
    known = torch.ones(len(matrices), dtype=torch.bool)
    return KnownFocals(matrices, known, ~known)


def predict(
    output, *, poses=None, focals=None, metric="relative", valid=None, exif=False, **options
):
    views = output.depth.shape[1]
    return prediction_of(
        output,
        processed_views(views, valid),
        SceneKnowledge(
            names=tuple(f"v{i}" for i in range(views)),
            poses=None if poses is None else known_poses(poses),
            focals=focals,
            exif_at_hand=exif,
        ),
        metric=metric,
        options=PredictOptions(**options),
        provenance={"model": "planted"},
    )


@pytest.mark.parametrize("mode", ["keep", "align"])
@pytest.mark.parametrize("path", sorted(PATHS))
def test_known_poses_give_their_frame_and_unit(path, mode):
    """Depth, cameras, rays and Gaussians of a network in a frame of its own become the truth."""
    scene, move = scene_at(PATHS[path]), planted_move()
    output = network_says(scene, move, gaussians=True)
    result = predict(
        output,
        poses=scene.extrinsics,
        focals=given_focals(scene),
        known_cameras=mode,
        rays=True,
        gaussians=True,
    )
    torch.testing.assert_close(result.depth.double(), scene.depth, rtol=2e-5, atol=0)
    given = scene.extrinsics[:, :3].float()
    if mode == "keep":
        assert torch.equal(result.extrinsics, given)
        assert torch.equal(result.intrinsics, scene.intrinsics.float())
    else:
        torch.testing.assert_close(result.extrinsics, given, rtol=0, atol=2e-4)
    truth = scene.points()
    means = result.gaussians.means.double().reshape(truth.shape)
    torch.testing.assert_close(means, truth, rtol=0, atol=1e-3)
    by_rays = result.ray_map[..., :3] + result.depth[..., None] * result.ray_map[..., 3:]
    torch.testing.assert_close(by_rays.double(), truth, rtol=0, atol=1e-3)
    assert not result.is_metric
    assert "unit of the given poses" in result.scale_note


def test_keep_returns_given_cameras_and_align_the_networks():
    """With cameras that are a little off, the two modes differ as documented."""
    scene, move = scene_at(PATHS["curve"]), planted_move()
    output = network_says(scene, move)
    output.extrinsics[0, 1, 0, 3] += 0.02
    kept = predict(output, poses=scene.extrinsics)
    aligned = predict(output, poses=scene.extrinsics, known_cameras="align")
    assert torch.equal(kept.extrinsics, scene.extrinsics[:, :3].float())
    off = (aligned.extrinsics - kept.extrinsics).abs().amax((1, 2))
    assert off.max() > 0.01
    assert torch.equal(kept.depth, aligned.depth)


def test_gaussians_follow_kept_cameras():
    """Gaussians lie on the depth of the cameras that are returned, not on the network's."""
    scene, move = scene_at(PATHS["curve"]), planted_move()
    output = network_says(scene, move, gaussians=True)
    given = scene_at([(0.0, 0, 0), (2.1, 0.5, 0), (1.0, -1.1, 0.5)])
    result = predict(
        output, poses=given.extrinsics, focals=given_focals(scene, 1.2), gaussians=True
    )
    expected = points_of(result.depth, given.extrinsics, result.intrinsics)
    means = result.gaussians.means.double().reshape(expected.shape)
    torch.testing.assert_close(means, expected, rtol=0, atol=1e-3)


def only(extrinsics, *known):
    rows = torch.full_like(extrinsics, torch.nan)
    rows[list(known)] = extrinsics[list(known)]
    return rows


@pytest.mark.parametrize("mode", ["keep", "align"])
def test_some_known_poses_bring_every_view_to_their_frame(mode):
    """Views with a pose keep it to the bit, those without land where they were."""
    scene, move = scene_at(PATHS["long"]), planted_move()
    output = network_says(scene, move, gaussians=True)
    result = predict(
        output,
        poses=only(scene.extrinsics, 1, 4, 9),
        focals=given_focals(scene),
        known_cameras=mode,
        rays=True,
        gaussians=True,
    )
    given = scene.extrinsics[:, :3].float()
    if mode == "keep":
        assert torch.equal(result.extrinsics[[1, 4, 9]], given[[1, 4, 9]])
    torch.testing.assert_close(result.extrinsics, given, rtol=0, atol=2e-4)
    torch.testing.assert_close(result.depth.double(), scene.depth, rtol=2e-5, atol=0)
    truth = scene.points()
    means = result.gaussians.means.double().reshape(truth.shape)
    torch.testing.assert_close(means, truth, rtol=0, atol=1e-3)
    by_rays = result.ray_map[..., :3] + result.depth[..., None] * result.ray_map[..., 3:]
    torch.testing.assert_close(by_rays.double(), truth, rtol=0, atol=1e-3)
    assert "Poses are given for 3 of 11 views (v1, v4, v9)" in result.scale_note
    assert "unit of the given poses" in result.scale_note


def test_how_far_the_network_is_off_the_known_poses_is_said():
    scene, move = scene_at(PATHS["long"]), planted_move()
    output = network_says(scene, move)
    shaken = output.extrinsics.clone()
    shaken[0, :, :3, 3] += 0.02 * torch.randn(11, 3, generator=torch.Generator().manual_seed(0))
    result = predict(replace(output, extrinsics=shaken), poses=only(scene.extrinsics, *range(8)))
    off = float(re.search(r"lie (\S+) units", result.scale_note)[1])
    assert 0.03 < off < 0.3  # 0.02 sqrt(3) of the network's units, 3.7 of the caller's each
    assert "8 of 11 views (v0, v1, v2, v3, v4, ...)" in result.scale_note
    error = (result.extrinsics - scene.extrinsics[:, :3].float()).abs().amax((1, 2))
    assert error[:8].max() == 0
    assert 1e-3 < error[8:].max() < 0.5


def test_one_of_many_known_poses_turns_the_scene_only():
    scene, move = scene_at(PATHS["curve"]), planted_move()
    nested = replace(network_says(scene, move), scale=torch.tensor([2.0]))
    result = predict(nested, poses=only(scene.extrinsics, 1), metric="nested")
    assert result.is_metric
    assert "One pose fixes no scale" in result.scale_note
    assert torch.equal(result.extrinsics[1], scene.extrinsics[1, :3].float())
    torch.testing.assert_close(result.depth.double(), scene.depth / 3.7, rtol=1e-5, atol=0)
    turns = result.extrinsics[:, :, :3].double()
    torch.testing.assert_close(turns, scene.extrinsics[:, :3, :3], rtol=0, atol=1e-5)


def test_off_centre_and_uneven_intrinsics_shape_the_points():
    """K from the caller, whatever its shape, is what depth is lifted with, view by view."""
    scene, move = scene_at(PATHS["curve"]), planted_move()
    K = scene.intrinsics.float().clone()
    K[1] = torch.tensor([[55.0, 0, 9.25], [0, 31.0, 22.5], [0, 0, 1]])
    focals = KnownFocals(K, torch.tensor([False, True, False]), torch.zeros(3, dtype=torch.bool))
    result = predict(network_says(scene, move, gaussians=True), focals=focals, gaussians=True)
    assert torch.equal(result.intrinsics[1], K[1])
    torch.testing.assert_close(result.original_intrinsics[1, :2], 2 * K[1, :2])
    torch.testing.assert_close(result.intrinsics[[0, 2]], scene.intrinsics[[0, 2]].float())
    expected = points_of(result.depth, to_homogeneous(result.extrinsics), result.intrinsics)
    means = result.gaussians.means.double().reshape(expected.shape)
    torch.testing.assert_close(means, expected, rtol=0, atol=1e-3)
    pixel = torch.tensor([30.5, 5.5, 1.0])
    ray = torch.linalg.inv(K[1]) @ pixel
    rotation, shift = result.extrinsics[1, :, :3], result.extrinsics[1, :, 3]
    point = rotation.T @ (ray * result.depth[1, 5, 30] - shift)
    torch.testing.assert_close(expected[1, 5, 30].float(), point, rtol=1e-4, atol=1e-4)


def test_one_known_pose_keeps_the_networks_scale():
    scene, move = scene_at([(1.0, 2.0, 3.0)]), planted_move()
    result = predict(network_says(scene, move), poses=scene.extrinsics)
    torch.testing.assert_close(result.depth.double(), scene.depth / 3.7, rtol=1e-5, atol=0)
    assert torch.equal(result.extrinsics, scene.extrinsics[:, :3].float())
    assert "no scale" in result.scale_note
    assert "Relative" in result.scale_note


def test_cameras_by_rays_replace_the_decoders():
    scene, move = scene_at(PATHS["curve"]), planted_move(1.0)
    output = network_says(scene, move, gaussians=True)
    truth = output.extrinsics.clone()
    output.extrinsics[..., :3, 3] += 0.3
    output.intrinsics = output.intrinsics * torch.tensor([1.4, 1.4, 1.0])[:, None]
    output = replace(output, gaussians=network_says(scene, move, gaussians=True).gaussians)
    result = predict(output, pose="rays", gaussians=True)
    torch.testing.assert_close(result.extrinsics, truth[0, :, :3], rtol=0, atol=1e-3)
    torch.testing.assert_close(result.intrinsics, scene.intrinsics.float(), rtol=1e-3, atol=0.02)
    assert result.ray_map is None  # not asked for
    published = predict(output, pose="rays-published", rays=True)
    torch.testing.assert_close(published.extrinsics, truth[0, :, :3], rtol=0, atol=5e-3)
    assert result.ray_map is None
    assert published.ray_map is not None


def test_cameras_by_rays_repeat_for_one_seed():
    scene = scene_at(PATHS["curve"])
    output = network_says(scene, planted_move(1.0))
    noise = torch.randn(output.ray_map.shape, generator=torch.Generator().manual_seed(1))
    output.ray_map = output.ray_map + 0.2 * noise
    one, two = (predict(output, pose="rays", seed=4) for _ in range(2))
    assert torch.equal(one.extrinsics, two.extrinsics)
    other = predict(output, pose="rays", seed=5)
    assert not torch.equal(one.extrinsics, other.extrinsics)


def test_views_whose_rays_fix_no_camera_keep_the_decoders():
    scene = scene_at(PATHS["curve"])
    output = network_says(scene, planted_move(1.0))
    output.ray_map[0, 1] = torch.nan
    result = predict(output, pose="rays")
    torch.testing.assert_close(result.extrinsics[1], output.extrinsics[0, 1, :3])
    assert "position 1 (from 0)" in result.scale_note


@pytest.mark.parametrize("pose", ["rays", "rays-centred", "rays-published"])
def test_rays_of_padding_have_no_say(pose):
    scene = scene_at(PATHS["curve"])
    output = network_says(scene, planted_move(1.0))
    valid = torch.ones(3, HEIGHT, WIDTH, dtype=torch.bool)
    valid[1, :, :16] = valid[1, :, -16:] = False
    noise = torch.randn(output.ray_map.shape, generator=torch.Generator().manual_seed(0))
    output.ray_map = torch.where(valid[None, ..., None], output.ray_map, noise)
    result = predict(output, pose=pose, valid=valid)
    expected = output.extrinsics[0, :, :3]
    torch.testing.assert_close(result.extrinsics, expected, rtol=0, atol=5e-3)


def test_known_intrinsics_replace_the_predicted():
    scene = scene_at(PATHS["curve"])
    result = predict(network_says(scene, planted_move()), focals=given_focals(scene, 1.5))
    assert torch.equal(result.intrinsics, given_focals(scene, 1.5).intrinsics)
    half = predict(
        network_says(scene, planted_move()),
        focals=replace(given_focals(scene, 1.5), given=torch.tensor([True, False, True])),
    )
    torch.testing.assert_close(half.intrinsics[1], scene.intrinsics[1].float())


def test_nested_is_metres_until_poses_bring_a_unit():
    scene, move = scene_at(PATHS["curve"]), planted_move()
    output = replace(network_says(scene, move), scale=torch.tensor([2.0]))
    alone = predict(output, metric="nested")
    assert alone.is_metric
    assert alone.unit == "m"
    posed = predict(output, metric="nested", poses=scene.extrinsics)
    assert not posed.is_metric
    torch.testing.assert_close(posed.depth.double(), scene.depth, rtol=2e-5, atol=0)
    assert "the caller knows" in posed.scale_note
    single = predict(
        replace(network_says(scene_at([(0, 0, 1)]), move), scale=torch.tensor([2.0])),
        metric="nested",
        poses=scene_at([(0, 0, 1)]).extrinsics,
    )
    assert single.is_metric
    assert "taken to be in metres" in single.scale_note


def test_nested_without_a_scale_still_takes_poses():
    scene = scene_at(PATHS["curve"])
    output = replace(network_says(scene, planted_move()), scale=torch.tensor([torch.nan]))
    assert not predict(output, metric="nested").is_metric
    posed = predict(output, metric="nested", poses=scene.extrinsics)
    torch.testing.assert_close(posed.depth.double(), scene.depth, rtol=2e-5, atol=0)


def test_unusable_nested_cameras_are_anchored_in_metres():
    """Without an alignment the scale is what poses were divided by, over the metric factor."""
    scene, move = scene_at(PATHS["curve"]), planted_move()
    output = replace(network_says(scene, move), scale=torch.tensor([2.0]))
    output.extrinsics = torch.eye(4).repeat(1, 3, 1, 1)
    before = output.depth[0].clone()
    focals = given_focals(scene, 1.5)
    result = predict(output, metric="nested", poses=scene.extrinsics, focals=focals)
    spread = camera_centres(scene.extrinsics).norm(dim=-1).sort().values[1]
    torch.testing.assert_close(result.depth, before * float(spread) / 2.0, rtol=1e-5, atol=0)


def monocular(views: int):
    scene = scene_at(PATHS["curve"][:views])
    output = network_says(scene, planted_move(1.0))
    return scene, replace(
        output, conf=None, extrinsics=None, intrinsics=None, ray_map=None, ray_conf=None,
        sky=torch.zeros_like(output.depth),
    )  # fmt: skip


def test_monocular_models_take_given_cameras_as_they_are():
    scene, output = monocular(3)
    result = predict(output, poses=scene.extrinsics, focals=given_focals(scene), metric="canonical")
    assert torch.equal(result.extrinsics, scene.extrinsics[:, :3].float())
    assert result.is_metric
    assert "returned as they are" in result.scale_note
    factor = given_focals(scene).focal_px[:, None, None] / 300
    torch.testing.assert_close(result.depth, output.depth[0] * factor)


def test_monocular_models_with_intrinsics_alone():
    scene, output = monocular(1)
    one = predict(output, focals=given_focals(scene), metric="canonical")
    assert torch.equal(one.extrinsics[0], torch.eye(4)[:3])
    assert torch.equal(one.intrinsics, scene.intrinsics.float())
    scene, output = monocular(3)
    many = predict(output, focals=given_focals(scene), metric="canonical")
    assert many.extrinsics is None
    assert many.is_metric
    assert predict(output).conf is None


def test_padding_has_no_confidence_and_no_gaussians():
    scene = scene_at(PATHS["curve"])
    valid = torch.ones(3, HEIGHT, WIDTH, dtype=torch.bool)
    valid[1, :, :10] = False
    output = network_says(scene, planted_move(), gaussians=True)
    result = predict(output, valid=valid, gaussians=True)
    assert torch.equal(result.valid, valid)
    assert (result.conf[~valid] == 1).all()
    assert (result.conf[valid] == 2).all()
    assert len(result.gaussians.means) == int(valid.sum())
    kept = output.gaussians.opacities[0][valid.flatten()]
    assert torch.equal(result.gaussians.opacities, kept)


def test_exif_that_is_not_there_is_said():
    scene = scene_at(PATHS["two"])
    result = predict(network_says(scene, planted_move()), focal="exif")
    assert "No image has a focal length" in result.scale_note


def test_record_and_maps_are_kept():
    scene = scene_at(PATHS["two"])
    result = predict(network_says(scene, planted_move()))
    assert result.provenance["model"] == "planted"
    assert result.names == ("v0", "v1")
    assert result.original_sizes.tolist() == [[56, 84]] * 2
    torch.testing.assert_close(
        result.original_intrinsics[:, 0, 0], 2 * scene.intrinsics[:, 0, 0].float()
    )
    assert 1 in result.features
    assert result.gaussians is None
