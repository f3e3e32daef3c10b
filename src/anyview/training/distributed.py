# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Several processes as one run: started by torchrun, or one process without any set-up."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
import torch.distributed as dist
from torch import nn

from anyview.core.errors import OptionError
from anyview.model.layers import Block
from anyview.training.split_tensors import has_split_parameters

WrapMode = Literal["none", "ddp", "fsdp"]

_VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


@dataclass(frozen=True)
class Processes:
    """This process among those of the run.

    Attributes:
        rank: Index of this process, from 0.
        world_size: Number of processes.
        device: What this process computes on.
    """

    rank: int
    world_size: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    @property
    def share(self) -> slice:
        """Which items of a list are this process's: every ``world_size``-th one."""
        return slice(self.rank, None, self.world_size)

    def barrier(self) -> None:
        """Wait until all processes are here."""
        if self.world_size > 1:
            dist.barrier()

    def mean(self, numbers: Mapping[str, float]) -> dict[str, float]:
        """Means over the processes; all must call this.

        Args:
            numbers: By name. A name that only some have is averaged over those, so that processes
                with different losses do not wait for each other for ever.

        Returns:
            The same on all processes, names in the order of the first that has them.
        """
        if self.world_size == 1:
            return dict(numbers)
        gathered: list[Any] = [None] * self.world_size
        dist.all_gather_object(gathered, dict(numbers))
        values: dict[str, list[float]] = {}
        for one in gathered:
            for name, value in one.items():
                values.setdefault(name, []).append(value)
        return {name: sum(found) / len(found) for name, found in values.items()}

    def any(self, flag: bool) -> bool:
        """Whether the flag is up in any process; all must call this."""
        if self.world_size == 1:
            return flag
        value = torch.tensor(int(flag), device=self.device)
        dist.all_reduce(value, op=dist.ReduceOp.MAX)
        return bool(value.item())


def is_first_process() -> bool:
    """Whether this process writes files; known before ``processes`` joins the others."""
    return os.environ.get("RANK", "0") == "0"


@contextlib.contextmanager
def processes(device_type: str = "cpu") -> Iterator[Processes]:
    """Join the other processes of the run for the time of the block.

    ``torchrun --nproc-per-node 2 -m ...`` sets the environment that is read here; without it there
    is one process and nothing is initialised.

    Args:
        device_type: ``"cpu"`` (gloo), ``"cuda"`` (nccl, one GPU a process), or any other for a
            single process.

    Raises:
        OptionError: If the environment is half set, or several processes are asked of a device
            that has no means of talking.
    """
    if "WORLD_SIZE" not in os.environ:
        device = (
            torch.device(device_type, 0) if device_type == "cuda" else torch.device(device_type)
        )
        yield Processes(0, 1, device)
        return
    missing = [name for name in _VARIABLES if name not in os.environ]
    if missing:
        raise OptionError(
            f"WORLD_SIZE is set and {', '.join(missing)} not. Start several processes with "
            "torchrun, which sets all; for one process, unset WORLD_SIZE."
        )
    backends = {"cpu": "gloo", "cuda": "nccl"}
    if device_type not in backends:
        raise OptionError(
            f"Several processes cannot train on {device_type!r}; accepted: 'cpu', 'cuda'."
        )
    device = torch.device(device_type)
    if device_type == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    dist.init_process_group(backends[device_type])
    try:
        yield Processes(dist.get_rank(), dist.get_world_size(), device)
    finally:
        dist.destroy_process_group()


def wrap(network: nn.Module, mode: WrapMode, group: Processes) -> nn.Module:
    """Make processes share gradients.

    Args:
        network: On the device of this process, equal in all of them.
        mode: ``"none"``; ``"ddp"``: a copy in each process, gradients are averaged; ``"fsdp"``:
            FSDP2, parameters are split over the processes, for networks that do not fit.
            The FSDP mode has run on CPUs only here; on GPUs it is written, not run.
        group: From ``processes``.

    Returns:
        What to call in place of the network. With ``"fsdp"`` the network itself, changed: build
        the optimiser afterwards. One process is never wrapped.
    """
    if group.world_size == 1 or mode == "none":
        return network
    if mode == "ddp":
        devices = [group.device] if group.device.type == "cuda" else None
        # Not every step uses all parameters: pose-only steps leave out the dense head.
        return nn.parallel.DistributedDataParallel(
            network, device_ids=devices, find_unused_parameters=True
        )
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(group.device.type, (group.world_size,))
    for block in [module for module in network.modules() if isinstance(module, Block)]:
        fully_shard(block, mesh=mesh)
    fully_shard(network, mesh=mesh)
    return network


def unwrap(network: nn.Module) -> nn.Module:
    """The network inside a wrapper, or itself."""
    if isinstance(network, nn.parallel.DistributedDataParallel):
        return cast(nn.Module, network.module)
    return network


def full_state(network: nn.Module) -> dict[str, Any]:
    """All weights on the CPU by plain names, gathered where they are split; all must call this.

    Args:
        network: As ``wrap`` returned it.

    Returns:
        The weights; with FSDP in the first process only, elsewhere nothing.
    """
    inner = unwrap(network)
    if not has_split_parameters(inner):
        return {name: value.detach().cpu().clone() for name, value in inner.state_dict().items()}
    from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    return get_model_state_dict(inner, options=options)


def load_full_state(network: nn.Module, state: Mapping[str, Any]) -> None:
    """Put weights back that ``full_state`` gave; all must call this with the whole state.

    Args:
        network: As ``wrap`` returned it.
        state: By plain names, the same in every process.
    """
    inner = unwrap(network)
    if not has_split_parameters(inner):
        inner.load_state_dict(state)
        return
    from torch.distributed.checkpoint.state_dict import StateDictOptions, set_model_state_dict

    options = StateDictOptions(full_state_dict=True)
    set_model_state_dict(inner, dict(state), options=options)
