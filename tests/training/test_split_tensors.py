# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Plain tensors pass through; split ones are in test_distributed, which has two processes."""

import torch
from torch import nn

from anyview.training.split_tensors import has_split_parameters, is_split, split_like, whole


def test_plain_tensors_pass_through():
    tensor = torch.arange(3.0)
    assert not is_split(tensor)
    assert not has_split_parameters(nn.Linear(2, 2))
    assert whole(tensor) is tensor
    assert split_like(tensor, torch.zeros(3)) is tensor
