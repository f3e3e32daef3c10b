# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Lenses in the JSON that this program writes: the fields of ``Lens``, by their names."""

from dataclasses import asdict
from typing import Any

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.json_fields import field, number, table

MODELS = ("perspective", "fisheye")


def lens_to_json(lens: Lens) -> dict[str, Any]:
    """What ``lens_from_json`` turns back into an equal lens."""
    record = asdict(lens)
    return {**record, "radial": list(lens.radial), "tangential": list(lens.tangential)}


def lens_from_json(value: Any, where: str) -> Lens:
    """A lens as this program wrote it.

    Args:
        value: What stands in the file.
        where: File and place, which starts messages.

    Raises:
        InputError: If a field is absent or cannot be meant.
    """
    record = table(value, where)
    model = field(record, "model", where)
    if model not in MODELS:
        raise InputError(f"{where}: 'model' must be one of {', '.join(MODELS)}, is {model!r}.")
    fx, fy, cx, cy, height, width = (
        number(record, name, where) for name in ("fx", "fy", "cx", "cy", "height", "width")
    )
    if fx <= 0 or fy <= 0 or height < 1 or width < 1 or height % 1 or width % 1:
        raise InputError(
            f"{where}: 'fx' and 'fy' must be positive, 'height' and 'width' positive whole "
            f"numbers; they are {fx:g}, {fy:g}, {height:g} and {width:g}."
        )
    radial = _numbers(record, "radial", where)
    tangential = _numbers(record, "tangential", where)
    if len(tangential) != 2 or len(radial) > 6:
        raise InputError(
            f"{where}: 'tangential' must have 2 numbers and 'radial' at most 6; they have "
            f"{len(tangential)} and {len(radial)}."
        )
    return Lens(
        fx=fx,
        fy=fy,
        cx=cx,
        cy=cy,
        height=int(height),
        width=int(width),
        model=model,
        radial=radial,
        tangential=(tangential[0], tangential[1]),
    )


def _numbers(record: dict[str, Any], name: str, where: str) -> tuple[float, ...]:
    value = field(record, name, where)
    if not isinstance(value, list):
        raise InputError(f"{where}: {name!r} must be a list of numbers.")
    return tuple(number({name: entry}, name, where) for entry in value)
