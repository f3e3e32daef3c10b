# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Damage for files: bytes that rot, numbers that cannot be, JSON, tables and archives that lie.

Every function takes the content and a seeded ``random.Random`` and gives other content. The same
seed gives the same damage.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

Mutation = Callable[[bytes, Random], bytes]

MOST_BYTES = 1 << 20
"""Damaged files stay below this: a case takes milliseconds."""

NUMBERS = (
    *("nan", "inf", "-inf", "1e308", "-1e308", "1e400", "1e-320", "0", "-0.0", "-1", "0.5"),
    *("4294967296", "9223372036854775808", "-9223372036854775809", "1" + "0" * 400, "9" * 5000),
    *("", "x", "1,5", "0x10", "1_000", "٣", "None"),
)
"""What stands where a number should."""

TEXTS = (
    "",
    " ",
    "\x00",
    "ü/ñ 字.png",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 5000,
    "\ud800",
    ".",
)
"""What stands where a name should; one is no valid Unicode."""

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 0.5, 2**63, -(2**63) - 1, 10**400, 1e308, -1e308, 5e-324),
    *(float("nan"), float("inf"), -float("inf"), "nan", "1e999", *TEXTS[:-2], "\ud800"),
    *([], {}, [[]], [None], {"": None}, [1, [2, [3]]], [0.0] * 1000, {"a": {"b": {"c": []}}}),
)
"""What stands where another JSON value should."""

INTEGERS = (0, 1, 2**7, 2**15 - 1, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1)


def _span(data: bytes, chance: Random) -> tuple[int, int]:
    """A stretch of the content, most often short."""
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** chance.uniform(0, 10)))


def cut(data: bytes, chance: Random) -> bytes:
    """Cut off, as a broken copy is."""
    return data[: chance.randrange(len(data) + 1)]


def empty(data: bytes, chance: Random) -> bytes:
    """Nothing at all."""
    return b""


