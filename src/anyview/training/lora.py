# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What of a network is trained: all, its heads, or low-rank adapters (LoRA, arXiv 2106.09685).

An adapter adds (alpha / rank) up down to the weight of a linear layer. It is a parametrisation of
the weight itself, not another layer: attention reads weights directly, and merging is exact.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.utils import parametrize

from anyview.core.errors import CheckpointError, CheckpointMismatchError, OptionError
from anyview.core.options import option
from anyview.io.atomic import atomic_path
from anyview.io.listing import require_file
from anyview.training.parameter_groups import role_of

TrainedPart = Literal["full", "heads", "lora"]
"""Everything; dense heads and camera parts; adapters in the backbone, with heads and cameras."""

_METADATA_KEY = "anyview_lora"


@dataclass(frozen=True)
class LoraConfig:
    """Which layers get adapters, and how large they are.

    Attributes:
        rank: Inner width of an adapter.
        alpha: Strength; an adapter's update is multiplied by alpha / rank.
        targets: Ends of the names of linear layers, in the whole network.
    """

    rank: int = option(8, "Inner width of an adapter.")
    alpha: float = option(16.0, "Strength of adapters.")
    targets: tuple[str, ...] = option(
        ("attention.qkv", "attention.projection"), "Ends of the names of adapted layers."
    )

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise OptionError(f"rank is {self.rank}; give at least 1.")

    @classmethod
    def of_rank(cls, rank: int) -> "LoraConfig":
        """Adapters of a rank, whose strength grows with it so that an update counts alike."""
        return cls(rank=rank, alpha=2.0 * rank)


class LowRankUpdate(nn.Module):
    """Adds a low-rank matrix to a weight; nothing at the start, as ``up`` is zero."""

    def __init__(self, weight: Tensor, config: LoraConfig, generator: torch.Generator) -> None:
        super().__init__()
        rows, columns = weight.shape
        self.factor = config.alpha / config.rank
        down = torch.randn(config.rank, columns, generator=generator) / columns**0.5
        self.down = nn.Parameter(down.to(weight))
        self.up = nn.Parameter(weight.new_zeros(rows, config.rank))

    def forward(self, weight: Tensor) -> Tensor:
        """The weight with the update."""
        return torch.addmm(weight, self.up, self.down, alpha=self.factor)


def trainable(
    network: nn.Module, part: TrainedPart, *, lora: LoraConfig | None = None, seed: int = 0
) -> None:
    """Choose what is trained: gradients on for that, off for the rest; training mode on.

    Args:
        network: As built or loaded, that is, frozen.
        part: ``"full"``, ``"heads"`` (with camera parts) or ``"lora"`` (adapters in the backbone,
            heads and camera parts stay frozen).
        lora: Which adapters are added for ``"lora"``; None for the default.
        seed: Of the adapters' initial values.

    Raises:
        OptionError: If the part is not accepted, or no layer matches the adapters' targets.
    """
    if part not in get_args(TrainedPart):
        accepted = ", ".join(repr(choice) for choice in get_args(TrainedPart))
        raise OptionError(f"Trained part is {part!r}; accepted: {accepted}.")
    network.train()
    for name, parameter in network.named_parameters():
        wanted = part == "full" or (part == "heads" and role_of(name) != "backbone")
        parameter.requires_grad_(wanted)
    if part == "lora":
        add_lora(network, lora or LoraConfig(), seed=seed)


def add_lora(network: nn.Module, config: LoraConfig, *, seed: int = 0) -> list[str]:
    """Put adapters on linear layers; the output does not change yet. Freezes nothing itself.

    Args:
        network: Without adapters.
        config: Which layers, and how large.
        seed: Of the initial values.

    Returns:
        Names of the adapted layers.

    Raises:
        OptionError: If there are adapters already, or no linear layer matches.
    """
    if dict(_adapters(network)):
        raise OptionError("This network has adapters already; merge them first (merge_lora).")
    linear = [(n, m) for n, m in network.named_modules() if isinstance(m, nn.Linear)]
    chosen = [
        (name, module)
        for name, module in linear
        if any(f".{name}".endswith(f".{target}") for target in config.targets)
    ]
    if not chosen:
        raise OptionError(
            f"No linear layer's name ends with any of {list(config.targets)}; "
            f"the network has, for example, {linear[0][0] if linear else 'none at all'}."
        )
    generator = torch.Generator().manual_seed(seed)
    for _, module in chosen:
        update = LowRankUpdate(module.weight.detach(), config, generator)
        parametrize.register_parametrization(module, "weight", update)
    return [name for name, _ in chosen]


