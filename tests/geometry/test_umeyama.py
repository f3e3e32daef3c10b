# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Alignment: planted transforms, a second implementation, outliers, and what is degenerate."""

import inspect
import math

import numpy as np
import pytest
import torch
from evo.core.geometry import umeyama_alignment
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError, OptionError
from anyview.geometry.rotations import random_rotation, rotation_angle, rotation_from_axis_angle
from anyview.geometry.se3 import camera_centres, rigid_transform
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras, align_points, align_points_robust

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 3e-5, torch.float64: 1e-11}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=generator(seed), dtype=dtype)


def planted(batch=(), seed=0, dtype=torch.float64, with_scale=True):
    g = generator(seed)
    scale = torch.rand(batch, generator=g, dtype=dtype) * 3 + 0.2
    if not with_scale:
        scale = torch.ones_like(scale)
    rotation = random_rotation(batch, g, dtype=dtype)
    return Sim3(scale, rotation, torch.randn(*batch, 3, generator=g, dtype=dtype))


def cameras_at(centres, seed=0):
    rotation = random_rotation(centres.shape[:-1], generator(seed), dtype=centres.dtype)
    return rigid_transform(rotation, -(rotation @ centres[..., None])[..., 0])


def assert_same(a, b, tolerance):
    for name in ("scale", "rotation", "translation"):
        torch.testing.assert_close(getattr(a, name), getattr(b, name), atol=tolerance, rtol=0)


def assert_failed(result, words):
    assert not result.ok.any()
    assert not result.scale_ok.any()
    assert words in result.reason
    assert result.sim3.matrix()[..., :3, :].isnan().all()
    assert result.rms.isnan().all()
    assert not result.inliers.any()


@given(
    seed=st.integers(0, 1000),
    batch=st.sampled_from(BATCHES),
    dtype=st.sampled_from(DTYPES),
    with_scale=st.booleans(),
)
@settings(deadline=None, max_examples=15)
def test_points_recover_a_planted_transform(seed, batch, dtype, with_scale):
    truth = planted(batch, seed, dtype, with_scale)
    source = normal(*batch, 8, 3, seed=seed, dtype=dtype)
    result = align_points(source, truth.apply(source), with_scale=with_scale)
    assert result.ok.all()
    assert result.scale_ok.all()
    assert result.ok.shape == batch
    assert result.reason == ""
    assert result.rms.dtype == dtype
    assert (result.rms < TOLERANCE[dtype]).all()
    assert_same(result.sim3, truth, TOLERANCE[dtype])


def test_four_points_in_a_plane_suffice():
    source = normal(4, 3) * torch.tensor([1.0, 1.0, 0.0])
    truth = planted(seed=3)
    assert_same(align_points(source, truth.apply(source)).sim3, truth, 1e-12)


@given(seed=st.integers(0, 1000), with_scale=st.booleans())
@settings(deadline=None, max_examples=12)
def test_points_agree_with_evo(seed, with_scale):
    source = normal(9, 3, seed=seed)
    truth = planted(seed=seed)
    target = truth.apply(source) + 0.2 * truth.scale * normal(9, 3, seed=seed + 1)
    result = align_points(source, target, with_scale=with_scale)
    rotation, translation, scale = umeyama_alignment(
        source.numpy().T, target.numpy().T, with_scale=with_scale
    )
    np.testing.assert_allclose(result.sim3.rotation, rotation, atol=1e-11)
    np.testing.assert_allclose(result.sim3.translation, translation, atol=1e-11)
    np.testing.assert_allclose(result.sim3.scale, scale, atol=1e-11)
    moved = scale * source.numpy() @ rotation.T + translation
    rms = np.sqrt(((moved - target.numpy()) ** 2).sum(-1).mean())
    np.testing.assert_allclose(result.rms, rms, atol=1e-11)


@given(seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=6)
def test_no_nearby_transform_fits_better(seed):
    source, truth = normal(8, 3, seed=seed), planted(seed=seed)
    target = truth.apply(source) + 0.1 * truth.scale * normal(8, 3, seed=seed + 2)
    weights = torch.rand(8, generator=generator(seed), dtype=torch.float64) + 0.1
    best = align_points(source, target, weights)

    def loss(sim3):
        return (weights * (sim3.apply(source) - target).square().sum(-1)).sum()

    torch.testing.assert_close((loss(best.sim3) / weights.sum()).sqrt(), best.rms)
    for i in range(20):
        other = Sim3.exp(0.01 * normal(7, seed=i)) @ best.sim3
        assert loss(best.sim3) < loss(other)


