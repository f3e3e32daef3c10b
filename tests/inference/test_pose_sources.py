# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Matches and the network together, on rendered views: what is used, said and refused."""

import functools
import importlib

import pytest
import torch

from anyview.api import load
from anyview.core.errors import MissingDependencyError, OptionError
from anyview.geometry.lens import Lens
from anyview.geometry.se3 import to_homogeneous
from anyview.inference.engine import Predictor
from anyview.inference.independent import predict_independent
from anyview.inference.options import PredictOptions
from anyview.inference.pose_sources import RECORD
from anyview.inference.run_record import RunSettings
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.structures.prediction import Prediction
from anyview.structures.views import View, ViewSet
from tests.sfm.textured import (
    HEIGHT,
    WIDTH,
    blank,
    cameras,
    rendered,
    turned,
    views_of,
    worst_direction_deg,
    worst_turn_deg,
)


@functools.cache
def tiny() -> Predictor:
    return load("tiny", device="cpu", dtype="float32")


def predict(views: ViewSet, pose: str, **options) -> Prediction:
    return tiny().predict_views(views, {"pose": pose, "resolution": 112, **options})


def rendered_set(**cameras_known) -> ViewSet:
    return ViewSet(views_of(rendered(4).images), **cameras_known)


@functools.cache
def by(pose: str) -> Prediction:
    return predict(rendered_set(intrinsics=cameras(4)[1]), pose)


def test_sfm_finds_cameras_that_the_network_does_not():
    found = by("sfm")
    poses = to_homogeneous(found.extrinsics).double()
    truth = cameras(4)[0]
    assert worst_turn_deg(to_homogeneous(by("camera").extrinsics).double(), truth) > 2
    assert worst_turn_deg(poses, truth) < 0.5
    assert worst_direction_deg(poses, truth) < 1
    torch.testing.assert_close(found.original_intrinsics, cameras(4)[1].float())


def test_scene_lies_where_the_network_puts_it_in_its_unit():
    network, found = by("camera"), by("sfm")
    torch.testing.assert_close(found.extrinsics[0], network.extrinsics[0], rtol=1e-3, atol=1e-3)
    ratio = (found.depth / network.depth).median()
    assert 0.5 < float(ratio) < 2


@pytest.mark.parametrize("pose", ["sfm", "refine"])
def test_what_was_done_is_said(pose):
    found = by(pose)
    record = found.provenance[RECORD]
    assert record["asked"] == record["used"] == pose
    assert record["registered"] == record["views"] == 4
    assert record["points"] > 30
    assert record["median_error_px"] < 0.5
    assert record["depth_factor_spread"] >= 1
    assert record["note"] in found.scale_note
    assert "4 of 4 views" in record["note"]
    assert found.provenance["options"]["pose"] == pose
    if pose == "refine":
        assert record["median_error_before_px"] > record["median_error_px"]


def test_refinement_lowers_the_error_of_the_network():
    truth = cameras(4)[0]
    poses = to_homogeneous(by("refine").extrinsics).double()
    assert worst_turn_deg(poses, truth) < 0.5


def test_given_poses_are_refined_in_their_frame_and_unit():
    truth, K = cameras(4)
    views = rendered_set(extrinsics=turned(truth, 1.5, 0.03), intrinsics=K)
    found = predict(views, "refine")
    assert found.provenance[RECORD]["used"] == "refine", found.scale_note
    poses = to_homogeneous(found.extrinsics).double()
    assert worst_turn_deg(poses, truth) < 0.5
    centres = -(poses[:, :3, :3].mT @ poses[:, :3, 3:])[..., 0]
    true_centres = -(truth[:, :3, :3].mT @ truth[:, :3, 3:])[..., 0]
    assert float((centres - true_centres).norm(dim=-1).max()) < 0.15


@pytest.mark.parametrize("pose", ["sfm", "refine"])
def test_without_texture_the_network_is_kept_with_a_reason(pose):
    views = ViewSet(views_of(blank(2)))
    network, found = predict(views, "camera"), predict(views, pose)
    assert torch.equal(found.depth, network.depth)
    assert torch.equal(found.extrinsics, network.extrinsics)
    record = found.provenance[RECORD]
    assert record["used"] == "camera"
    assert "only 0 matches" in record["reason"]
    assert record["reason"] in found.scale_note


