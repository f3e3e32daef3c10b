# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Tensors that FSDP2 splits over the processes: whole for files, split again when read back."""

from typing import Any

from torch import Tensor, nn


def is_split(tensor: Tensor) -> bool:
    """Whether each process holds a part of a tensor only (a DTensor)."""
    return hasattr(tensor, "full_tensor")


def has_split_parameters(network: nn.Module) -> bool:
    """Whether FSDP2 has split the network."""
    return any(is_split(parameter) for parameter in network.parameters())


def whole(tensor: Tensor) -> Tensor:
    """The whole tensor in every process; all must call this, in the same order."""
    split: Any = tensor
    return split.full_tensor() if is_split(tensor) else tensor


def split_like(tensor: Tensor, like: Tensor) -> Tensor:
    """This process's part of a whole tensor, where ``like`` is split; no communication.

    Args:
        tensor: The same in every process.
        like: Of the same shape, split or not.
    """
    if not is_split(like) or is_split(tensor):
        return tensor
    from torch.distributed.tensor import distribute_tensor

    split: Any = like
    return distribute_tensor(
        tensor.to(split.device), split.device_mesh, split.placements, src_data_rank=None
    )
