# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Point clouds as PLY files: positions, colours and, where known, confidence."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import torch
from numpy.typing import NDArray

from anyview.core.errors import InputError
from anyview.io.atomic import atomic_path
from anyview.io.listing import require_file
from anyview.structures.points import PointCloud

CONFIDENCE = "confidence"
"""Name of the property that holds ``PointCloud.conf``."""

_POINTS_PER_BLOCK = 1 << 18
_MAX_HEADER_BYTES = 1 << 16
_BYTE_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": "="}
_TYPES = {
    **dict.fromkeys(("char", "int8"), "i1"),
    **dict.fromkeys(("uchar", "uint8"), "u1"),
    **dict.fromkeys(("short", "int16"), "i2"),
    **dict.fromkeys(("ushort", "uint16"), "u2"),
    **dict.fromkeys(("int", "int32"), "i4"),
    **dict.fromkeys(("uint", "uint32"), "u4"),
    **dict.fromkeys(("float", "float32"), "f4"),
    **dict.fromkeys(("double", "float64"), "f8"),
}


@dataclass(frozen=True)
class _Element:
    """One ``element`` of a header; ``is_plain`` unless a property is a list."""

    name: str
    count: int
    properties: list[tuple[str, str]]
    is_plain: bool


def write_ply(
    path: str | os.PathLike[str], cloud: PointCloud, *, comments: Sequence[str] = ()
) -> None:
    """Write a point cloud as binary little-endian PLY.

    Vertices have ``x y z`` (float), ``red green blue`` (uchar) and, where the cloud has it,
    ``confidence`` (float). ``view_index`` is not written.

    Args:
        path: File to write or replace.
        cloud: Any number of points, 0 too.
        comments: Lines for the header; non-ASCII characters and line breaks become ``?``.

    Raises:
        OutputError: If the file cannot be written.
    """
    fields = [(name, "<f4") for name in "xyz"]
    fields += [(name, "u1") for name in ("red", "green", "blue")]
    if cloud.conf is not None:
        fields.append((CONFIDENCE, "<f4"))
    names = {"<f4": "float", "u1": "uchar"}
    header = ["ply", "format binary_little_endian 1.0"]
    header += ["comment " + "".join(c if " " <= c <= "~" else "?" for c in x) for x in comments]
    header.append(f"element vertex {len(cloud)}")
    header += [f"property {names[kind]} {name}" for name, kind in fields]
    header.append("end_header\n")
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write("\n".join(header).encode("ascii"))
        for start in range(0, len(cloud), _POINTS_PER_BLOCK):
            block = slice(start, start + _POINTS_PER_BLOCK)
            points = cloud.points[block].numpy()
            rows = np.empty(len(points), dtype=fields)
            for axis, name in enumerate("xyz"):
                rows[name] = points[:, axis]
            for band, name in enumerate(("red", "green", "blue")):
                rows[name] = cloud.colors[block, band].numpy()
            if cloud.conf is not None:
                rows[CONFIDENCE] = cloud.conf[block].numpy()
            file.write(rows.tobytes())


def read_ply(path: str | os.PathLike[str]) -> PointCloud:
    """Read the points of a PLY file: ASCII or binary of either byte order.

    Other properties and elements (faces) are left aside. Missing colours are white.

    Args:
        path: A file whose first element is ``vertex`` with at least ``x y z``.

    Returns:
        The cloud in float32; ``conf`` if the file has ``confidence``.

    Raises:
        InputError: If the file is absent, no PLY of points, damaged or cut off.
    """
    path = Path(path)
    require_file(path, "a PLY file")
    try:
        with path.open("rb") as file:
            byte_order, vertex = _read_header(file, path)
            rows = _read_rows(file, path, byte_order, vertex)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    known = dict(vertex.properties)
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinitely far
        points = np.stack([rows[name].astype(np.float32) for name in "xyz"], axis=1)
    colors = np.full((len(rows), 3), 255, dtype=np.uint8)
    if {"red", "green", "blue"} <= set(known):
        for band, name in enumerate(("red", "green", "blue")):
            if known[name] != "u1":
                raise InputError(f"{path}: colours must be of type uchar.")
            colors[:, band] = rows[name]
    with np.errstate(over="ignore"):
        conf = rows[CONFIDENCE].astype(np.float32) if CONFIDENCE in known else None
    return PointCloud(
        points=torch.from_numpy(points),
        colors=torch.from_numpy(colors),
        conf=None if conf is None else torch.from_numpy(conf),
    )


