# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Optimisers behind one object: AdamW, or Muon for hidden matrices and AdamW for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from anyview.core.errors import CheckpointMismatchError, OptionError
from anyview.core.options import check_choices, option
from anyview.training.parameter_groups import ParameterGroup, Role, group_parameters
from anyview.training.split_tensors import split_like, whole

_FUSED_DEVICES = {"cpu", "cuda", "mps"}


@dataclass(frozen=True)
class OptimizerConfig:
    """How parameters are updated. DA3 publishes only the peak rate, 2e-4; the rest is our choice.

    Attributes:
        kind: ``"adamw"``, or ``"muon"`` for hidden matrices with AdamW for everything else.
        learning_rate: Peak rate.
        weight_decay: Decoupled decay of weights; not of norms, biases, scales, tokens, positions.
        betas: Averaging of the gradient and of its square in AdamW.
        epsilon: Of AdamW.
        momentum: Of Muon.
        backbone_factor: Rate of the backbone relative to ``learning_rate``.
        heads_factor: The same for dense heads.
        camera_factor: The same for camera encoder and decoder.
    """

    kind: Literal["adamw", "muon"] = option("adamw", "AdamW, or Muon for hidden matrices.")
    learning_rate: float = option(2e-4, "Peak learning rate.")
    weight_decay: float = option(0.05, "Decoupled weight decay.")
    betas: tuple[float, float] = option((0.9, 0.98), "Averaging of AdamW.")
    epsilon: float = option(1e-8, "Epsilon of AdamW.")
    momentum: float = option(0.95, "Momentum of Muon.")
    backbone_factor: float = option(1.0, "Learning rate of the backbone, relative.")
    heads_factor: float = option(1.0, "Learning rate of dense heads, relative.")
    camera_factor: float = option(1.0, "Learning rate of the camera parts, relative.")

    def __post_init__(self) -> None:
        check_choices(self)
        if not self.learning_rate > 0:
            raise OptionError(f"learning_rate is {self.learning_rate}; accepted: above 0.")
        if self.weight_decay < 0:
            raise OptionError(f"weight_decay is {self.weight_decay}; accepted: 0 or more.")
        for name in ("backbone_factor", "heads_factor", "camera_factor"):
            if not getattr(self, name) > 0:
                raise OptionError(f"{name} is {getattr(self, name)}; accepted: above 0.")

    @property
    def factors(self) -> dict[Role, float]:
        """Learning-rate factors by role."""
        return {
            "backbone": self.backbone_factor,
            "heads": self.heads_factor,
            "camera": self.camera_factor,
        }


class RunOptimizer:
    """One or two torch optimisers that step together.

    Args:
        parts: Optimisers by name; their groups carry ``"peak_lr"`` and ``"label"``.
    """

    def __init__(self, parts: Mapping[str, torch.optim.Optimizer]) -> None:
        self.parts = dict(parts)

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all parts; changing one changes the optimiser."""
        return [group for part in self.parts.values() for group in part.param_groups]

    @property
    def parameters(self) -> list[Tensor]:
        """Everything that is trained."""
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def set_factor(self, factor: float) -> None:
        """Set the rate of every group to ``factor`` times its peak.

        Args:
            factor: From ``schedule.learning_rate_factor``.
        """
        for group in self.param_groups:
            group["lr"] = group["peak_lr"] * factor

    def zero_grad(self) -> None:
        """Forget gradients."""
        for part in self.parts.values():
            part.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Update all parameters that have a gradient."""
        for part in self.parts.values():
            part.step()

    def state_dict(self) -> dict[str, Any]:
        """Tensors, numbers and strings only, parameters by name.

        Tensors that FSDP2 split are whole in it: all processes must call this then.
        """
        states = {name: part.state_dict() for name, part in self.parts.items()}
        for state in states.values():
            state["state"] = {
                index: {k: whole(v) if isinstance(v, Tensor) else v for k, v in values.items()}
                for index, values in state["state"].items()
            }
        return states

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue where ``state_dict`` left off.

        Raises:
            CheckpointMismatchError: If it belongs to another optimiser or other parameters.
        """
        own = _names({name: {"param_groups": p.param_groups} for name, p in self.parts.items()})
        theirs = _names(state)
        if own != theirs:
            have = {f"{name}: {parameter}" for name, parameter in own}
            given = {f"{name}: {parameter}" for name, parameter in theirs}
            raise CheckpointMismatchError(
                "The saved state of the optimiser", missing=have - given, unexpected=given - have
            )
        for name, part in self.parts.items():
            peaks = [group["peak_lr"] for group in part.param_groups]
            parameters = [p for group in part.param_groups for p in group["params"]]
            values = {
                index: {k: _split(v, parameters[index]) for k, v in entry.items()}
                for index, entry in state[name]["state"].items()
            }
            part.load_state_dict({**state[name], "state": values})
            # The config of this run decides rates: a run may be continued with others.
            for group, peak in zip(part.param_groups, peaks, strict=True):
                group["peak_lr"] = peak


def build_optimizer(network: nn.Module, config: OptimizerConfig) -> RunOptimizer:
    """An optimiser for all parameters that need a gradient.

    Args:
        network: On the device that it is trained on.
        config: The kind and its numbers.

    Raises:
        OptionError: If nothing is trained, or Muon is asked of a torch without it.
    """
    groups = group_parameters(network, factors=config.factors)
    muon = [group for group in groups if group.is_matrix and config.kind == "muon"]
    adamw = [group for group in groups if group not in muon]
    parts: dict[str, torch.optim.Optimizer] = {}
    if config.kind == "muon":
        muon_class = getattr(torch.optim, "Muon", None)
        if muon_class is None:
            raise OptionError(
                f"kind 'muon' needs torch 2.9 or newer; this is {torch.__version__}. "
                "Upgrade torch, or use kind 'adamw'."
            )
        if muon:
            parts["muon"] = muon_class(
                [_as_torch_group(group, config) for group in muon],
                lr=config.learning_rate,
                weight_decay=config.weight_decay,
                momentum=config.momentum,
                # Updates as large as AdamW's, so that one learning rate suits both.
                adjust_lr_fn="match_rms_adamw",
            )
    if adamw:
        devices = {p.device.type for group in adamw for _, p in group.parameters}
        parts["adamw"] = torch.optim.AdamW(
            [_as_torch_group(group, config) for group in adamw],
            lr=config.learning_rate,
            betas=config.betas,
            eps=config.epsilon,
            weight_decay=config.weight_decay,
            # None lets torch choose foreach where it pays.
            fused=True if devices <= _FUSED_DEVICES else None,
        )
    return RunOptimizer(parts)


def _as_torch_group(group: ParameterGroup, config: OptimizerConfig) -> dict[str, Any]:
    peak = config.learning_rate * group.factor
    return {
        "params": list(group.parameters),
        "lr": peak,
        "peak_lr": peak,
        "label": group.name,
        "weight_decay": config.weight_decay if group.decays else 0.0,
    }


def _split(value: Any, parameter: Tensor) -> Any:
    """Averages are split as their parameter is; counts of steps are not."""
    if isinstance(value, Tensor) and value.shape == parameter.shape and value.ndim:
        return split_like(value, parameter)
    return value


def _names(state: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Part and parameter, in the order in which torch numbers them."""
    return [
        (name, parameter)
        for name, part in state.items()
        for group in part["param_groups"]
        for parameter in group["param_names"]
    ]
