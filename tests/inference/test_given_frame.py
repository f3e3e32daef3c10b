# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A perfect network in a frame of its own: rigs and poses together bring the truth back.

``test_postprocess`` has the cases of poses and intrinsics without a rig.
"""

import pytest
import torch

from anyview.geometry.rays import directions_cam
from anyview.geometry.se3 import camera_centres, invert
from anyview.inference.given_frame import in_known_cameras
from anyview.inference.known_cameras import known_poses
from anyview.inference.metric_scale import ScaledScene
from anyview.inference.options import PredictOptions
from anyview.inference.rigs import poses_with_rig
from anyview.inference.scene_knowledge import SceneKnowledge
from anyview.inference.scene_output import scene_of

from .planted import HEIGHT, RADIUS, WIDTH, Scene, network_says, planted_move, scene_at
from .test_rigs import only, stereo, views_of

RIG = stereo()


def truth() -> Scene:
    """Depth and cameras of a stereo rig at three places inside the sphere."""
    track = scene_at([(0.0, 0, 0), (2.0, 0.5, 0), (3.0, -1.0, 0.5)]).extrinsics
    poses = RIG.cam_from_world(track)
    intrinsics = scene_at([tuple(c.tolist()) for c in camera_centres(poses)]).intrinsics
    rays = directions_cam(intrinsics, HEIGHT, WIDTH)
    world_from_cam = invert(poses)
    ray = torch.einsum("vij,vhwj->vhwi", world_from_cam[:, :3, :3], rays)
    centre = world_from_cam[:, :3, 3]
    along = torch.einsum("vhwi,vi->vhw", ray, centre)
    length = ray.square().sum(-1)
    reach = (centre.square().sum(-1) - RADIUS**2)[:, None, None]
    depth = (-along + (along.square() - length * reach).sqrt()) / length
    return Scene(poses, intrinsics, depth)


SCENE, MOVE = truth(), planted_move()


def found(given=None, *, shake=0.0, scaled=None, **options) -> ScaledScene:
    views = views_of(RIG, given)
    poses = poses_with_rig(views)
    output = network_says(SCENE, MOVE, gaussians=True)
    scene = scene_of(output)
    if shake:
        noise = shake * torch.randn(6, 3, generator=torch.Generator().manual_seed(2))
        cameras = scene.extrinsics.clone()
        cameras[:, :3, 3] += noise
        scene = scene.with_cameras(cameras, scene.intrinsics)
    known = SceneKnowledge(
        names=tuple(view.name for view in views.views),
        poses=None if poses is None else known_poses(poses),
        rig=RIG,
        num_by_rig=0
        if poses is None
        else int((~poses[:, 0, 0].isnan()).sum()) - int(views.posed.sum()),
    )
    is_metric = bool(scaled)
    before = ScaledScene(scene, is_metric, "Metres of the model." if is_metric else "Relative.")
    return in_known_cameras(before, known, 1.0, PredictOptions(**options))


def is_held(cameras) -> bool:
    between = cameras[1::2].double() @ invert(cameras[::2].double())
    return bool(torch.allclose(between, RIG.cam_from_rig[1].expand(3, 4, 4), rtol=0, atol=2e-5))


def test_a_rig_alone_gives_its_unit_in_the_networks_frame():
    result = found()
    torch.testing.assert_close(result.scene.depth.double(), SCENE.depth, rtol=1e-3, atol=0)
    assert is_held(result.scene.extrinsics)
    assert not result.is_metric
    assert "unit of the rig" in result.note
    assert "the caller knows" not in result.note
    metres = found(known_unit="m")
    assert metres.is_metric
    assert "Metres, as the caller says" in metres.note
    assert "the caller knows" in found(scaled=True).note


def test_the_rig_is_exact_however_the_network_errs():
    result = found(shake=0.02)
    assert is_held(result.scene.extrinsics)
    ratio = float((result.scene.depth.double() / SCENE.depth).median())
    assert ratio == pytest.approx(1.0, rel=0.4)  # three baselines of 0.4 with noise of 0.07


def test_a_rig_that_the_network_contradicts_is_held_without_a_unit():
    """Left and right exchanged in the answer: exact cameras, and a scale nobody vouches for."""
    output = network_says(SCENE, MOVE)
    scene = scene_of(output)
    order = [1, 0, 3, 2, 5, 4]
    swapped = scene.extrinsics.clone()
    centres = camera_centres(scene.extrinsics)[order]
    swapped[:, :3, 3] = -(swapped[:, :3, :3] @ centres[..., None])[..., 0]
    known = SceneKnowledge(names=tuple("abcdef"), rig=RIG)
    before = ScaledScene(scene.with_cameras(swapped, scene.intrinsics), True, "Metres.")
    result = in_known_cameras(before, known, 1.0, PredictOptions(known_unit="m"))
    assert is_held(result.scene.extrinsics)
    assert not result.is_metric
    assert "do not trust the scale" in result.note
    assert "Metres" not in result.note


@pytest.mark.parametrize("mode", ["keep", "align"])
def test_a_rig_and_one_pose_fix_everything(mode):
    """One pose gives its whole frame, the frame's baseline the unit, the network the rest."""
    result = found(only(SCENE.extrinsics, 2), known_cameras=mode)
    torch.testing.assert_close(result.scene.depth.double(), SCENE.depth, rtol=1e-3, atol=0)
    torch.testing.assert_close(
        result.scene.extrinsics.double(), SCENE.extrinsics, rtol=0, atol=5e-3
    )
    assert is_held(result.scene.extrinsics)
    if mode == "keep":
        assert torch.equal(result.scene.extrinsics[2], SCENE.extrinsics[2].float())
    assert "Poses are given for 2 of 6 views (v2, v3), 1 of them by the rig" in result.note


def test_frames_without_a_pose_are_on_the_rig_too():
    result = found(only(SCENE.extrinsics, 0, 3), shake=0.01)
    cameras = result.scene.extrinsics
    assert is_held(cameras)
    assert torch.equal(cameras[[0, 3]], SCENE.extrinsics[[0, 3]].float())
    assert float((cameras[4:].double() - SCENE.extrinsics[4:]).abs().max()) < 0.5


def test_all_poses_by_the_rig():
    result = found(only(SCENE.extrinsics, 0, 3, 5))
    assert "The rig gives 3 of 6 poses" in result.note
    assert is_held(result.scene.extrinsics)


def test_points_gaussians_and_rays_stay_in_one_frame():
    scene = found(only(SCENE.extrinsics, 2)).scene
    world = SCENE.points()
    means = scene.gaussians.means.double().reshape(world.shape)
    torch.testing.assert_close(means, world, rtol=0, atol=0.02)
    by_rays = scene.ray_map[..., :3] + scene.depth[..., None] * scene.ray_map[..., 3:]
    torch.testing.assert_close(by_rays.double(), world, rtol=0, atol=0.02)