def _read_header(file: IO[bytes], path: Path) -> tuple[str, _Element]:
    """Byte order and vertex element; leaves the file at the first vertex."""
    if file.readline(8).rstrip() != b"ply":
        raise InputError(f"{path}: not a PLY file (it does not start with 'ply').")
    byte_order = ""
    elements: list[_Element] = []
    while (line := file.readline(_MAX_HEADER_BYTES)).rstrip() != b"end_header":
        words = line.decode("ascii", errors="replace").split()
        if not line.endswith(b"\n") or file.tell() > _MAX_HEADER_BYTES:
            raise InputError(f"{path}: its PLY header has no end.")
        try:
            byte_order = _read_header_line(words, elements) or byte_order
        except (ValueError, IndexError, KeyError) as error:
            raise InputError(f"{path}: bad line in its PLY header: {' '.join(words)}.") from error
    if not byte_order:
        raise InputError(f"{path}: its PLY header names no known format.")
    if not elements or elements[0].name != "vertex" or not elements[0].is_plain:
        raise InputError(f"{path}: its first PLY element must be 'vertex', without lists.")
    absent = [name for name in "xyz" if name not in dict(elements[0].properties)]
    if absent:
        raise InputError(f"{path}: its vertices have no {', '.join(absent)}.")
    return byte_order, elements[0]


def _read_header_line(words: list[str], elements: list[_Element]) -> str:
    """Add what a line says to ``elements``; returns the byte order if it names it."""
    match words:
        case ["format", kind, "1.0"]:
            return _BYTE_ORDERS[kind]
        case ["element", name, count] if int(count) >= 0:
            elements.append(_Element(name, int(count), [], True))
        case ["property", "list", _, _, _]:
            last = elements.pop()
            elements.append(_Element(last.name, last.count, last.properties, False))
        case ["property", kind, name] if name not in dict(elements[-1].properties):
            elements[-1].properties.append((name, _TYPES[kind]))
        case [] | ["comment" | "obj_info", *_]:
            pass
        case _:
            raise ValueError
    return ""


def _read_rows(file: IO[bytes], path: Path, byte_order: str, vertex: _Element) -> NDArray[Any]:
    """The vertices as a structured array."""
    kind = np.dtype([(name, byte_order + kind) for name, kind in vertex.properties])
    is_text = byte_order == _BYTE_ORDERS["ascii"]
    # A header may promise any number of points: never allocate for more than the file can hold.
    least_bytes = 2 * len(vertex.properties) if is_text else kind.itemsize
    remaining = path.stat().st_size - file.tell()
    if remaining + is_text < least_bytes * vertex.count:
        raise InputError(
            f"{path}: cut off: {vertex.count} points do not fit the {remaining} bytes that "
            "follow its header."
        )
    if not is_text:
        return np.frombuffer(file.read(kind.itemsize * vertex.count), dtype=kind)
    table = np.empty((vertex.count, len(vertex.properties)))
    for index in range(vertex.count):
        words = file.readline(_MAX_HEADER_BYTES).split()
        if len(words) != len(vertex.properties):
            raise InputError(
                f"{path}: point {index} has {len(words)} of {len(vertex.properties)} values."
            )
        try:
            table[index] = [float(word) for word in words]
        except ValueError as error:
            raise InputError(f"{path}: point {index} has a value that is no number.") from error
    rows = np.empty(vertex.count, dtype=kind)
    with np.errstate(over="ignore"):
        for column, (name, _) in enumerate(vertex.properties):
            values = table[:, column]
            if kind[name].kind in "iu":
                limits = np.iinfo(kind[name])
                if not ((values >= limits.min) & (values <= limits.max)).all():
                    raise InputError(f"{path}: {name} of a point is outside its type.")
            rows[name] = values
    return rows
