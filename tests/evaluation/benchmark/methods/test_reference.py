# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The rival with our weights: the same answer within rounding, at the cost of its own network."""

import importlib.util

import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.methods.catalogue import REFERENCE_PACKAGES
from anyview.evaluation.benchmark.methods.models import build as build_ours
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.structures.views import ViewSet
from tests.sfm.textured import cameras, rendered, views_of

SEEN = ViewSet(views_of(rendered(4).images))


def test_networks_that_it_cannot_have_are_refused():
    from anyview.evaluation.benchmark.methods.reference import build

    with pytest.raises(OptionError, match="'nano-mono' is none that is compared"):
        build(parse_spec("reference:model=nano-mono"))


@pytest.mark.reference
@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in REFERENCE_PACKAGES),
    reason="depth-anything-3==0.1.1 is not installed",
)
def test_it_answers_as_we_do():
    from anyview.evaluation.benchmark.methods.reference import build

    method = build(parse_spec("reference:model=nano,resolution=56"))
    theirs = method.answer(SEEN, "s/t")
    ours = build_ours(parse_spec("nano:resolution=56,dtype=float32")).answer(SEEN, "s/t")
    torch.testing.assert_close(
        torch.stack(theirs.depth), torch.stack(ours.depth), rtol=1e-3, atol=1e-4
    )
    torch.testing.assert_close(theirs.cam_from_world, ours.cam_from_world, rtol=0, atol=1e-3)
    torch.testing.assert_close(theirs.intrinsics, ours.intrinsics, rtol=1e-3, atol=0)
    assert method.describe()["program"] == "depth-anything-3"
    with pytest.raises(InputError, match="without known cameras"):
        method.answer(ViewSet(SEEN.views, *cameras(4)), "s/t")
