# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import inspect

import pytest
import torch

from anyview.geometry.precision import widen


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bool, torch.int64])
def test_everything_becomes_float64_on_the_cpu(dtype):
    values = torch.tensor([0, 1], dtype=dtype)
    wide = widen(values)
    assert wide.dtype == torch.float64
    assert wide.tolist() == [0.0, 1.0]


def test_no_float64_is_asked_of_a_device_without_it():
    class MpsTensor:  # there is no such device where the tests run
        device = torch.device("mps")

        def to(self, dtype):
            return dtype

    unchecked = inspect.unwrap(widen)  # past the run-time shape check, which wants a tensor
    assert unchecked(MpsTensor()) == torch.float32


def test_gradients_pass():
    values = torch.ones(2, requires_grad=True)
    widen(values).sum().backward()
    assert values.grad.tolist() == [1.0, 1.0]
