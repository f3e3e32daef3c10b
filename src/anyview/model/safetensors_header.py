# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a safetensors file contains, read from its header alone: no tensors, no torch.

A file is 8 bytes (little-endian length n), n bytes of JSON, then the tensors' bytes.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from anyview.core.errors import CheckpointError
from anyview.io.listing import require_file

MAX_HEADER_BYTES = 100_000_000
"""The limit of the format's own reader; a longer header is not a header."""

_TORCH_NAMES = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U8": "uint8",
    "BOOL": "bool",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
}

_PICKLE_SUFFIXES = {".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle"}


@dataclass(frozen=True)
class TensorEntry:
    """One tensor of a file.

    Attributes:
        dtype: Torch's name of its dtype.
        shape: Its shape.
    """

    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class SafetensorsHeader:
    """The header of a file.

    Attributes:
        tensors: Entries by key.
        metadata: Free text by key.
        size_bytes: Size of the whole file.
    """

    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]
    size_bytes: int

    @property
    def dtype(self) -> str:
        """The dtype of all tensors, or ``"mixed (...)"``."""
        names = sorted({entry.dtype for entry in self.tensors.values()})
        return names[0] if len(names) == 1 else f"mixed ({', '.join(names)})"


def is_pickle(path: Path) -> bool:
    """Whether a file looks like a pickle, by its suffix or its first bytes."""
    if path.suffix.lower() in _PICKLE_SUFFIXES:
        return True
    with path.open("rb") as file:
        start = file.read(9)
    if start[8:9] == b"{":  # a safetensors header; its length may happen to look like a pickle
        return False
    return start.startswith(b"PK\x03\x04") or (start[:1] == b"\x80" and start[1:2] <= b"\x05")


def refuse_pickle(path: Path) -> None:
    """Stop before a pickle is opened: unpickling can run any code that its author put there.

    Raises:
        CheckpointError: If ``path`` is a pickle; the message says how to convert it.
    """
    if is_pickle(path):
        raise CheckpointError(
            f"{path} is a pickle, which can run code when it is opened; weights are read from "
            f"safetensors files only. Convert it once, safely: anyview weights convert "
            f"{path} {path.with_suffix('.safetensors').name}"
        )


def _entry(path: Path, key: str, data: Any, data_bytes: int) -> TensorEntry:
    broken = CheckpointError(f"{path} is damaged: its header describes tensor {key!r} as {data!r}.")
    if not isinstance(data, dict):
        raise broken
    dtype, shape, offsets = data.get("dtype"), data.get("shape"), data.get("data_offsets")
    if not isinstance(dtype, str) or not isinstance(shape, list) or not isinstance(offsets, list):
        raise broken
    if len(offsets) != 2 or not all(type(n) is int and n >= 0 for n in (*shape, *offsets)):
        raise broken
    if offsets[1] > data_bytes:
        raise CheckpointError(
            f"{path} is cut short: tensor {key!r} ends {offsets[1] - data_bytes} bytes after the "
            "end of the file. Download or copy it again."
        )
    return TensorEntry(_TORCH_NAMES.get(dtype, dtype.lower()), tuple(shape))


def read_header(path: Path) -> SafetensorsHeader:
    """Read and check the header of a safetensors file.

    Raises:
        CheckpointError: If the file is missing, a pickle, damaged or cut short.
    """
    require_file(path, "a file of weights", CheckpointError)
    try:
        size = path.stat().st_size
        refuse_pickle(path)
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(size - 8, MAX_HEADER_BYTES):
                raise CheckpointError(
                    f"{path} is not a safetensors file, or is cut short: it has {size} bytes and "
                    f"{f'its header would have {length}' if size >= 8 else 'no header'}. "
                    "Download or copy it again."
                )
            header = file.read(length)
    except OSError as error:
        raise CheckpointError(f"Cannot read {path}: {error.strerror or error}.") from error
    try:
        content = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{path} is not a safetensors file, or is damaged: its header is not JSON ({error})."
        ) from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} is damaged: its header is not a JSON object.")
    metadata = content.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise CheckpointError(f"{path} is damaged: its metadata is not text by name.")
    tensors = {k: _entry(path, k, v, size - 8 - length) for k, v in content.items()}
    return SafetensorsHeader(MappingProxyType(tensors), MappingProxyType(metadata), size)
