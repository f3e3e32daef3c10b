# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The transformer computes in the chosen precision, everything else in float32."""

import pytest
import torch

from anyview.inference.precision import set_precision, transformer_dtype
from anyview.model.backbone import Backbone
from anyview.model.build import build
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS


@pytest.mark.parametrize("variant", ["nano", "nano-gaussians", "nano-mono"])
def test_half_precision_stays_near_and_returns_float32(variant):
    network = build(VARIANTS[variant].config)
    images = torch.randn(1, 3, 3, 56, 70, generator=torch.Generator().manual_seed(0))
    request = OutputRequest(rays=variant != "nano-mono", gaussians=variant == "nano-gaussians")
    exact = network(images, request=request, reference_view="first")
    assert set_precision(network, torch.bfloat16) is network
    assert transformer_dtype(network) == torch.bfloat16
    rounded = network(images, request=request, reference_view="first")
    assert rounded.depth.dtype == torch.float32
    relative = (rounded.depth / exact.depth - 1).abs().median()
    # Random weights amplify rounding; that something was rounded must show too.
    assert 1e-6 < relative < 0.2
    kept = [
        parameter.dtype
        for name, parameter in network.named_parameters()
        if not name.startswith("backbone.")
    ]
    assert set(kept) == {torch.float32}


def test_known_cameras_are_taken_in_half_precision():
    network = set_precision(build(VARIANTS["nano"].config), torch.bfloat16)
    images = torch.randn(1, 2, 3, 56, 70, generator=torch.Generator().manual_seed(0))
    intrinsics = torch.tensor([[60.0, 0, 35], [0, 60, 28], [0, 0, 1]]).expand(1, 2, 3, 3)
    output = network(images, torch.eye(4).expand(1, 2, 4, 4), intrinsics)
    assert output.extrinsics.dtype == torch.float32
    assert torch.isfinite(output.depth).all()


def test_dtype_of_a_network_without_transformer():
    assert transformer_dtype(torch.nn.Linear(2, 2).double()) == torch.float64
    assert not any(isinstance(m, Backbone) for m in torch.nn.Linear(2, 2).modules())
