# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scored tasks as JSON, and back."""

import math
from collections.abc import Mapping
from typing import Any

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.task import Scored

_INFINITE = {"inf": math.inf, "-inf": -math.inf}


def record_of(scored: Scored) -> dict[str, Any]:
    """One task as JSON has it: no NaN (null) and no infinity (a text) among the numbers."""
    return {
        "task": scored.task,
        "suite": scored.suite,
        "tags": list(scored.tags),
        "outcome": scored.outcome,
        "reason": scored.reason,
        "numbers": {name: _to_json(value) for name, value in scored.numbers.items()},
        "curves": {name: [_to_json(v) for v in values] for name, values in scored.curves.items()},
        "seconds": _to_json(scored.seconds),
        "peak_bytes": scored.peak_bytes,
    }


def scored_of(record: Any, what: str) -> Scored:
    """One task of JSON.

    Args:
        record: Of ``record_of``.
        what: Its place, which starts messages.

    Raises:
        InputError: If something is missing or of another kind.
    """
    try:
        outcome = record["outcome"]
        if outcome not in ("ok", "failed"):
            raise ValueError(f"outcome is {outcome!r}")
        peak = record["peak_bytes"]
        return Scored(
            task=_text(record["task"]),
            suite=_text(record["suite"]),
            tags=tuple(_text(tag) for tag in record["tags"]),
            outcome=outcome,
            reason=_text(record["reason"]),
            numbers={_text(k): _number(v) for k, v in _pairs(record["numbers"])},
            curves={_text(k): tuple(map(_number, v)) for k, v in _pairs(record["curves"])},
            seconds=_number(record["seconds"]),
            peak_bytes=None if peak is None else int(_number(peak)),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"{what} is no scored task: {type(error).__name__}: {error}. Expected are task, suite, "
            "tags, outcome, reason, numbers, curves, seconds, peak_bytes."
        ) from error


def _to_json(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)


def _number(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, str):
        return _INFINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _pairs(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is no object")
    return value.items()
