# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.methods.colmap import build
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.structures.views import ViewSet
from tests.sfm.textured import (
    blank,
    cameras,
    rendered,
    views_of,
    worst_direction_deg,
    worst_turn_deg,
)

pytest.importorskip("pycolmap")


@pytest.fixture(scope="module")
def method():
    return build(parse_spec("colmap:max_features=2048,seed=3"))


def test_poses_and_sparse_depth_of_textured_views(method):
    truth, K = cameras(4)
    answer = method.answer(ViewSet(views_of(rendered(4).images), truth, K), "s/t")
    assert worst_turn_deg(answer.cam_from_world, truth) < 0.5
    assert worst_direction_deg(answer.cam_from_world, truth) < 1.0
    assert torch.equal(answer.intrinsics, K)
    # Given poses set the unit: depth is right as it is, where there is any.
    for depth, true in zip(answer.depth, rendered(4).depth, strict=True):
        known = depth > 0
        assert 30 < int(known.sum()) < 0.2 * depth.numel()
        assert float((depth / true - 1)[known].abs().quantile(0.5)) < 0.01
    assert answer.notes["registered"] == 4
    assert answer.points.shape == (answer.notes["points"], 3)


def test_without_texture_it_says_so(method):
    with pytest.raises(InputError, match=r"COLMAP found no model: only \d+ matches"):
        method.answer(ViewSet(views_of(blank(2))), "s/t")
    with pytest.raises(InputError, match="one image has nothing"):
        method.answer(ViewSet(views_of(rendered(4).images[:1])), "s/t")


def test_it_names_version_and_options(method):
    described = method.describe()
    assert described["options"] == {"max_side": 1600, "max_features": 2048, "seed": 3}
    assert described["versions"]["pycolmap"]
