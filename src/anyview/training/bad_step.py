# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A step whose numbers are not finite: stop before the update, keep what replays it.

The file holds the batch, the loss terms and the weights, which the bad update has not touched::

    bad = load_bad_step("run/bad-step-00000123.safetensors")
    network.load_state_dict(bad.weights)
    loss(network, bad.batch)
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from anyview.core.errors import InputError, TrainingError
from anyview.data.batch import Batch
from anyview.io.atomic import atomic_path
from anyview.io.listing import require_file
from anyview.training.distributed import full_state

_METADATA_KEY = "anyview_bad_step"
_GRADIENTS_NAMED = 4


@dataclass(frozen=True)
class BadStep:
    """What ``stop_if_bad`` saved.

    Attributes:
        step: Index of the step.
        batch: What the step was given.
        terms: Loss terms by name.
        gradients: Names of parameters whose gradient is not finite.
        weights: State of the network before the step.
    """

    step: int
    batch: Batch
    terms: dict[str, Tensor]
    gradients: tuple[str, ...]
    weights: dict[str, Tensor]


def are_finite(values: Mapping[str, Tensor]) -> bool:
    """Whether all numbers are finite; one wait for the device, however many there are.

    Args:
        values: Loss terms, the norm of the gradient: scalars or larger, by name.
    """
    if not values:
        return True
    return bool(torch.stack([value.detach().isfinite().all() for value in values.values()]).all())


def stop_if_bad(
    folder: str | Path,
    step: int,
    batch: Batch,
    terms: Mapping[str, Tensor],
    network: nn.Module,
    *,
    rank: int = 0,
) -> None:
    """End a run whose loss or gradient is not finite; call it between backward and update.

    Args:
        folder: Of the run.
        step: Index of the step.
        batch: What the step was given.
        terms: Loss terms, and the norm of the gradient, by name.
        network: With its gradients.
        rank: Of this process; each writes a file of its own.

    Raises:
        TrainingError: If anything is not finite; names the terms and the file.
    """
    if are_finite(terms):
        return
    # Terms that are fine while the gradient is not: its norm is one of the terms.
    bad_terms = sorted(name for name, value in terms.items() if not are_finite({name: value}))
    gradients = tuple(
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is not None and not parameter.grad.isfinite().all()
    )
    suffix = f"-rank{rank}" if rank else ""
    path = Path(folder) / f"bad-step-{step:08d}{suffix}.safetensors"
    _save(path, BadStep(step, batch, dict(terms), gradients, full_state(network)))
    listed = ", ".join(gradients[:_GRADIENTS_NAMED]) + (
        f" and {len(gradients) - _GRADIENTS_NAMED} more"
        if len(gradients) > _GRADIENTS_NAMED
        else ""
    )
    where = f" Gradients that are not finite: {listed}." if gradients else ""
    raise TrainingError(
        f"Step {step} is not finite: {', '.join(bad_terms)} "
        f"(scenes {', '.join(batch.names)}).{where} Weights were not updated. Batch, loss terms "
        f"and weights are in {path}; anyview.training.bad_step.load_bad_step({str(path)!r}) gives "
        "them back to replay the step. To go on, resume with a lower learning rate or without "
        "what is wrong in these scenes."
    )


def load_bad_step(path: str | Path) -> BadStep:
    """What a run that stopped had in hand.

    Args:
        path: The file that the error names.

    Raises:
        InputError: If it cannot be read or holds something else.
    """
    require_file(Path(path), "the record of a step")
    try:
        with safe_open(path, framework="pt") as file:
            described = (file.metadata() or {}).get(_METADATA_KEY)
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no dict
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    if described is None:
        raise InputError(f"{path} is not the record of a bad step.")

    def part(prefix: str) -> dict[str, Tensor]:
        return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}

    try:
        about = json.loads(described)
        return BadStep(
            step=int(about["step"]),
            batch=Batch(**part("batch/"), names=[str(name) for name in about["names"]]),
            terms=part("term/"),
            gradients=tuple(str(name) for name in about["gradients"]),
            weights=part("weight/"),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise InputError(f"{path} is damaged: {type(error).__name__}: {error}.") from error


def _save(path: Path, bad: BadStep) -> None:
    tensors = {
        f"batch/{f.name}": getattr(bad.batch, f.name) for f in fields(Batch) if f.name != "names"
    }
    tensors |= {f"term/{name}": value for name, value in bad.terms.items()}
    tensors |= {f"weight/{name}": value for name, value in bad.weights.items()}
    # Clones: safetensors refuses tensors that share memory.
    plain = {
        k: v.detach().cpu().clone(memory_format=torch.contiguous_format) for k, v in tensors.items()
    }
    about = {"step": bad.step, "names": bad.batch.names, "gradients": bad.gradients}
    with atomic_path(path) as temporary:
        save_file(plain, temporary, metadata={_METADATA_KEY: json.dumps(about)})