def test_integer_weights_count_as_repetitions():
    source = normal(5, 3)
    target = normal(5, 3) + 0.3 * normal(5, 3, seed=1)
    weights = torch.tensor([1.0, 2, 1, 3, 0], dtype=torch.float64)
    repeated = weights.long()
    a = align_points(source, target, weights)
    b = align_points(source.repeat_interleave(repeated, 0), target.repeat_interleave(repeated, 0))
    assert_same(a.sim3, b.sim3, 1e-13)
    assert a.inliers.tolist() == [True, True, True, True, False]
    torch.testing.assert_close(a.rms, b.rms)


def test_points_of_weight_zero_may_be_nan():
    source, truth = normal(6, 3), planted()
    target = truth.apply(source)
    source[2], target[4] = torch.nan, torch.inf
    weights = torch.tensor([1.0, 1, 0, 1, 0, 1], dtype=torch.float64)
    assert_same(align_points(source, target, weights).sim3, truth, 1e-12)
    assert_same(align_points_robust(source, target, weights).sim3, truth, 1e-12)


def test_float32_far_from_the_origin_keeps_its_digits():
    truth = planted(seed=1)
    source = normal(20, 3) + 1000
    result = align_points(source.float(), truth.apply(source).float())
    assert rotation_angle(result.sim3.rotation.double().mT @ truth.rotation) < 1e-3
    assert abs(result.sim3.scale.item() / truth.scale.item() - 1) < 1e-4


MIRROR = torch.tensor([1.0, 1.0, -1.0], dtype=torch.float64)
OCTAHEDRON = torch.cat([torch.eye(3), -torch.eye(3)]).double()


@pytest.mark.parametrize("align", [align_points, align_points_robust])
@pytest.mark.parametrize(
    ("source", "target", "weights", "words"),
    [
        (normal(0, 3), normal(0, 3), None, "fewer than 3 points"),
        (normal(2, 3), normal(2, 3), None, "fewer than 3 points"),
        (normal(5, 3), normal(5, 3), torch.zeros(5), "fewer than 3 points"),
        (normal(5, 3), normal(5, 3), torch.tensor([1.0, 1, 0, 0, 0]), "fewer than 3 points"),
        (normal(1, 3).expand(5, 3), normal(5, 3), None, "source points coincide"),
        (normal(5, 3), normal(1, 3).expand(5, 3), None, "target points coincide"),
        (normal(5, 1) * normal(3), normal(5, 3), None, "source points are collinear"),
        (normal(5, 3), normal(5, 1) * normal(3) + 7, None, "target points are collinear"),
        (normal(5, 3) * torch.nan, normal(5, 3), None, "NaN or infinite"),
        (normal(5, 3), normal(5, 3), torch.tensor([1.0, 1, 1, 1, torch.nan]), "NaN or infinite"),
        (normal(5, 3), normal(5, 3), torch.tensor([1.0, 1, 1, 1, -1]), "negative"),
    ],
)
def test_degenerate_points_say_so(align, source, target, weights, words):
    assert_failed(align(source, target, weights), words)


def test_mirror_images_say_so():
    assert_failed(align_points(OCTAHEDRON, OCTAHEDRON * MIRROR), "mirror images")
    # Four of the six points do turn into each other, which the robust fit may find.
    assert align_points_robust(OCTAHEDRON, OCTAHEDRON * MIRROR).inliers.sum() <= 4


def test_a_line_that_only_noise_leaves_is_degenerate():
    line = normal(12, 1) * torch.tensor([[1.0, 0.2, 0.1]])
    truth = planted(seed=2)
    source, target = line + 0.02 * normal(12, 3, seed=1), truth.apply(line + 1e-3 * normal(12, 3))
    assert_failed(align_points(source, target), "noise decides the turn")
    # The same shape without noise is determined.
    source = line + 1e-3 * normal(12, 3)
    assert_same(align_points(source, target).sim3, truth, 1e-9)


