# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The terms of a loss by name, with their weights and their sum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import OptionError


@dataclass(frozen=True)
class LossTerm:
    """One term.

    Attributes:
        value: As it is, not weighted; carries the gradient.
        weight: What it counts for in the total; 0 only watches it.
    """

    value: Float[Tensor, ""]
    weight: int | float = 1.0


@dataclass(frozen=True)
class LossReport:
    """Named terms; adding one gives a new report.

    Attributes:
        terms: In the order in which they were added.
    """

    terms: Mapping[str, LossTerm] = field(default_factory=lambda: MappingProxyType({}))

    def with_term(
        self, name: str, value: Float[Tensor, ""], weight: int | float = 1.0
    ) -> "LossReport":
        """A report with one term more.

        Args:
            name: Not used yet, and not "total".
            value: Not weighted.
            weight: Not negative.

        Raises:
            OptionError: If the name is taken or the weight negative.
        """
        if name in self.terms or name == "total":
            raise OptionError(f"The loss has a term {name!r} already; choose another name.")
        if not weight >= 0:
            raise OptionError(f"The weight of {name!r} is {weight}; accepted: 0 or more.")
        return LossReport(MappingProxyType({**self.terms, name: LossTerm(value, weight)}))

    @property
    def total(self) -> Float[Tensor, ""]:
        """Weighted sum; terms of weight 0 take no part, so they may even be NaN."""
        parts = [term.weight * term.value for term in self.terms.values() if term.weight > 0]
        if not parts:
            raise OptionError("The loss has no term with a positive weight; add one.")
        return torch.stack(parts).sum()

    def numbers(self) -> dict[str, float]:
        """All terms, not weighted, as plain numbers in one transfer from the device."""
        if not self.terms:
            return {}
        values = torch.stack([term.value.detach().float() for term in self.terms.values()])
        return dict(zip(self.terms, values.tolist(), strict=True))


def mean_numbers(numbers: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Mean of each name over the reports that have it, in order of first appearance."""
    sums: dict[str, tuple[float, int]] = {}
    for report in numbers:
        for name, value in report.items():
            total, count = sums.get(name, (0.0, 0))
            sums[name] = (total + value, count + 1)
    return {name: total / count for name, (total, count) in sums.items()}