def flip(data: bytes, chance: Random) -> bytes:
    """One to thirty bits the other way."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 30) if found else 0):
        # Headers decide more than pixels: half of the bits are among the first.
        end = len(found) if chance.random() < 0.5 else min(len(found), 256)
        found[chance.randrange(end)] ^= 1 << chance.randrange(8)
    return bytes(found)


def overwrite(data: bytes, chance: Random) -> bytes:
    """A stretch of zeros, ones or noise."""
    start, stop = _span(data, chance)
    length = stop - start
    return (
        data[:start]
        + chance.choice((bytes(length), b"\xff" * length, chance.randbytes(length)))
        + data[stop:]
    )


def swap(data: bytes, chance: Random) -> bytes:
    """Two neighbouring stretches in the wrong order."""
    first, second, third = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def remove(data: bytes, chance: Random) -> bytes:
    """A stretch that is missing."""
    start, stop = _span(data, chance)
    return data[:start] + data[stop:]


def repeat(data: bytes, chance: Random) -> bytes:
    """A stretch that comes several times."""
    start, stop = _span(data, chance)
    return (data[:stop] + data[start:stop] * chance.randint(1, 4) + data[stop:])[:MOST_BYTES]


def insert(data: bytes, chance: Random) -> bytes:
    """Noise in between."""
    start, _ = _span(data, chance)
    return data[:start] + chance.randbytes(chance.randint(1, 64)) + data[start:]


def count(data: bytes, chance: Random) -> bytes:
    """An extreme whole number in binary, where a size or a count may be."""
    length = chance.choice((2, 4, 8))
    value = chance.choice(INTEGERS) % (1 << 8 * length)
    end = len(data) if chance.random() < 0.5 else min(len(data), 256)
    start = chance.randrange(end + 1)
    packed = value.to_bytes(length, chance.choice(("little", "big")))
    return data[:start] + packed + data[start + length :]


def append(data: bytes, chance: Random) -> bytes:
    """Something after the end."""
    return data + chance.choice((bytes(1000), chance.randbytes(100), data[:MOST_BYTES]))


def line_ends(data: bytes, chance: Random) -> bytes:
    """Line ends of another system, and a mark of byte order."""
    ends = chance.choice((b"\r\n", b"\r", b"\n\n", b"\0\n"))
    start = chance.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    return (start + data.replace(b"\n", ends))[:MOST_BYTES]


BINARY: tuple[Mutation, ...] = (
    *(cut, empty, flip, flip, overwrite, swap, remove, repeat, insert, count, count, append),
    line_ends,
)


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def number(data: bytes, chance: Random) -> bytes:
    """Another number, or none, in the place of one to three numbers of a text."""
    text = data.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 3)):
        places = list(_NUMBER.finditer(text))
        if places:
            place = chance.choice(places)
            text = text[: place.start()] + chance.choice(NUMBERS) + text[place.end() :]
    return text.encode()


def line(data: bytes, chance: Random) -> bytes:
    """A line that is missing, comes twice, is empty, or stands elsewhere."""
    lines = data.split(b"\n")
    index = chance.randrange(len(lines))
    other = chance.randrange(len(lines))
    what = chance.randrange(5)
    if what == 0:
        del lines[index]
    elif what == 1:
        lines.insert(other, lines[index])
    elif what == 2:
        lines[index] = b""
    elif what == 3:
        lines[index], lines[other] = lines[other], lines[index]
    else:
        lines[index] = chance.choice(TEXTS[:-2]).encode("utf-8", "replace") + lines[index]
    return b"\n".join(lines)


def token(data: bytes, chance: Random) -> bytes:
    """A word of a line that is missing, doubled or another one."""
    lines = data.split(b"\n")
    index = chance.randrange(len(lines))
    words = lines[index].split(b" ")
    place = chance.randrange(len(words))
    words[place : place + 1] = chance.choice(
        ([], [words[place]] * 2, [chance.choice(NUMBERS).encode()], [b"nonsense"])
    )
    lines[index] = b" ".join(words)
    return b"\n".join(lines)


TABLE: tuple[Mutation, ...] = (number, number, number, line, token, token, *BINARY)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a JSON document."""
    found = [path]
    if isinstance(value, dict):
        items: Any = value.items()
    else:
        items = enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += _places(item, (*path, key))
    return found


