# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An exponential moving average of the weights: it usually predicts better than the last ones."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from anyview.core.errors import CheckpointMismatchError, OptionError
from anyview.training.split_tensors import split_like, whole


class WeightAverage:
    """Averages of all parameters that are trained, in float32.

    The decay is ramped: after n updates it is at most (1 + n) / (10 + n), so that an early
    average is not dominated by initial weights.

    Args:
        network: Its trained parameters are averaged; the first average is a copy of them.
        decay: Decay per update once the ramp is over, in [0, 1).

    Raises:
        OptionError: If the decay is out of range.
    """

    def __init__(self, network: nn.Module, *, decay: float = 0.999) -> None:
        if not 0 <= decay < 1:
            raise OptionError(f"decay is {decay}; accepted: 0 up to, not including, 1.")
        self.decay = decay
        self.num_updates = 0
        self._parameters = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self._averages = {n: p.detach().float().clone() for n, p in self._parameters.items()}
        self._swapped = False

    @property
    def current_decay(self) -> float:
        """The decay that the next update uses."""
        return min(self.decay, (1 + self.num_updates) / (10 + self.num_updates))

    @torch.no_grad()
    def update(self) -> None:
        """Move the averages towards the parameters, after each step of the optimiser."""
        assert not self._swapped, "an update while averages are swapped in would average themselves"
        averages, values = list(self._averages.values()), self._values()
        torch._foreach_lerp_(averages, [v.float() for v in values], 1 - self.current_decay)
        self.num_updates += 1

    @contextlib.contextmanager
    def swapped_in(self) -> Iterator[None]:
        """The network has the averages inside the block and its own weights again after it.

        In place, so that whoever shares the parameters sees the same. Not for training inside.
        """
        assert not self._swapped, "averages are swapped in already"
        values = self._values()
        with torch.no_grad():
            own = [value.clone() for value in values]
            torch._foreach_copy_(values, list(self._averages.values()))
        self._swapped = True
        try:
            yield
        finally:
            with torch.no_grad():
                torch._foreach_copy_(values, own)
            self._swapped = False

    def state_dict(self) -> dict[str, Any]:
        """Averages by name, and how many updates they have seen.

        Averages that FSDP2 split are whole in it: all processes must call this then.
        """
        return {
            "num_updates": self.num_updates,
            "averages": {name: whole(average).clone() for name, average in self._averages.items()},
        }

    @torch.no_grad()
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue where ``state_dict`` left off; the decay stays this run's.

        Raises:
            CheckpointMismatchError: If parameters or shapes differ.
        """
        given: Mapping[str, Tensor] = state["averages"]
        wrong = [
            f"{name} is {tuple(given[name].shape)}, expected {tuple(average.shape)}"
            for name, average in self._averages.items()
            if name in given and given[name].shape != average.shape
        ]
        if wrong or given.keys() != self._averages.keys():
            raise CheckpointMismatchError(
                "The saved average of the weights",
                missing=self._averages.keys() - given.keys(),
                unexpected=given.keys() - self._averages.keys(),
                wrong_shape=wrong,
            )
        for name, average in self._averages.items():
            average.copy_(split_like(given[name], average))
        self.num_updates = int(state["num_updates"])

    def _values(self) -> list[Tensor]:
        return [parameter.data for parameter in self._parameters.values()]
