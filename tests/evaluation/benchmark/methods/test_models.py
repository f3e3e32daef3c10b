# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import CheckpointError, OptionError
from anyview.evaluation.benchmark.methods.models import build
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.evaluation.benchmark.task import Method
from anyview.structures.views import ViewSet
from tests.sfm.textured import cameras, rendered, views_of

pytestmark = pytest.mark.filterwarnings("ignore:The weights of 'nano' are random")


def method(options):
    return build(parse_spec(f"nano:resolution=56,device=cpu,dtype=float32{options}"))


@pytest.fixture(scope="module")
def views():
    return ViewSet(views_of(rendered(4).images))


@pytest.mark.parametrize("pose", ["camera", "rays", "rays-centred"])
def test_every_pose_source_answers(views, pose):
    found = method(f",pose={pose}")
    assert isinstance(found, Method)
    answer = found.answer(views, "s/t")
    assert answer.cam_from_world.shape == (4, 4, 4)
    assert answer.cam_from_world.isfinite().all()
    assert len(answer.depth) == len(answer.conf) == 4
    described = found.describe()
    assert described["options"]["pose"] == pose
    assert described["options"]["resolution"] == 56
    assert (described["device"], described["dtype"]) == ("cpu", "float32")
    assert described["claims_metres"] is False


@pytest.mark.parametrize("pose", ["sfm", "refine"])
def test_cameras_by_matches_and_how_they_came(views, pose):
    pytest.importorskip("pycolmap")
    answer = method(f",pose={pose}").answer(views, "s/t")
    assert answer.notes["pose_source"]["asked"] == pose


def test_given_cameras_are_used(views):
    cam_from_world, K = cameras(4)
    given = ViewSet(views.views, cam_from_world, K)
    answer = method("").answer(given, "s/t")
    torch.testing.assert_close(answer.cam_from_world, cam_from_world, atol=1e-5, rtol=0)
    assert answer.notes["cameras_shown_to_network"] == "poses and intrinsics"


def test_what_cannot_be_built():
    with pytest.raises(OptionError, match="pose is 'ray'"):
        method(",pose=ray")
    with pytest.raises(OptionError, match="has no ray map"):
        build(parse_spec("nano-mono:rays=true"))
    with pytest.raises(CheckpointError):
        build(parse_spec("absent.safetensors"))


def test_weights_are_named_by_their_hash():
    described = build(parse_spec("tiny")).describe()
    assert len(described["weights_sha256"]) == 64
    assert described["model"] == "tiny"
