# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every trained parameter is in one group, and in the right one."""

import inspect

import pytest
from torch import nn

from anyview.core.errors import OptionError
from anyview.model.network import Network
from anyview.training.parameter_groups import group_parameters, has_decay, role_of


def test_every_parameter_is_in_exactly_one_group(network: Network):
    groups = group_parameters(network)
    names = [name for group in groups for name, _ in group.parameters]
    assert sorted(names) == sorted(name for name, _ in network.named_parameters())
    assert len({group.name for group in groups}) == len(groups)
    assert sum(g.num_values for g in groups) == sum(p.numel() for p in network.parameters())


def test_roles(network: Network):
    for group in group_parameters(network):
        for name, _ in group.parameters:
            part = name.split(".")[0]
            expected = {"backbone": "backbone", "head": "heads"}.get(part, "camera")
            assert group.role == expected
    assert role_of("module.backbone.blocks.0.attention_scale") == "backbone"
    assert role_of("module.camera_decoder.fov.bias") == "camera"
    assert role_of("flow.linear.weight") == "heads"


def test_only_weights_of_layers_decay(network: Network):
    weights = {
        f"{name}.weight"
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)
    }
    decaying = {name for name, p in network.named_parameters() if has_decay(name, p)}
    assert decaying == weights


def test_matrices_are_hidden_linear_layers(network: Network):
    matrices = {n for g in group_parameters(network) if g.is_matrix for n, _ in g.parameters}
    assert "backbone.blocks.0.attention.qkv.weight" in matrices
    assert "camera_decoder.hidden.0.weight" in matrices
    assert not matrices & {
        "camera_decoder.centre.weight",
        "camera_encoder.pose_mlp.expand.weight",
        "backbone.patch_embedding.weight",
        "backbone.position_embedding",
    }
    assert all(network.get_parameter(name).ndim == 2 for name in matrices)


def test_factors_by_role(network: Network):
    groups = group_parameters(network, factors={"backbone": 0.1})
    assert {(g.role, g.factor) for g in groups} == {
        ("backbone", 0.1),
        ("heads", 1.0),
        ("camera", 1.0),
    }


def test_frozen_parameters_are_left_out(network: Network):
    network.backbone.requires_grad_(False)
    assert {group.role for group in group_parameters(network)} == {"heads", "camera"}


def test_what_is_refused(network: Network):
    with pytest.raises(OptionError, match=r"decoder.*accepted: backbone, heads, camera"):
        # Past the checks of types that tests run with.
        inspect.unwrap(group_parameters)(network, factors={"decoder": 1.0})  # type: ignore[dict-item]
    with pytest.raises(OptionError, match="frozen instead"):
        group_parameters(network, factors={"heads": 0.0})
    network.requires_grad_(False)
    with pytest.raises(OptionError, match="nothing to train"):
        group_parameters(network)