def merge_lora(network: nn.Module) -> None:
    """Make adapters part of the plain weights; the output stays bit for bit the same.

    Args:
        network: With adapters or without; parameters are plain, and named as before, after it.
    """
    for name, _ in list(_adapters(network)):
        layer = network.get_submodule(name)
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)


def save_adapters(network: nn.Module, path: str | Path, config: LoraConfig) -> None:
    """Write the adapters, and nothing else, to a safetensors file.

    Args:
        network: With adapters.
        path: File to write.
        config: What they were made with.

    Raises:
        OptionError: If the network has no adapters.
    """
    tensors = {
        f"{name}.{part}": getattr(update, part).detach().contiguous()
        for name, update in _adapters(network)
        for part in ("down", "up")
    }
    if not tensors:
        raise OptionError("This network has no adapters to save; add them with add_lora.")
    with atomic_path(path) as temporary:
        # Not save_file, which leaves files that only their owner can read.
        metadata = {_METADATA_KEY: json.dumps(asdict(config))}
        temporary.write_bytes(save(tensors, metadata=metadata))


def load_adapters(network: nn.Module, path: str | Path) -> LoraConfig:
    """Add the adapters of a file to the network that they were trained for.

    Args:
        network: Without adapters.
        path: File of ``save_adapters``.

    Returns:
        What they were made with.

    Raises:
        CheckpointError: If the file cannot be read or holds no adapters.
        CheckpointMismatchError: If they were made for another network.
    """
    require_file(Path(path), "a file of adapters", CheckpointError)
    try:
        with safe_open(path, framework="pt") as file:
            described = (file.metadata() or {}).get(_METADATA_KEY)
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no dict
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"Adapters cannot be read from {path}: {error}.") from error
    if described is None:
        raise CheckpointError(f"{path} holds no adapters; save_adapters writes such files.")
    config = _config_from(described, str(path))
    ranks = {value.shape[0] for key, value in tensors.items() if key.endswith(".down")}
    if ranks != {config.rank} or any(value.ndim != 2 for value in tensors.values()):
        # Before adapters are made: a rank is only as large as what is there.
        raise CheckpointError(f"{path} is damaged: its tensors are not of rank {config.rank}.")
    try:
        add_lora(network, config)
    except OptionError as error:
        raise CheckpointError(f"Adapters of {path} cannot be added: {error}") from error
    parameters = {
        f"{name}.{part}": getattr(update, part)
        for name, update in _adapters(network)
        for part in ("down", "up")
    }
    wrong = [
        f"{key} is {tuple(tensors[key].shape)}, expected {tuple(parameter.shape)}"
        for key, parameter in parameters.items()
        if key in tensors and tensors[key].shape != parameter.shape
    ]
    if wrong or tensors.keys() != parameters.keys():
        for name, _ in list(_adapters(network)):
            layer = network.get_submodule(name)
            parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
        raise CheckpointMismatchError(
            str(path),
            missing=parameters.keys() - tensors.keys(),
            unexpected=tensors.keys() - parameters.keys(),
            wrong_shape=wrong,
        )
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(tensors[key])
    return config


def _config_from(text: str, source: str) -> LoraConfig:
    """What ``save_adapters`` wrote down.

    Raises:
        CheckpointError: If it is something else.
    """
    try:
        values = json.loads(text)
        rank, alpha, targets = values["rank"], values["alpha"], values["targets"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointError(f"{source} does not describe its adapters: {error}.") from error
    is_text = isinstance(targets, list) and all(isinstance(target, str) for target in targets)
    if type(rank) is not int or type(alpha) not in (int, float) or not is_text or rank < 1:
        raise CheckpointError(f"{source} describes its adapters wrongly: {text[:200]}.")
    try:
        strength = float(alpha)
    except OverflowError:
        strength = math.inf
    if not math.isfinite(strength):
        raise CheckpointError(f"{source}: the strength of its adapters is not finite.")
    return LoraConfig(rank, strength, tuple(targets))


def _adapters(network: nn.Module) -> Iterator[tuple[str, LowRankUpdate]]:
    """Name of the adapted layer, and its adapter."""
    for name, module in network.named_modules():
        if isinstance(module, LowRankUpdate):
            yield name.removesuffix(".parametrizations.weight.0"), module
