# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A step that is not finite stops the run and can be replayed from what was saved."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from anyview.core.errors import InputError, TrainingError
from anyview.data.batch import EXACT, Batch
from anyview.model.network import Network
from anyview.training.bad_step import are_finite, load_bad_step, stop_if_bad


@pytest.fixture
def batch(images: Tensor) -> Batch:
    scenes, views, _, height, width = images.shape
    shape = (scenes, views, height, width)
    depth = torch.rand(shape, generator=torch.Generator().manual_seed(3)) + 1
    return Batch(
        images=images,
        depth=depth,
        sky=torch.zeros(shape, dtype=torch.bool),
        objects=depth > 1.5,
        intrinsics=torch.eye(3).expand(scenes, views, 3, 3),
        cam_from_world=torch.eye(4).expand(scenes, views, 4, 4),
        has_pose=torch.ones(scenes, dtype=torch.bool),
        has_masks=torch.ones(scenes, dtype=torch.bool),
        is_metric=torch.ones(scenes, dtype=torch.bool),
        depth_kind=torch.full((scenes,), EXACT),
        names=["room 7"],
    )


def loss_of(network: Network, batch: Batch) -> Tensor:
    depth = network(batch.images).depth
    assert depth is not None
    return (depth - batch.depth).abs().mean()


def test_a_good_step_passes(network: Network, batch: Batch, tmp_path: Path):
    loss = loss_of(network, batch)
    loss.backward()
    stop_if_bad(tmp_path, 3, batch, {"depth": loss}, network)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_step_can_be_replayed(network: Network, batch: Batch, tmp_path: Path):
    batch.depth[0, 0, 3, 4] = torch.nan
    loss = loss_of(network, batch)
    loss.backward()
    good = torch.tensor(1.0)
    with pytest.raises(TrainingError) as stopped:
        stop_if_bad(tmp_path, 123, batch, {"depth": loss, "camera": good}, network)
    message = str(stopped.value)
    path = tmp_path / "bad-step-00000123.safetensors"
    assert "Step 123 is not finite: depth (scenes room 7)" in message
    assert f"load_bad_step({str(path)!r})" in message

    bad = load_bad_step(path)
    assert (bad.step, bad.batch.names) == (123, ["room 7"])
    assert bad.batch.objects.dtype == torch.bool
    assert torch.equal(bad.batch.depth, batch.depth) or bad.batch.depth.isnan().sum() == 1
    assert bad.terms["depth"].isnan()
    assert bad.terms["camera"] == 1
    for parameter in network.parameters():
        parameter.data.zero_()
    network.load_state_dict(bad.weights)
    assert loss_of(network, bad.batch).isnan()
    bad.batch.depth.nan_to_num_(1.0)
    assert loss_of(network, bad.batch).isfinite()


def test_a_gradient_that_is_not_finite(network: Network, batch: Batch, tmp_path: Path):
    loss = loss_of(network, batch)
    loss.backward()
    for name in ("head.depth_neck.weight", "backbone.class_token"):
        parameter = network.get_parameter(name)
        assert parameter.grad is not None
        parameter.grad.view(-1)[0] = torch.inf
    terms = {"depth": loss, "grad_norm": torch.tensor(torch.inf)}
    with pytest.raises(
        TrainingError, match=r"grad_norm \(.*backbone\.class_token, head"
    ) as stopped:
        stop_if_bad(tmp_path, 5, batch, terms, network, rank=1)
    assert "bad-step-00000005-rank1.safetensors" in str(stopped.value)
    bad = load_bad_step(next(tmp_path.iterdir()))
    assert bad.gradients == ("backbone.class_token", "head.depth_neck.weight")


def test_many_bad_gradients_are_counted(network: Network, batch: Batch, tmp_path: Path):
    loss = loss_of(network, batch) * torch.nan
    loss.backward()
    with pytest.raises(TrainingError, match=r"and \d+ more\."):
        stop_if_bad(tmp_path, 5, batch, {"depth": loss}, network)


def test_are_finite():
    assert are_finite({})
    assert are_finite({"a": torch.tensor(1.0), "b": torch.ones(2, 3)})
    assert not are_finite({"a": torch.tensor(1.0), "b": torch.tensor([1.0, -torch.inf])})


def test_files_that_are_no_bad_steps(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    with pytest.raises(InputError, match=r"no such file|cannot be read"):
        load_bad_step(path)
    from safetensors.torch import save_file

    save_file({"a": torch.ones(1)}, path)
    with pytest.raises(InputError, match="not the record"):
        load_bad_step(path)