def test_one_image_is_the_networks():
    found = predict(ViewSet(views_of(rendered(4).images[:1])), "sfm")
    assert found.provenance[RECORD]["used"] == "camera"
    assert "one image" in found.scale_note


def test_an_image_of_another_scene_keeps_the_networks_camera():
    images = torch.cat((rendered(4).images[:3], rendered(2, seed=50).images[:1]))
    found = predict(ViewSet(views_of(images), intrinsics=cameras(4)[1]), "sfm")
    record = found.provenance[RECORD]
    assert record["unregistered"] == [3]
    assert "position 3 (from 0) keep the network's cameras" in found.scale_note
    assert found.extrinsics.isfinite().all()
    assert found.depth.isfinite().all()
    poses = to_homogeneous(found.extrinsics[:3]).double()
    assert worst_turn_deg(poses, cameras(4)[0][:3]) < 0.5


def test_exif_is_the_prior_and_is_refined():
    focal = float(cameras(4)[1][0, 0, 0])
    views = ViewSet(views_of(rendered(4).images, focal_px=1.15 * focal))
    found = predict(views, "sfm")
    assert found.provenance[RECORD]["used"] == "sfm"
    assert float(found.original_intrinsics[0, 0, 0]) == pytest.approx(focal, rel=0.02)


def test_lenses_are_undone_before_matching():
    _, K = cameras(4)
    focal = float(K[0, 0, 0])
    lens = Lens(focal, focal, WIDTH / 2, HEIGHT / 2, HEIGHT, WIDTH, radial=(1e-4,))
    views = tuple(View(image, f"v{i}", lens=lens) for i, image in enumerate(rendered(4).images))
    found = predict(ViewSet(views), "sfm")
    assert found.provenance[RECORD]["used"] == "sfm"
    assert worst_turn_deg(to_homogeneous(found.extrinsics).double(), cameras(4)[0]) < 0.5
    torch.testing.assert_close(found.original_intrinsics, K.float(), rtol=1e-4, atol=1e-2)


def test_metric_models_stay_metric():
    variant = VARIANTS["nano-nested"]
    nested = Predictor(
        build(variant.config, seed=3), info_of_variant(variant), device="cpu", dtype="float32"
    )
    views = rendered_set(intrinsics=cameras(4)[1])
    network = nested.predict_views(views, {"resolution": 56})
    found = nested.predict_views(views, {"resolution": 56, "pose": "sfm"})
    assert found.provenance[RECORD]["used"] == "sfm"
    assert found.is_metric == network.is_metric
    assert worst_turn_deg(to_homogeneous(found.extrinsics).double(), cameras(4)[0]) < 0.5


def test_poses_that_would_be_found_are_refused():
    poses, K = cameras(4)
    with pytest.raises(OptionError, match="leave out the given extrinsics"):
        predict(rendered_set(extrinsics=poses, intrinsics=K), "sfm")


def test_models_without_cameras_are_refused():
    variant = VARIANTS["nano-metric"]
    metric = Predictor(build(variant.config, seed=3), info_of_variant(variant), device="cpu")
    with pytest.raises(OptionError, match="pose='sfm' needs predicted cameras"):
        metric.predict_views(rendered_set(), {"pose": "sfm"})


def test_images_alone_are_refused(tmp_path):
    settings = RunSettings(predict=PredictOptions(pose="sfm"))
    with pytest.raises(OptionError, match="nothing to be matched with"):
        predict_independent(tiny(), [], tmp_path, lambda *_: None, settings=settings)


def test_absent_library_is_said_before_anything_runs(monkeypatch):
    real = importlib.import_module

    def absent(name):
        if name == "pycolmap":
            raise ModuleNotFoundError(name=name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingDependencyError, match=r"anyview\[colmap\]"):
        predict(rendered_set(), "sfm")
