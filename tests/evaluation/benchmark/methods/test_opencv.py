# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.methods.opencv import build
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.structures.views import ViewSet
from tests.sfm.textured import blank, cameras, rendered, views_of, worst_turn_deg

pytest.importorskip("cv2")
TRUTH, K = cameras(4)


def answer(views, options=""):
    return build(parse_spec(f"opencv:max_features=2048{options}")).answer(views, "s/t")


def test_found_cameras_and_depth_in_one_unit():
    seen = ViewSet(views_of(rendered(4).images), intrinsics=K)
    found = answer(seen)
    assert worst_turn_deg(found.cam_from_world, TRUTH) < 1.0
    assert found.notes == {"registered": 4, "unscaled_links": 0}
    steps = [
        c[1, :3, 3].norm()
        for c in (
            found.cam_from_world @ found.cam_from_world[:1].inverse(),
            TRUTH @ TRUTH[:1].inverse(),
        )
    ]
    scale = float(steps[0] / steps[1])
    depth, true = found.depth[1], rendered(4).depth[1]
    known = depth > 0
    assert float((depth / scale / true - 1)[known].abs().quantile(0.5)) < 0.05


def test_given_cameras_are_kept_and_give_the_unit():
    found = answer(ViewSet(views_of(rendered(4).images), TRUTH, K))
    assert torch.equal(found.cam_from_world, TRUTH)
    known = found.depth[1] > 0
    relative = (found.depth[1] / rendered(4).depth[1] - 1)[known].abs()
    assert float(relative.quantile(0.5)) < 0.02


def test_poses_alone():
    found = answer(ViewSet(views_of(rendered(4).images[:2]), intrinsics=K[:2]), ",stereo=no")
    assert found.depth is None
    assert found.cam_from_world.isfinite().all()


def test_what_cannot_be_answered():
    with pytest.raises(InputError, match="No two views could be placed"):
        answer(ViewSet(views_of(blank(3))))
    with pytest.raises(InputError, match="A single view"):
        answer(ViewSet(views_of(rendered(4).images[:1])))
    with pytest.raises(OptionError, match="look_back is 0"):
        build(parse_spec("opencv:look_back=0"))


def test_it_names_its_version():
    assert build(parse_spec("opencv")).describe()["versions"]["opencv"]
