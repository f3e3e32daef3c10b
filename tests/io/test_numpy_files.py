# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The same arrays as NumPy's reader gives, or one line about what is wrong."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from anyview.core.errors import InputError
from anyview.io.numpy_files import (
    MAX_MEMBERS,
    array_names,
    largest_content,
    load_array,
    load_arrays,
    whole_number,
)

KINDS = st.sampled_from(["<f4", ">f8", "<i8", "u1", "?", "<U3", "<f2", "<c8"])


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def npz(packed=False, **named):
    buffer = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(buffer, **named)
    return buffer


@settings(max_examples=40)
@given(
    array=KINDS.flatmap(
        lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, min_side=0, max_side=4))
    ),
    is_fortran=st.booleans(),
)
def test_arrays_are_those_that_were_written(array, is_fortran):
    array = np.asfortranarray(array) if is_fortran else array
    found = load_array(io.BytesIO(npy(array)), what="x")
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()
    assert found.flags.writeable


@pytest.mark.parametrize("packed", [False, True])
def test_archives(packed):
    first, second = np.arange(6.0).reshape(2, 3), np.array("text")
    file = npz(packed, a=first, b=second)
    assert array_names(file, what="x") == ("a", "b")
    found = load_arrays(file, what="x")
    assert list(found) == ["a", "b"]
    np.testing.assert_array_equal(found["a"], first)
    assert str(found["b"]) == "text"
    assert list(load_arrays(file, what="x", names=("b", "c"))) == ["b"]


def test_version_two_headers_are_read():
    array = np.arange(4, dtype=np.int64)
    found = load_array(io.BytesIO(npy(array, version=(2, 0))), what="x")
    np.testing.assert_array_equal(found, array)


def test_objects_are_refused_without_being_unpickled():
    with pytest.raises(InputError, match=r"^x: .*Python objects"):
        load_array(io.BytesIO(npy(np.array([{}], dtype=object), allow_pickle=True)), what="x")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged or not an NPY file"),
        (b"text, not an array", "magic"),
        (npy(np.zeros(100))[:-1], "cut off"),
        (npy(np.zeros(2)).replace(b"(2,)", b"(9,)"), "cut off"),
        (npy(np.zeros(2)).replace(b"(2,)", b"-2, "), "damaged"),
        (npy(np.zeros(2)).replace(b"(2,), ", b"(99,),"), "shape 99 does not fit"),
        (npy(np.zeros(2)).replace(b"(2,)", b"(2, "), "damaged"),
        (npy(np.array([""])).replace(b"<U1'", b"<U0'").replace(b"(1,)", b"(9**9,)"), "damaged"),
    ],
)
def test_damage_is_named(content, message):
    with pytest.raises(InputError, match=message):
        load_array(io.BytesIO(content), what="x")


def test_what_unpacks_to_far_more_is_refused():
    buffer = npz(packed=True, a=np.zeros(1 << 20))
    content = buffer.getvalue().replace(
        (128 + (8 << 20)).to_bytes(4, "little"), (0xFFFFFF00).to_bytes(4, "little")
    )
    with pytest.raises(InputError, match="unpack to 4,294,967,040, more than is believed"):
        load_arrays(io.BytesIO(content), what="x")
    assert largest_content(1000) == 256 << 20
    assert largest_content(1 << 30) == 20 << 30


def test_a_single_array_and_too_many_are_no_archive():
    with pytest.raises(InputError, match="single array"):
        load_arrays(io.BytesIO(npy(np.zeros(2))), what="x")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(MAX_MEMBERS + 1):
            archive.writestr(str(number), b"")
    with pytest.raises(InputError, match=f"more than {MAX_MEMBERS}"):
        load_arrays(buffer, what="x")
    assert len(array_names(buffer, what="x")) == MAX_MEMBERS
    with pytest.raises(InputError, match="NPZ"):
        array_names(io.BytesIO(b"PK nothing"), what="x")


def test_whole_numbers():
    named = {"a": np.array(3), "b": np.array([3]), "c": np.array(3.0)}
    assert whole_number(named, "a", what="x") == 3
    for name in ("b", "c", "d"):
        with pytest.raises(InputError, match=f"x: {name} must be"):
            whole_number(named, name, what="x")