def test_each_batch_element_has_its_own_verdict():
    source = normal(3, 6, 3)
    truth = planted((3,))
    target = truth.apply(source)
    source[1] = torch.nan
    result = align_points(source, target)
    assert result.ok.tolist() == [True, False, True]
    assert result.reason == "element 1: a point, camera or weight is NaN or infinite"
    assert result.reasons[0] == ""
    assert result.sim3.scale[1].isnan()
    torch.testing.assert_close(result.sim3.scale[[0, 2]], truth.scale[[0, 2]])


def test_gradients_reach_the_points():
    source, target = normal(6, 3), normal(6, 3) + 0.2 * normal(6, 3, seed=4)
    source.requires_grad_()
    target.requires_grad_()
    assert torch.autograd.gradcheck(
        lambda x, y: align_points(x, y).sim3.matrix(), (source, target), atol=1e-5
    )


@pytest.mark.parametrize(
    ("batch", "dtype", "with_scale"),
    [((), DTYPES[0], False), ((2,), DTYPES[0], True), ((1, 2), DTYPES[1], True)],
)
def test_robust_points_ignore_40_percent_outliers(batch, dtype, with_scale):
    truth = planted(batch, 5, dtype, with_scale)
    source = normal(*batch, 100, 3, dtype=dtype)
    target = truth.apply(source) + 0.01 * normal(*batch, 100, 3, seed=1, dtype=dtype)
    target[..., :40, :] = 5 * normal(*batch, 40, 3, seed=2, dtype=dtype)
    result = align_points_robust(source, target, with_scale=with_scale)
    assert result.ok.all()
    assert not result.inliers[..., :40].any()
    assert result.inliers[..., 40:].float().mean() > 0.97
    assert rotation_angle(result.sim3.rotation.mT @ truth.rotation).max() < 0.005
    torch.testing.assert_close(result.sim3.scale, truth.scale, rtol=0.01, atol=0)
    assert (result.rms - 0.01 * 3**0.5).abs().max() < 0.003
    plain = align_points(source, target, with_scale=with_scale)
    # Least squares on all points is far off, or refused and therefore NaN.
    assert not (rotation_angle(plain.sim3.rotation.mT @ truth.rotation) < 0.05).any()


def test_robust_points_are_repeatable_and_seeded():
    source = normal(50, 3)
    target = planted().apply(source) + 0.05 * normal(50, 3, seed=1)
    target[:15] += 3
    first, second = (align_points_robust(source, target) for _ in range(2))
    assert torch.equal(first.sim3.matrix(), second.sim3.matrix())
    third = align_points_robust(source, target, generator=generator(99))
    torch.testing.assert_close(third.sim3.matrix(), first.sim3.matrix(), atol=0.02, rtol=0)


def test_a_given_threshold_stands_most_points_being_wrong():
    source, truth = normal(400, 3), planted(seed=8)
    target = truth.apply(source) + 0.005 * normal(400, 3, seed=1)
    target[:260] = 4 * normal(260, 3, seed=2)
    result = align_points_robust(source, target, threshold=0.05)
    assert result.inliers[:260].sum() <= 2
    assert result.inliers[260:].float().mean() > 0.95
    assert rotation_angle(result.sim3.rotation.mT @ truth.rotation) < 0.01


def test_many_points_are_scored_on_a_subset_and_fitted_on_all():
    source, truth = normal(9000, 3), planted(seed=8)
    target = truth.apply(source) + 0.01 * normal(9000, 3, seed=1)
    target[:3000] += 2
    result = align_points_robust(source, target)
    assert rotation_angle(result.sim3.rotation.mT @ truth.rotation) < 5e-4  # 0.01 / sqrt(6000)
    assert result.inliers[3000:].float().mean() > 0.99
    assert not result.inliers[:3000].any()


def test_points_that_agree_on_a_line_only_are_refused():
    source = normal(30, 1) * torch.tensor([1.0, 0.5, 0.2])
    truth = planted(seed=1)
    target = truth.apply(source.double())
    source, target = source.double(), target.clone()
    source[:8] += normal(8, 3, seed=2)
    target[:8] += 3 * normal(8, 3, seed=3)
    result = align_points_robust(source, target, threshold=0.01)
    assert not result.ok


@pytest.mark.parametrize("threshold", [0.0, -1.0, math.nan])
def test_thresholds_are_positive(threshold):
    with pytest.raises(OptionError, match="threshold"):
        align_points_robust(normal(5, 3), normal(5, 3), threshold=threshold)