def _parent(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def wrong_value(document: Any, chance: Random) -> Any:
    """One to three values of a JSON document replaced, taken out, doubled or nested."""
    for _ in range(chance.randint(1, 3)):
        path = chance.choice(_places(document))
        # Places of many numbers would drown the rest: half of the time go to the fields.
        if chance.random() < 0.5:
            path = path[: chance.randint(0, len(path))]
        value = chance.choice(VALUES)
        if not path:
            document = value if chance.random() < 0.2 else document
            continue
        parent, key = _parent(document, path), path[-1]
        what = chance.randrange(6)
        if what == 0:
            del parent[key]
        elif what == 1 and isinstance(parent, dict):
            parent[chance.choice(TEXTS[:-2]) or "unknown"] = value
        elif what == 1:
            parent.insert(key, value)
        elif what == 2:
            parent[key] = [parent[key]]
        else:
            parent[key] = value
    return document


def json_value(data: bytes, chance: Random) -> bytes:
    """A JSON document with wrong values in it."""
    return _dumped(wrong_value(json.loads(data), chance))


def json_depth(data: bytes, chance: Random) -> bytes:
    """Lists or objects in each other, deeper than any parser likes."""
    opening, closing = chance.choice(((b"[", b"]"), (b'{"a":', b"}")))
    depth = chance.choice((500, 100_000))
    nested = opening * depth + b"1" + closing * depth
    if chance.random() < 0.5:
        return nested
    # As the value of a field that is there.
    return re.sub(rb": *[^,\[{]+,", b": " + nested + b",", data, count=1)


def _dumped(document: Any) -> bytes:
    # Lone surrogates leave as escapes, NaN and infinities as JavaScript has them.
    return json.dumps(document).encode()


JSON: tuple[Mutation, ...] = (*(json_value,) * 12, json_depth, number, number, *BINARY)


def json_lines(data: bytes, chance: Random) -> bytes:
    """One of the documents of a file that has one a line."""
    lines = data.splitlines()
    index = chance.randrange(len(lines))
    lines[index] = json_value(lines[index], chance)
    return b"\n".join(lines) + b"\n"


JSON_LINES: tuple[Mutation, ...] = (*(json_lines,) * 8, line, line, *BINARY)


def _wrong_array(array: np.ndarray, chance: Random) -> np.ndarray:
    """An array of another type or shape, or with impossible numbers."""
    what = chance.randrange(8)
    if what == 0 and array.dtype.kind == "f":
        array = array.copy()
        array.flat[chance.randrange(array.size) if array.size else slice(0)] = chance.choice(
            (np.nan, np.inf, -np.inf, -1.0)
        )
        return array
    if what == 1:
        kind = chance.choice(("f2", "f8", "i8", "u1", "c16", "U4", "S4", "b", "O", "M8[s]", "V4"))
        with np.errstate(all="ignore"):
            return np.zeros(array.shape, dtype=kind)
    if what == 2:
        return array.reshape(-1)
    if what == 3:
        return array[None]
    if what == 4:
        return array[:0] if array.ndim else array.reshape(1)
    if what == 5:
        return array[:1] if array.ndim else np.zeros((2, 2))
    if what == 6:
        return np.array(chance.choice(VALUES[:6]), dtype=object)
    return np.asfortranarray(np.repeat(array[..., None], 2, axis=-1))


def npz_array(data: bytes, chance: Random) -> bytes:
    """An NPZ file in which an array is wrong, missing, or one too many."""
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    name = chance.choice(sorted(arrays))
    what = chance.randrange(6)
    if what == 0:
        del arrays[name]
    elif what == 1:
        arrays[chance.choice(("unknown", "ü", "../up", "features_x"))] = arrays[name]
    else:
        arrays[name] = _wrong_array(arrays[name], chance)
    return packed(arrays)


def packed(arrays: dict[str, Any]) -> bytes:
    """The content of an NPZ file; arrays of objects are pickled."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


def npy_header(data: bytes, chance: Random) -> bytes:
    """The text that describes an array, or the first one of an archive, with wrong numbers."""
    start = data.find(b"{'descr'")
    stop = data.find(b"}", start)
    if start < 0 or stop < 0:
        return flip(data, chance)
    text = data[start:stop]
    wrong = chance.choice((number, token, flip))(text, chance)
    # Of the same length, as its length stands before it.
    return data[:start] + wrong[: len(text)].ljust(len(text)) + data[stop:]


NPZ: tuple[Mutation, ...] = (*(npz_array,) * 8, npy_header, npy_header, *BINARY)
NPY: tuple[Mutation, ...] = (*(npy_header,) * 4, *BINARY)


def tensor_header(data: bytes, chance: Random) -> bytes:
    """A safetensors file whose header lies about its tensors."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    if chance.random() < 0.3 and "__metadata__" in header:
        for name, text in header["__metadata__"].items():
            wrong = wrong_value(json.loads(text), chance) if text[:1] == "{" else "x"
            header["__metadata__"][name] = json.dumps(wrong)
    else:
        header = wrong_value(header, chance)
    text = _dumped(header)
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


TENSORS: tuple[Mutation, ...] = (*(tensor_header,) * 8, *BINARY)


def mutations_for(name: str) -> tuple[Mutation, ...]:
    """What may happen to a file, by the ending of its name."""
    if name.endswith(".jsonl"):
        return JSON_LINES
    for ending, found in (
        ((".json",), JSON),
        ((".npz",), NPZ),
        ((".npy",), NPY),
        ((".safetensors",), TENSORS),
        ((".txt", ".csv", ".ply"), TABLE),
    ):
        if name.endswith(ending):
            return found
    return BINARY
