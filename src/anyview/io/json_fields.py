# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""JSON of foreign data sets, read so that a missing or odd value is named with its file."""

import gzip
import io
import json
import math
import zlib
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.io.listing import require_file
from anyview.io.numpy_files import largest_content


def read_json(path: Path) -> Any:
    """The content of a JSON file, gzipped or not (told by its first two bytes).

    Raises:
        InputError: If the file is absent or damaged.
    """
    require_file(path, "a JSON file")
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = _unpacked(content)
        return json.loads(content)
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise InputError(f"{path}: not a readable JSON file ({error}).") from error


def _unpacked(content: bytes) -> bytes:
    """What a gzipped file holds, unless that is far more than it is itself.

    Raises:
        ValueError: If it is.
    """
    limit = largest_content(len(content))
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        unpacked = file.read(limit + 1)
    if len(unpacked) > limit:
        raise ValueError(f"its {len(content):,} bytes unpack to more than {limit:,}")
    return unpacked


def table(value: Any, where: str) -> dict[str, Any]:
    """A JSON object.

    Args:
        value: What stands there.
        where: File and place, which starts the message.

    Raises:
        InputError: If it is none.
    """
    if not isinstance(value, dict):
        raise InputError(f"{where}: must be a JSON object, is {_shown(value)}.")
    return value


def rows(value: Any, where: str) -> list[dict[str, Any]]:
    """A JSON array of objects, possibly empty.

    Raises:
        InputError: If it is none.
    """
    if not isinstance(value, list):
        raise InputError(f"{where}: must be a JSON array, is {_shown(value)}.")
    return [table(row, f"{where}[{index}]") for index, row in enumerate(value)]


def field(record: dict[str, Any], name: str, where: str) -> Any:
    """A value that has to be there and not null.

    Raises:
        InputError: If it is not.
    """
    if record.get(name) is None:
        present = ", ".join(sorted(record)[:12]) or "nothing"
        raise InputError(f"{where}: lacks {name!r}; it has {present}.")
    return record[name]


def number(
    record: dict[str, Any], name: str, where: str, default: int | float | None = None
) -> float:
    """A finite number.

    Args:
        record: The object.
        name: The key.
        where: File and place, which starts the message.
        default: Taken if the key is absent; None makes the key compulsory.

    Raises:
        InputError: If it is absent or no finite number.
    """
    if default is not None and record.get(name) is None:
        return float(default)
    value = field(record, name, where)
    try:
        if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    except OverflowError:  # JSON's whole numbers have no end
        pass
    raise InputError(f"{where}: {name!r} must be a finite number, is {_shown(value)}.")


def text(record: dict[str, Any], name: str, where: str) -> str:
    """Text that is not empty.

    Raises:
        InputError: If it is absent, empty or no text.
    """
    value = field(record, name, where)
    if not isinstance(value, str) or not value:
        raise InputError(f"{where}: {name!r} must be text, is {_shown(value)}.")
    return value


def matrix(
    record: dict[str, Any], name: str, where: str, shape: tuple[int, ...]
) -> Float64[Tensor, "..."]:
    """Numbers of a given shape; NaN and infinities pass, who uses them must look.

    Raises:
        InputError: If it is absent or has another shape.
    """
    value = field(record, name, where)
    try:
        numbers = torch.tensor(value, dtype=torch.float64)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError(f"{where}: {name!r} is no regular array of numbers.") from error
    if tuple(numbers.shape) != shape:
        raise InputError(
            f"{where}: {name!r} must have shape {list(shape)}, has {list(numbers.shape)}."
        )
    return numbers


def below(folder: Path, relative: str, where: str) -> Path:
    """A path that a file names, inside the data set's folder.

    Data sets come from strangers: their paths must not reach out of the folder.

    Raises:
        InputError: If it is absolute or leads outside.
    """
    path = Path(relative)
    if path.is_absolute() or ".." in path.parts or "\0" in relative:
        raise InputError(f"{where}: {relative!r} leads out of {folder}; paths must stay inside it.")
    return folder / path


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
