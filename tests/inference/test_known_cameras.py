# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Poses go to the network normalised; its world comes back to the caller's, whatever the poses."""

import pytest
import torch

from anyview.geometry.se3 import invert
from anyview.geometry.sim3 import Sim3
from anyview.inference.known_cameras import known_poses, place

from .planted import planted_move, rotation, scene_at

PATHS = {
    "one": [(1.0, 2.0, 3.0)],
    "two": [(0.0, 0.0, 0.0), (2.0, 0.5, 0.0)],
    "straight": [(float(i), 2.0 * i, 0.5 * i) for i in range(5)],
    "curve": [(0.0, 0, 0), (1, 0.2, 0), (2, 1, 0.3), (2.5, 2, 1)],
    "long": [(0.3 * i, (i % 3) * 0.4, (i % 4) * 0.2) for i in range(12)],
}


def test_normalization_is_the_published_one():
    scene = scene_at(PATHS["curve"])
    known = known_poses(scene.extrinsics)
    centres = invert(known.normalized.double())[:, :3, 3]
    torch.testing.assert_close(known.normalized[0], torch.eye(4), rtol=0, atol=1e-6)
    distances = torch.tensor(PATHS["curve"]).norm(dim=-1).sort().values
    assert known.spread == pytest.approx(float(distances[1]))  # lower median of 0 a b c
    assert float(centres.norm(dim=-1).sort().values[1]) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("path", ["two", "straight", "curve", "long"])
def test_planted_similarity_is_found(path):
    scene, move = scene_at(PATHS[path]), planted_move()
    predicted = move.inverse().apply_to_cameras(scene.extrinsics)
    placement = place(predicted, known_poses(scene.extrinsics))
    assert placement.in_given_unit
    torch.testing.assert_close(
        placement.given_from_network.matrix(), move.matrix(), rtol=1e-9, atol=1e-9
    )
    assert "unit of the given poses" in placement.note


@pytest.mark.parametrize("path", ["one", "still"])
def test_poses_without_baseline_fix_no_scale(path):
    centres = PATHS["one"] * (1 if path == "one" else 3)
    scene, move = scene_at(centres), planted_move(scale=1.0)
    predicted = move.inverse().apply_to_cameras(scene.extrinsics)
    placement = place(predicted, known_poses(scene.extrinsics))
    assert not placement.in_given_unit
    assert float(placement.given_from_network.scale) == 1.0
    back = placement.given_from_network.apply_to_cameras(predicted)
    torch.testing.assert_close(back, scene.extrinsics, rtol=0, atol=1e-9)
    assert "no scale" in placement.note


@pytest.mark.parametrize("network_scale", [1.0, 2.5])
@pytest.mark.parametrize("kind", ["coincide", "turned", "nan"])
def test_hopeless_predictions_are_anchored_at_the_first_view(kind, network_scale):
    scene = scene_at(PATHS["curve"])
    known = known_poses(scene.extrinsics)
    predicted = torch.eye(4, dtype=torch.float64).repeat(4, 1, 1)
    if kind == "turned":
        # Places agree, but every camera looks somewhere else.
        predicted = scene.extrinsics.clone()
        for index in range(4):
            turn = rotation(0, 0, 80.0 * (-1) ** index)
            predicted[index, :3] = turn @ predicted[index, :3]
    if kind == "nan":
        predicted[2] = torch.nan
    placement = place(predicted, known, network_scale)
    assert placement.in_given_unit
    move = placement.given_from_network
    assert float(move.scale) == pytest.approx(known.spread / network_scale)
    # What the network was shown lands on what was given.
    if network_scale == 1.0:
        back = move.apply_to_cameras(known.normalized.double())
        torch.testing.assert_close(back, scene.extrinsics, rtol=0, atol=1e-5)
    assert "could not be aligned" in placement.note