@given(
    seed=st.integers(0, 1000),
    batch=st.sampled_from(BATCHES),
    dtype=st.sampled_from(DTYPES),
    views=st.sampled_from([2, 3, 7, 10]),
    with_scale=st.booleans(),
)
@settings(deadline=None, max_examples=15)
def test_cameras_recover_a_planted_transform(seed, batch, dtype, views, with_scale):
    truth = planted(batch, seed, dtype, with_scale)
    source = cameras_at(normal(*batch, views, 3, seed=seed, dtype=dtype), seed)
    target = truth.apply_to_cameras(source)
    result = align_cameras(source, target, with_scale=with_scale)
    assert result.ok.all()
    assert result.scale_ok.all()
    assert result.reason == ""
    assert result.inliers.all()
    assert_same(result.sim3, truth, 2 * TOLERANCE[dtype])
    torch.testing.assert_close(
        result.sim3.apply_to_cameras(source), target, atol=5 * TOLERANCE[dtype], rtol=0
    )
    assert (result.rms < 2 * TOLERANCE[dtype]).all()
    assert (result.angle_rms_rad < TOLERANCE[dtype]).all()


@pytest.mark.parametrize("robust", [False, True])
def test_collinear_paths_are_well_posed(robust):
    truth = planted(seed=6)
    path = torch.linspace(0, 5, 12, dtype=torch.float64)[:, None] * normal(3, seed=1)
    source = cameras_at(path)
    target = truth.apply_to_cameras(source)
    assert not align_points(camera_centres(source), camera_centres(target)).ok
    assert_same(align_cameras(source, target, robust=robust).sim3, truth, 1e-10)


def test_orientations_settle_the_turn_about_a_noisy_line():
    truth = planted(seed=6)
    path = torch.linspace(-2, 2, 12, dtype=torch.float64)[:, None] * normal(3, seed=1)
    exact = cameras_at(path)
    turn = rotation_from_axis_angle(0.01 * normal(12, 3, seed=2))
    noisy = rigid_transform(turn, 0.02 * normal(12, 3, seed=3)) @ exact
    result = align_cameras(noisy, truth.apply_to_cameras(exact))
    assert rotation_angle(result.sim3.rotation.mT @ truth.rotation) < 0.01
    assert abs(result.sim3.scale / truth.scale - 1) < 0.01
    assert 0.01 < result.angle_rms_rad < 0.03


def test_well_spread_centres_rule_where_orientations_carry_a_common_error():
    centres, truth = normal(8, 3), planted(seed=2)
    source = cameras_at(centres)
    offset = torch.eye(4, dtype=torch.float64)
    offset[:3, :3] = rotation_from_axis_angle(torch.tensor([0.0, 0.0, 0.3], dtype=torch.float64))
    target = offset @ truth.apply_to_cameras(source)  # every camera rolled by the same angle
    result = align_cameras(source, target)
    # The rolls have no common world axis, so they cancel in the mean and show as residual.
    assert abs(result.angle_rms_rad - 0.3) < 0.1
    assert result.ok


@pytest.mark.parametrize("views", [1, 4, 11])
def test_without_a_baseline_the_scale_is_one_and_says_so(views):
    truth = planted(seed=4)
    centre = normal(3).expand(views, 3)
    source = cameras_at(centre)
    target = truth.apply_to_cameras(source)
    result = align_cameras(source, target)
    assert result.ok
    assert not result.scale_ok
    assert result.sim3.scale == 1
    assert "scale 1 is assumed" in result.reason
    torch.testing.assert_close(result.sim3.rotation, truth.rotation)
    torch.testing.assert_close(result.sim3.apply_to_cameras(source), target)
    # A fixed scale needs no baseline.
    assert align_cameras(source, target, with_scale=False).scale_ok


def test_pure_rotation_in_float32_is_recognised_through_rounding():
    source = cameras_at(normal(3).expand(5, 3) * 10).float()
    target = planted(seed=4).to(dtype=torch.float32).apply_to_cameras(source)
    assert not align_cameras(source, target).scale_ok


def test_unrelated_centres_give_no_scale():
    centres = torch.tensor([[-1.0, 0, 0], [1, 0, 0]], dtype=torch.float64)
    source = cameras_at(centres)
    target = cameras_at(-3 * centres)  # the same orientations, the motion reversed
    result = align_cameras(source, target)
    assert result.ok
    assert not result.scale_ok
    assert "unrelated" in result.reason
    assert result.sim3.scale == 1


