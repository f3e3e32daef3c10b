# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.data.pose_checks import check_poses, pose_agreement
from anyview.data.scene import Held
from anyview.geometry.rays import directions_cam

from .mini_scene import with_sparse

FLIP = np.diag([1.0, -1, -1, 1])


def with_poses(scene, change):
    frames = tuple(replace(f, cam_from_world=change(f.cam_from_world)) for f in scene.frames)
    return replace(scene, frames=frames)


def times(factor):
    def change(pose):
        pose = pose.copy()
        pose[:3, 3] *= factor
        return pose

    return change


@pytest.fixture(params=["dense", "points"])
def scene(mini_scene, request):
    return mini_scene if request.param == "dense" else with_sparse(mini_scene)


def test_right_poses_pass(scene):
    agreement = pose_agreement(scene)
    assert agreement.share > 0.8
    assert agreement.num_points > 500
    assert check_poses(scene) == []
    turned = np.linalg.inv(np.diag([1.0, -1, -1, 1]))
    assert check_poses(with_poses(scene, lambda pose: pose @ turned)) == []  # another world


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (np.linalg.inv, "holds camera-to-world poses; store their inverses"),
        (lambda pose: FLIP @ pose, "has OpenGL camera axes"),
        (lambda pose: np.linalg.inv(FLIP @ pose), "camera-to-world poses with OpenGL axes"),
    ],
    ids=["inverse", "opengl", "nerf"],
)
def test_a_wrong_convention_is_named(scene, change, advice):
    (finding,) = check_poses(with_poses(scene, change))
    assert (finding.severity, finding.code) == ("error", "pose-convention")
    assert advice in finding.fix


def test_millimetres_among_metres_are_named(mini_scene):
    (finding,) = check_poses(with_poses(with_sparse(mini_scene), times(1000)))
    assert finding.fix.endswith("multiply them by 0.001.")


def test_another_scale_is_estimated(mini_scene):
    (finding,) = check_poses(with_poses(mini_scene, lambda pose: times(0.4)(FLIP @ pose)))
    assert "OpenGL camera axes" in finding.fix
    assert float(finding.fix.split()[-1].rstrip(".")) == pytest.approx(2.5, rel=0.02)


def test_depth_along_the_ray_is_told_from_z_depth(mini_scene):
    def along(frame):
        rays = directions_cam(torch.from_numpy(frame.intrinsics), *frame.size).norm(dim=-1)
        return replace(frame, read_depth=Held(frame.read_depth() * rays.float().numpy()))

    (finding,) = check_poses(replace(mini_scene, frames=tuple(map(along, mini_scene.frames))))
    assert finding.fix.startswith("Depth is measured along the ray")


def test_poses_of_other_frames_are_a_warning_without_a_guess(mini_scene):
    rng = np.random.default_rng(0)

    def shaken(pose):
        turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        turn *= np.sign(np.linalg.det(turn))
        near = np.eye(4)
        near[:3, :3] = np.linalg.qr(np.eye(3) + 0.12 * turn)[0]
        near[:3, :3] *= np.sign(np.diag(near[:3, :3]))
        return near @ pose

    (finding,) = check_poses(with_poses(mini_scene, shaken))
    assert (finding.severity, finding.code) == ("warning", "pose-depth")


def test_nothing_is_said_without_poses_or_depth(mini_scene):
    bare = tuple(replace(f, read_depth=None) for f in mini_scene.frames)
    for frames in (bare, mini_scene.frames[:1]):
        assert check_poses(replace(mini_scene, frames=frames)) == []
    assert check_poses(with_sparse(mini_scene, ids=False)) == []