def test_one_hopeless_view_is_anchored_without_a_unit():
    known = known_poses(scene_at(PATHS["one"]).extrinsics)
    placement = place(torch.full((1, 4, 4), torch.nan), known)
    assert not placement.in_given_unit
    back = placement.given_from_network.apply_to_cameras(torch.eye(4, dtype=torch.float64)[None])
    torch.testing.assert_close(back, known.extrinsics, rtol=0, atol=1e-9)


def test_far_origins_lose_nothing():
    """Map coordinates: a kilometre-wide survey a thousand kilometres from the origin."""
    scene = scene_at(PATHS["curve"])
    far = Sim3(
        torch.tensor(1.0, dtype=torch.float64),
        torch.eye(3, dtype=torch.float64),
        torch.tensor([1e6, 2e6, -5e5], dtype=torch.float64),
    )
    near, shifted = (
        known_poses(scene.extrinsics),
        known_poses(far.apply_to_cameras(scene.extrinsics)),
    )
    torch.testing.assert_close(shifted.normalized, near.normalized, rtol=0, atol=1e-5)
    assert shifted.has_baseline


def only(extrinsics, *known):
    rows = torch.full_like(extrinsics, torch.nan)
    rows[list(known)] = extrinsics[list(known)]
    return rows


@pytest.mark.parametrize("known", [(0, 2), (1, 3, 7), tuple(range(1, 12))])
def test_some_known_poses_are_enough(known):
    scene, move = scene_at(PATHS["long"]), planted_move()
    predicted = move.inverse().apply_to_cameras(scene.extrinsics)
    given = known_poses(only(scene.extrinsics, *known))
    assert given.known.nonzero()[:, 0].tolist() == list(known)
    assert not given.complete
    placement = place(predicted, given)
    assert placement.in_given_unit
    torch.testing.assert_close(
        placement.given_from_network.matrix(), move.matrix(), rtol=1e-8, atol=1e-8
    )
    other = torch.zeros_like(scene.extrinsics)
    assert torch.equal(given.over(other)[list(known)], scene.extrinsics[list(known)])
    assert int(given.over(other).flatten(1).any(-1).sum()) == len(known)


def test_one_known_pose_fixes_the_frame_but_no_unit():
    scene, move = scene_at(PATHS["curve"]), planted_move(scale=1.0)
    predicted = move.inverse().apply_to_cameras(scene.extrinsics)
    placement = place(predicted, known_poses(only(scene.extrinsics, 2)))
    assert not placement.in_given_unit
    back = placement.given_from_network.apply_to_cameras(predicted)
    torch.testing.assert_close(back, scene.extrinsics, rtol=0, atol=1e-9)
    assert "One pose fixes no scale" in placement.note


@pytest.mark.parametrize("kind", ["coincide", "turned", "nan"])
def test_some_poses_that_the_network_contradicts(kind):
    """Never a silent identity: the first known camera lies on its own pose, and a note says why."""
    scene, move = scene_at(PATHS["curve"]), planted_move()
    predicted = move.inverse().apply_to_cameras(scene.extrinsics)
    if kind == "coincide":
        predicted[1:, :3, 3] = (predicted[1:, :3, :3] @ invert(predicted[1])[:3, 3:])[..., 0] * -1
    if kind == "turned":
        for index in range(4):
            turn = rotation(0, 0, 80.0 * (-1) ** index)
            predicted[index, :3] = turn @ predicted[index, :3]
    if kind == "nan":
        predicted[2] = torch.nan
    placement = place(predicted, known_poses(only(scene.extrinsics, 1, 2, 3)))
    back = placement.given_from_network.apply_to_cameras(predicted)
    if kind == "turned":
        assert placement.in_given_unit
        assert "could not be aligned" in placement.note
        assert float(placement.given_from_network.scale) == pytest.approx(3.7, rel=1e-6)
    else:
        assert not placement.in_given_unit
    torch.testing.assert_close(back[1], scene.extrinsics[1], rtol=0, atol=1e-9)
