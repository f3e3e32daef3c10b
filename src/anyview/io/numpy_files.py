# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""NPY and NPZ files from anywhere: plain arrays or an error, never code, never a full memory.

NumPy itself reserves what a header claims, and unpacks whatever is compressed; here what is
claimed is compared with what is there first.
"""

import io
import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, TypeVar

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError
from anyview.io.formats import first_line

Array = npt.NDArray[Any]
Value = TypeVar("Value")

MAX_MEMBERS = 1000
"""No archive of arrays has more."""

_LEAST_LIMIT = 256 << 20
_MOST_EXPANSION = 20

# What NumPy and zipfile raise on damage. A plain RuntimeError is an encrypted member,
# NotImplementedError a compression that Python does not have.
_DAMAGED = (
    ValueError,
    SyntaxError,
    OSError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    RuntimeError,
    MemoryError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def largest_content(stored_bytes: int) -> int:
    """How many bytes a compressed file may unpack to: more is a bomb, not data.

    Args:
        stored_bytes: Size of the file.

    Returns:
        Twenty times as many, and at least 256 MiB. (Flat images shrink a thousandfold, but then
        they are small.)
    """
    return max(_LEAST_LIMIT, _MOST_EXPANSION * stored_bytes)


def load_array(file: io.BufferedIOBase, *, what: str) -> Array:
    """The array of an NPY file.

    Args:
        file: Opened for reading at its start; it can seek.
        what: Its place, which starts messages.

    Raises:
        InputError: If it is damaged, no NPY file, or holds objects.
    """

    def read() -> Array:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        return _array(file, size)

    return _damage_named(read, what, "NPY")


def load_arrays(
    file: io.BufferedIOBase, *, what: str, names: Iterable[str] | None = None
) -> dict[str, Array]:
    """The arrays of an NPZ file.

    Args:
        file: Opened for reading at its start; it can seek.
        what: Its place, which starts messages.
        names: Read these only, where they are there; None for all.

    Returns:
        Arrays by name, in the order of the file.

    Raises:
        InputError: If it is damaged, no NPZ file, holds objects, or unpacks to far more than it
            is itself.
    """
    wanted = None if names is None else set(names)

    def read() -> dict[str, Array]:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if file.read(6) == np.lib.format.MAGIC_PREFIX:
            raise ValueError("it is a single array (NPY)")
        with zipfile.ZipFile(file) as archive:
            members = {_name(m): m for m in archive.infolist()[: MAX_MEMBERS + 1]}
            if len(members) > MAX_MEMBERS:
                raise ValueError(f"it has more than {MAX_MEMBERS} members")
            chosen = {n: m for n, m in members.items() if wanted is None or n in wanted}
            unpacked = sum(member.file_size for member in chosen.values())
            if unpacked > largest_content(size):
                raise ValueError(
                    f"its {size:,} bytes unpack to {unpacked:,}, more than is believed of them; "
                    "if they are right, store the arrays without compression"
                )
            return {name: _member(archive, member) for name, member in chosen.items()}

    return _damage_named(read, what, "NPZ")


def array_names(file: io.BufferedIOBase, *, what: str) -> tuple[str, ...]:
    """Names of the arrays of an NPZ file, none of which is read.

    Args:
        file: As for ``load_arrays``.
        what: Its place, which starts messages.

    Raises:
        InputError: If it is damaged or no NPZ file.
    """

    def read() -> tuple[str, ...]:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            return tuple(_name(member) for member in archive.infolist()[:MAX_MEMBERS])

    return _damage_named(read, what, "NPZ")


def whole_number(arrays: Mapping[str, Array], name: str, *, what: str) -> int:
    """A single whole number among arrays.

    Args:
        arrays: By name.
        name: Which.
        what: Their place, which starts the message.

    Raises:
        InputError: If it is absent or something else.
    """
    array = arrays.get(name)
    if array is None or array.shape != () or array.dtype.kind not in "iu":
        raise InputError(f"{what}: {name} must be a single whole number.")
    return int(array)


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    with archive.open(member) as file:
        return _array(file, member.file_size)


def _array(file: IO[bytes] | io.BufferedIOBase, size: int) -> Array:
    """An array of at most ``size`` bytes with its header."""
    version = np.lib.format.read_magic(file)
    readers: dict[Any, Callable[..., Any]] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in readers:
        raise ValueError(f"version {version} of the format is not read")
    shape, is_fortran, dtype = readers[version](file)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are not read from files")
    count = math.prod(shape)
    # Elements of no bytes (empty texts) are counted too: somebody will go through them.
    if any(side < 0 for side in shape) or count * max(1, dtype.itemsize) > size:
        raise ValueError(f"an array of shape {_short(shape)} does not fit into {size:,} bytes")
    content = bytearray(file.read(count * dtype.itemsize))
    if len(content) != count * dtype.itemsize:
        raise ValueError("it is cut off")
    if not content:
        return np.empty(shape, dtype=dtype)
    # Of bytes that may be written to, as torch wants it.
    flat: Array = np.frombuffer(content, dtype=dtype, count=count)
    return flat.reshape(shape[::-1]).T if is_fortran else flat.reshape(shape)


def _short(shape: tuple[int, ...]) -> str:
    text = " x ".join(map(str, shape[:8]))
    return text if len(text) < 100 else f"{text[:100]}..."


def _damage_named(read: Callable[[], Value], what: str, kind: str) -> Value:
    try:
        return read()
    except InputError:
        raise
    except _DAMAGED as error:
        raise InputError(
            f"{what}: damaged or not an {kind} file ({first_line(error)[:300]})."
        ) from error
