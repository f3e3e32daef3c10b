# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Metres where the model and the focal lengths allow them, and a reason where they do not."""

import pytest
import torch

from anyview.inference.known_focals import KnownFocals
from anyview.inference.metric_scale import to_metres
from anyview.inference.scene_output import SceneOutput, scene_of

from .planted import network_says, planted_move, scene_at

DEPTH = torch.rand(2, 28, 42, generator=torch.Generator().manual_seed(0)) + 1


def focals(*pixels: float | None, source: str = "given") -> KnownFocals:
    matrices = torch.eye(3).repeat(len(pixels), 1, 1)
    for i, f in enumerate(pixels):
        matrices[i, 0, 0] = (f or 1.0) - 10
        matrices[i, 1, 1] = (f or 1.0) + 10
    known = torch.tensor([f is not None for f in pixels])
    nothing = torch.zeros_like(known)
    masks = (known, nothing) if source == "given" else (nothing, known)
    return KnownFocals(matrices, *masks)


def test_canonical_depth_times_focal_over_300():
    scaled = to_metres(SceneOutput(DEPTH), "canonical", focals(600.0, 150.0), exif_at_hand=False)
    assert scaled.is_metric
    torch.testing.assert_close(scaled.scene.depth[0], 2 * DEPTH[0])
    torch.testing.assert_close(scaled.scene.depth[1], 0.5 * DEPTH[1])
    assert "given intrinsics" in scaled.note


@pytest.mark.parametrize(
    ("known", "exif", "words"),
    [
        (None, False, ["Not metric", "focal / 300", "give intrinsics"]),
        (None, True, ["Not metric", "focal='exif'"]),
        (focals(600.0, None, source="exif"), False, ["Not metric", "EXIF (for 1 of 2 images)"]),
    ],
)
def test_canonical_without_all_focals_is_not_metric(known, exif, words):
    scaled = to_metres(SceneOutput(DEPTH), "canonical", known, exif_at_hand=exif)
    assert not scaled.is_metric
    assert torch.equal(scaled.scene.depth, DEPTH)
    assert all(word in scaled.note for word in words)


def test_nested_is_metric_as_it_comes():
    scene = scene_of(network_says(scene_at([(0, 0, 0), (1, 0, 0)]), planted_move()))
    scaled = to_metres(scene, "nested", None, exif_at_hand=True)
    assert scaled.is_metric
    assert scaled.scene is scene
    assert "predicts" in scaled.note


def test_nested_without_a_scale_is_not_metric():
    scene = scene_of(network_says(scene_at([(0, 0, 0), (1, 0, 0)]), planted_move()))
    scaled = to_metres(scene, "nested", None, network_scale=float("nan"))
    assert not scaled.is_metric
    assert scaled.scene is scene
    assert "Not metric" in scaled.note


@pytest.mark.parametrize("partly", [False, True])
def test_nested_follows_a_known_focal(partly):
    truth = scene_at([(0, 0, 0), (1, 0, 0)])
    scene = scene_of(network_says(truth, planted_move()))
    known = truth.intrinsics.float().clone()
    known[:, :2, :2] *= 1.5
    mask = torch.tensor([True, not partly])
    scaled = to_metres(
        scene,
        "nested",
        KnownFocals(known, torch.zeros(2, dtype=torch.bool), mask),
        exif_at_hand=True,
    )
    assert scaled.is_metric
    assert scaled.factor == pytest.approx(1.5)
    torch.testing.assert_close(scaled.scene.depth, 1.5 * scene.depth)
    torch.testing.assert_close(scaled.scene.extrinsics[:, :3, 3], 1.5 * scene.extrinsics[:, :3, 3])


def test_relative_says_so():
    one = to_metres(SceneOutput(DEPTH), "relative", focals(9.0, 9.0), exif_at_hand=False)
    assert not one.is_metric
    assert "each image" in one.note
    scene = scene_of(network_says(scene_at([(0, 0, 0), (1, 0, 0)]), planted_move()))
    many = to_metres(scene, "relative", None, exif_at_hand=False)
    assert not many.is_metric
    assert "whole scene" in many.note
