# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of predictions on the grids of the original images, whatever the way there."""

from dataclasses import replace

import pytest
import torch

import anyview
from anyview.evaluation.benchmark.methods.prediction_answers import answer_of
from anyview.geometry.lens import Lens
from anyview.inference.options import PredictOptions
from anyview.structures.views import View, ViewSet
from tests.sfm.textured import rendered, views_of


@pytest.fixture(scope="module")
def predictor():
    return anyview.build("nano", device="cpu", dtype="float32")


def columns(prediction):
    """The prediction with depth = 1 + x of the original pixel that each pixel shows."""
    rows, width = prediction.depth.shape[1:]
    x = torch.arange(width) + 0.5
    ramps = []
    for affine in prediction.processed_from_original:
        original = (x - affine[0, 2]) / affine[0, 0]
        ramps.append((1 + original).expand(rows, width))
    return replace(prediction, depth=torch.stack(ramps), conf=torch.stack(ramps))


@pytest.mark.parametrize("fit", ["resize", "crop"])
def test_depth_covers_exactly_the_image(predictor, fit):
    """A wide and a narrow image: one is padded, and with a crop both lose their borders."""
    images = rendered(4).images
    views = ViewSet((View(images[0], "a"), View(images[1][:, :, 40:190], "b")))
    options = PredictOptions(resolution=70, fit=fit)
    prediction = columns(predictor.predict_views(views, options))
    answer = answer_of(prediction, views)
    for view, depth, conf in zip(views.views, answer.depth, answer.conf, strict=True):
        rows, width = depth.shape
        assert abs(rows / width - view.height / view.width) < 0.1
        truth = 1 + (torch.arange(width) + 0.5) * view.width / width
        seen = depth > 0
        assert seen.float().mean() > 0.75
        # Half a pixel at the borders is continued, not extrapolated.
        inner = seen & (truth > truth[1]) & (truth < truth[-2])
        torch.testing.assert_close(
            depth[inner], truth.expand(rows, width)[inner], rtol=0.02, atol=1
        )
        assert torch.equal(conf > 0, seen)
    if fit == "resize":
        assert all(bool((depth > 0).all()) for depth in answer.depth)
    torch.testing.assert_close(answer.intrinsics.float(), prediction.original_intrinsics)
    assert answer.cam_from_world.shape == (2, 4, 4)
    assert answer.cam_from_world.dtype == torch.float64
    assert not answer.unit_is_metre


def test_the_network_s_own_grid_is_kept_where_it_can_be(predictor):
    views = ViewSet(views_of(rendered(4).images))
    prediction = predictor.predict_views(views, PredictOptions(resolution=56))
    answer = answer_of(prediction, views)
    assert torch.equal(torch.stack(answer.depth), prediction.depth)
    assert torch.equal(torch.stack(answer.conf), prediction.conf)
    assert "Relative depth" in answer.notes["scale_note"]


def test_depth_of_a_lens_is_on_its_distorted_image(predictor):
    image = rendered(4).images[0]
    height, width = image.shape[1:]
    lens = Lens(200.0, 200.0, width / 2, height / 2, height, width, radial=(-0.1, 0.01))
    views = ViewSet((View(image, "a", lens=lens),))
    prediction = predictor.predict_views(views, PredictOptions(resolution=56))
    depth = answer_of(prediction, views).depth[0]
    assert depth.shape == (height, width)
    # What was cropped when the lens was undone is unknown.
    assert 0.5 < (depth > 0).float().mean() <= 1
