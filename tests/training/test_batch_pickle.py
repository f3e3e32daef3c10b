# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Values come back equal, their memory sent as it is."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from anyview.training.batch_pickle import pickle_parts, unpickle_parts


@dataclass
class Thing:
    image: Tensor
    names: list[str]


def there_and_back(value: object) -> Any:
    return unpickle_parts([bytearray(part) for part in pickle_parts(value)])


@pytest.mark.parametrize(
    "tensor",
    [
        torch.rand(3, 4),
        torch.tensor([True, False]),
        torch.arange(5),
        torch.tensor(2.5),
        torch.zeros(0, 3),
        torch.rand(4, 3).T,
        torch.rand(2, 3)[:, :2],
        torch.ones(2, dtype=torch.bfloat16),
    ],
    ids=["float", "bool", "int", "scalar", "empty", "transposed", "part", "bfloat16"],
)
def test_tensors(tensor):
    back = there_and_back(tensor)
    assert back.dtype == tensor.dtype
    assert torch.equal(back, tensor)
    back.zero_()  # writable


def test_a_dataclass_with_tensors():
    thing = Thing(torch.rand(2, 3, 50, 60), ["a", "b"])
    parts = pickle_parts({"thing": thing, "n": 3})
    assert len(parts) == 2
    assert len(parts[0]) < 1000  # the image is not in the pickle
    back = unpickle_parts([bytearray(part) for part in parts])
    assert torch.equal(back["thing"].image, thing.image)
    assert (back["thing"].names, back["n"]) == (["a", "b"], 3)


def test_gradients_are_kept_the_usual_way():
    back = there_and_back(torch.ones(2, requires_grad=True))
    assert back.requires_grad