@pytest.mark.parametrize(("views", "dtype"), [(10, DTYPES[0]), (10, DTYPES[1]), (40, DTYPES[1])])
def test_wrong_cameras_are_left_out_from_ten_views_on(views, dtype):
    truth = planted(seed=9, dtype=dtype)
    source = cameras_at(normal(views, 3, dtype=dtype))
    turn = rotation_from_axis_angle(0.005 * normal(views, 3, seed=2, dtype=dtype))
    noise = rigid_transform(turn, 0.01 * normal(views, 3, seed=3, dtype=dtype))
    target = truth.apply_to_cameras(noise @ source)
    wrong = int(0.4 * views)
    target[:wrong] = cameras_at(4 * normal(wrong, 3, seed=4, dtype=dtype), seed=5)
    target[0, :3, :3] = source[0, :3, :3] @ truth.rotation.mT  # right way round, wrong place
    result = align_cameras(source, target)
    assert not result.inliers[:wrong].any()
    assert result.inliers[wrong:].sum() >= views - wrong - 1
    assert rotation_angle(result.sim3.rotation.mT @ truth.rotation) < 0.01
    assert abs(result.sim3.scale / truth.scale - 1) < 0.02
    plain = align_cameras(source, target, robust=False)
    error, plain_error = ((fit.sim3.inverse() @ truth).log().norm() for fit in (result, plain))
    assert plain_error > 5 * error  # the need
    assert torch.equal(align_cameras(source, target).sim3.scale, result.sim3.scale)


def test_below_ten_views_all_cameras_count_unless_asked():
    source, truth = cameras_at(normal(9, 3)), planted()
    target = truth.apply_to_cameras(source)
    target[0, :3, 3] += 5
    assert align_cameras(source, target).inliers.all()
    asked = align_cameras(source, target, robust=True)
    assert asked.inliers.tolist() == [False] + [True] * 8
    assert_same(asked.sim3, truth, 1e-10)


def test_cameras_of_weight_zero_are_left_out():
    source, truth = cameras_at(normal(12, 3)), planted()
    target = truth.apply_to_cameras(source)
    target[3] = torch.nan
    weights = torch.ones(12, dtype=torch.float64)
    weights[3] = 0
    for robust in (False, True):
        result = align_cameras(source, target, weights, robust=robust)
        assert_same(result.sim3, truth, 1e-10)
        assert result.inliers.sum() == 11
    weights[1:] = 0
    assert not align_cameras(source, target, weights, robust=True).scale_ok


def contradicting():
    """Orientations turned by 0, 120 and 240 degrees about one axis, without a baseline."""
    turns = torch.tensor([0.0, 1, 2], dtype=torch.float64)[:, None] * 2 * math.pi / 3
    rotation = rotation_from_axis_angle(turns * torch.tensor([1.0, 0, 0]))
    return rigid_transform(rotation, torch.zeros(3, 3, dtype=torch.float64))


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize(
    ("target", "weights", "words"),
    [
        (cameras_at(normal(3, 3)) * torch.nan, None, "NaN or infinite"),
        (cameras_at(normal(3, 3)), torch.zeros(3), "no camera has positive weight"),
        (cameras_at(normal(3, 3)), torch.tensor([1.0, 1, -1]), "negative"),
    ],
)
def test_degenerate_cameras_say_so(robust, target, weights, words):
    result = align_cameras(cameras_at(normal(3, 3)), target, weights, robust=robust)
    assert_failed(result, words)
    assert result.angle_rms_rad.isnan()


def test_contradicting_orientations_say_so():
    source = torch.eye(4, dtype=torch.float64).expand(3, 4, 4)
    assert_failed(align_cameras(source, contradicting()), "contradict")


def test_no_views_are_degenerate():
    assert_failed(align_cameras(torch.zeros(0, 4, 4), torch.zeros(0, 4, 4)), "no camera")


@pytest.mark.parametrize(
    ("source", "target", "weights"),
    [
        (normal(4, 3), normal(5, 3), None),
        (normal(2, 4, 3), normal(4, 3), None),
        (normal(4, 3), normal(4, 3), torch.ones(5)),
    ],
)
def test_shapes_that_do_not_correspond_are_refused(source, target, weights):
    # Called past the run-time shape checks of the tests, as users call it.
    with pytest.raises(InputError, match="do not correspond"):
        inspect.unwrap(align_points)(source, target, weights)
