# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Published tensors to ours and back."""

import pytest
import torch

from anyview.core.errors import CheckpointError, CheckpointMismatchError
from anyview.model.build import build
from anyview.model.published_state import to_ours, to_published
from anyview.model.registry import VARIANTS

NORM = "model.head.scratch.output_conv2_aux.{}.2.weight"
RAYS = "model.head.scratch.output_conv2_aux.3.5"


def state_of(name):
    return build(VARIANTS[name].config, seed=1).state_dict()


@pytest.fixture(scope="module")
def nano():
    return state_of("nano")


@pytest.mark.parametrize("name", ["nano", "nano-mono", "nano-gaussians", "nano-nested"])
def test_round_trip_is_exact(name):
    state = state_of(name)
    back = to_ours(to_published(state))
    assert back.keys() == state.keys()
    assert all(torch.equal(back[key], state[key]) for key in state)


def test_keys_without_prefix_are_read(nano):
    bare = {key.removeprefix("model."): value for key, value in to_published(nano).items()}
    assert to_ours(bare).keys() == nano.keys()


def test_published_rays_come_direction_first(nano):
    published = to_published(nano)
    for leaf in ("weight", "bias"):
        theirs, ours = published[f"{RAYS}.{leaf}"], nano[f"head.ray_out.last.{leaf}"]
        assert torch.equal(theirs[:3], ours[3:6])  # direction
        assert torch.equal(theirs[3:6], ours[:3])  # origin
        assert torch.equal(theirs[6:], ours[6:])  # confidence
    same = "head.depth_out.last.weight"
    assert torch.equal(published["model.head.scratch.output_conv2.2.weight"], nano[same])


def test_unused_ray_outputs_are_left_out(nano):
    published = to_published(nano)
    for level in range(3):
        published[f"model.head.scratch.output_conv1_aux.{level}.0.weight"] = torch.zeros(3)
        published[f"model.head.scratch.output_conv2_aux.{level}.5.bias"] = torch.zeros(7)
    assert to_ours(published).keys() == nano.keys()


@pytest.mark.parametrize("indices", [(1,), (3,), (0, 1, 2, 3), (2, 0)])
def test_the_shared_norm_may_lie_under_any_indices(nano, indices):
    published = to_published(nano)
    value = published.pop(NORM.format(0))
    published.update({NORM.format(i): value.clone() for i in indices})
    assert torch.equal(to_ours(published)["head.ray_out.norm.weight"], value)


def test_differing_copies_of_the_shared_norm_are_an_error(nano):
    published = to_published(nano)
    published[NORM.format(2)] = published[NORM.format(0)] + 1
    with pytest.raises(CheckpointError, match=r"file\.st .*output_conv2_aux\.2\.2\.weight differs"):
        to_ours(published, "file.st")


def test_every_key_without_a_rule_is_named(nano):
    published = to_published(nano)
    published["model.head.extra.weight"] = published["model.neck.bias"] = torch.zeros(1)
    with pytest.raises(CheckpointMismatchError) as caught:
        to_ours(published, "file.st")
    assert caught.value.unexpected == ["model.head.extra.weight", "model.neck.bias"]
    assert not caught.value.missing
    with pytest.raises(CheckpointMismatchError, match=r"head\.teacher"):
        to_published({**nano, "head.teacher": torch.zeros(1)})
