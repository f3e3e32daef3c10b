# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.geometry import se3
from anyview.geometry.rotations import (
    matrix_from_quaternion_wxyz,
    random_rotation,
    rotation_angle,
    rotation_from_axis_angle,
)
from anyview.model.camera import decode_pose, encode_pose
from anyview.training.losses.camera import (
    PoseErrors,
    pose_encoding_loss,
    relative_rotation_loss,
    translation_direction_loss,
)

VIEWS = torch.tensor([[True, True, False], [True, True, True]])
ALL = torch.ones(2, 3, dtype=torch.bool)


def cameras(seed=0):
    g = torch.Generator().manual_seed(seed)
    translation = torch.randn(2, 3, 3, generator=g, dtype=torch.float64)
    pose = se3.rigid_transform(random_rotation((2, 3), g, dtype=torch.float64), translation)
    K = torch.tensor([[90.0, 0, 50], [0, 80, 40], [0, 0, 1]]).double().expand(2, 3, 3, 3)
    return encode_pose(pose, K, 80, 100)


def planted():
    g = torch.Generator().manual_seed(1)
    return torch.randn(2, 3, 9, generator=g, dtype=torch.float64).requires_grad_(), cameras()


def length(values, norm):
    squared = sum(v * v for v in values)
    return {"l1": sum(map(abs, values)), "l2": math.sqrt(squared), "squared": squared}[norm]


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
@pytest.mark.parametrize("either_sign", [False, True])
def test_parts_are_the_formula(norm, either_sign):
    encoding, truth = planted()
    sums = [0.0, 0.0, 0.0]
    for p, t in zip(encoding[VIEWS].tolist(), truth[VIEWS].tolist(), strict=True):
        q = length([a - b for a, b in zip(p[3:7], t[3:7], strict=True)], norm)
        if either_sign:
            q = min(q, length([a + b for a, b in zip(p[3:7], t[3:7], strict=True)], norm))
        sums[0] += length([a - b for a, b in zip(p[:3], t[:3], strict=True)], norm) / 5
        sums[1] += q / 5
        sums[2] += length([a - b for a, b in zip(p[7:], t[7:], strict=True)], norm) / 5
    errors = pose_encoding_loss(encoding, truth, VIEWS, norm=norm, either_sign=either_sign)
    parts = [x.item() for x in (errors.translation, errors.rotation, errors.fov)]
    assert parts == pytest.approx(sums, rel=1e-12)
    assert errors.total(2, 3, 4).item() == pytest.approx(2 * sums[0] + 3 * sums[1] + 4 * sums[2])
    assert torch.autograd.gradcheck(
        lambda e: pose_encoding_loss(e, truth, VIEWS, norm=norm, either_sign=either_sign).total(),
        (encoding,),
        fast_mode=True,
    )


def test_fields_of_view_may_be_known_of_other_views():
    encoding, truth = planted()
    only_fov = pose_encoding_loss(encoding, truth, ~ALL, fov_views=ALL)
    assert only_fov.translation == 0
    assert only_fov.rotation == 0
    torch.testing.assert_close(only_fov.fov, pose_encoding_loss(encoding, truth).fov)


def test_the_sign_of_a_quaternion_means_nothing():
    truth = cameras()
    mirrored = truth.clone()
    mirrored[..., 3:7] *= -1
    assert pose_encoding_loss(mirrored, truth).total() == 0
    assert pose_encoding_loss(mirrored, truth, either_sign=False).total() > 1
    assert relative_rotation_loss(mirrored, truth) < 1e-7


def test_relative_rotation_is_the_angle_of_pairs():
    encoding, truth = planted()
    predicted, true = (
        matrix_from_quaternion_wxyz(v[..., 3:7].roll(1, dims=-1)) for v in (encoding, truth)
    )
    angles = []
    for scene in range(2):
        for i in range(3):
            for j in range(i + 1, 3):
                if VIEWS[scene, i] and VIEWS[scene, j]:
                    p, t = (v[scene, i].mT @ v[scene, j] for v in (predicted, true))
                    angles.append(rotation_angle(t.mT @ p).item())
    assert len(angles) == 4
    loss = relative_rotation_loss(encoding, truth, VIEWS)
    assert loss.item() == pytest.approx(sum(angles) / 4, rel=1e-9)
    assert torch.autograd.gradcheck(
        lambda e: relative_rotation_loss(e, truth, VIEWS), (encoding,), fast_mode=True
    )


def test_relative_rotation_does_not_see_a_turn_of_the_world_nor_lengths():
    truth = cameras()
    pose, K = decode_pose(truth, 80, 100)
    turn = rotation_from_axis_angle(torch.tensor([0.3, -0.2, 0.5]).double())
    turned = encode_pose(pose @ se3.rigid_transform(turn, turn.new_zeros(3)), K, 80, 100)
    turned[..., 3:7] *= 3
    assert relative_rotation_loss(turned, truth).item() == pytest.approx(0, abs=1e-7)


def test_translation_direction_is_the_cosine_of_pairs():
    encoding, truth = planted()
    with torch.no_grad():
        truth[1, 2, :3] = truth[1, 0, :3]  # no baseline, no direction
    terms = []
    for scene, i, j in ((0, 0, 1), (1, 0, 1), (1, 1, 2)):
        p, t = (v[scene, j, :3] - v[scene, i, :3] for v in (encoding.detach(), truth))
        terms.append(1 - (p @ t / (p.norm() * t.norm())).item())
    loss = translation_direction_loss(encoding, truth, VIEWS)
    assert loss.item() == pytest.approx(sum(terms) / 3, rel=1e-12)
    assert translation_direction_loss(truth * 5, truth).item() == pytest.approx(0, abs=1e-12)
    assert torch.autograd.gradcheck(
        lambda e: translation_direction_loss(e, truth, VIEWS), (encoding,), fast_mode=True
    )


def all_losses(encoding, truth, views):
    return [
        pose_encoding_loss(encoding, truth, views, norm="l2").total(),
        relative_rotation_loss(encoding, truth, views),
        translation_direction_loss(encoding, truth, views),
    ]


@pytest.mark.parametrize("start", [0.0, 1e-30, "truth"])
def test_gradients_are_finite_and_bounded_at_odd_places(start):
    truth = cameras()
    begin = truth.clone() if start == "truth" else torch.full_like(truth, start)
    encoding = begin.requires_grad_()
    for loss in all_losses(encoding, truth, None):
        (gradient,) = torch.autograd.grad(loss, encoding)
        assert loss.isfinite()
        assert gradient[..., :3].abs().max() < 101
        assert gradient.isfinite().all()


def test_without_known_views_or_pairs_all_is_zero():
    encoding, truth = planted()
    for loss in all_losses(encoding, truth, ~ALL):
        assert loss == 0
        assert not torch.autograd.grad(loss, encoding)[0].any()
    assert relative_rotation_loss(encoding[:, :1], truth[:, :1]) == 0
    assert translation_direction_loss(encoding[:, :1], truth[:, :1]) == 0


def test_weights_are_one_unless_said():
    one = torch.tensor(1.0)
    assert PoseErrors(one, one, one).total() == 3
