# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters sorted by what an optimiser must know of them: part, weight decay, matrix or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from torch import Tensor, nn

from anyview.core.errors import OptionError

Role = Literal["backbone", "heads", "camera"]
"""Which part of a network: the transformer; dense heads; camera encoder and decoder."""

ROLES: tuple[Role, ...] = get_args(Role)

MIN_MATRIX_SIDE = 16
"""Narrower matrices read or write a few numbers (poses, fields of view): not for Muon."""


@dataclass(frozen=True)
class ParameterGroup:
    """Parameters that are treated alike.

    Attributes:
        role: The part of the network.
        decays: Whether weight decay applies.
        is_matrix: Whether these are hidden matrices, which Muon can orthogonalise.
        factor: What the learning rate is multiplied by.
        parameters: Name and parameter, in the network's order.
    """

    role: Role
    decays: bool
    is_matrix: bool
    factor: float
    parameters: tuple[tuple[str, Tensor], ...]

    @property
    def name(self) -> str:
        """Readable and unique, such as ``"heads, no decay"``."""
        decay = "decay" if self.decays else "no decay"
        return f"{self.role}, {decay}" + (", matrices" if self.is_matrix else "")

    @property
    def num_values(self) -> int:
        """Numbers in all parameters."""
        return sum(parameter.numel() for _, parameter in self.parameters)


def role_of(name: str) -> Role:
    """The part of the network that a parameter belongs to.

    Args:
        name: As ``named_parameters`` gives it; whatever wraps a network (DDP) may stand in front.
    """
    parts = name.split(".")
    if any(part in ("camera_encoder", "camera_decoder") for part in parts):
        return "camera"
    return "backbone" if "backbone" in parts else "heads"


def has_decay(name: str, parameter: Tensor) -> bool:
    """Whether weight decay makes sense.

    Not for biases, norms and scales (vectors), nor for learned inputs: class and camera tokens
    and the position table, which decay would pull towards "no information".
    """
    own_name = name.rsplit(".", 1)[-1]
    return parameter.ndim >= 2 and not own_name.endswith(("token", "embedding"))


def is_hidden_matrix(name: str, parameter: Tensor) -> bool:
    """Whether a parameter maps many features to many features, as Muon assumes.

    Convolutions, tokens, and matrices with few rows or columns (first and last layers of the
    camera parts, low-rank adapters) are left to AdamW.
    """
    return (
        parameter.ndim == 2
        and name.rsplit(".", 1)[-1] == "weight"
        and min(parameter.shape) >= MIN_MATRIX_SIDE
    )


def group_parameters(
    network: nn.Module, *, factors: Mapping[Role, float] | None = None
) -> list[ParameterGroup]:
    """Sort the parameters that are to be trained.

    Args:
        network: Any network; parameters that need no gradient are left out.
        factors: Learning-rate factor of a role, 1 where none is given; > 0. To train only a part,
            freeze the rest instead.

    Returns:
        Groups that have parameters, in a fixed order; every trained parameter is in one of them.

    Raises:
        OptionError: If nothing is trained, or a factor or role is not accepted.
    """
    given = dict(factors or {})
    unknown = sorted(set(given) - set(ROLES))
    if unknown:
        raise OptionError(f"Unknown roles {unknown}; accepted: {', '.join(ROLES)}.")
    wrong = {role: factor for role, factor in given.items() if not factor > 0}
    if wrong:
        raise OptionError(
            f"Learning-rate factors must be > 0, got {wrong}. "
            "A part that shall not be trained is frozen instead (requires_grad_(False))."
        )
    groups = [
        ParameterGroup(role, decays, is_matrix, given.get(role, 1.0), tuple(found))
        for role in ROLES
        for decays, is_matrix in ((True, True), (True, False), (False, False))
        if (found := list(_matching(network, role, decays, is_matrix)))
    ]
    if not groups:
        raise OptionError(
            "No parameter needs a gradient, so there is nothing to train. Networks are built and "
            "loaded frozen: choose what is trained first (training.lora.trainable)."
        )
    return groups


def _matching(
    network: nn.Module, role: Role, decays: bool, is_matrix: bool
) -> Iterator[tuple[str, Tensor]]:
    for name, parameter in network.named_parameters():
        if (
            parameter.requires_grad
            and role_of(name) == role
            and has_decay(name, parameter) == decays
            and is_hidden_matrix(name, parameter) == is_matrix
        ):
            yield name, parameter
