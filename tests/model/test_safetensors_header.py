# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Reading headers: what other writers wrote is read, what is damaged is refused in one line."""

import json
import pickle
import zipfile

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from anyview.core.errors import CheckpointError
from anyview.model.safetensors_header import is_pickle, read_header


def write(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_reads_what_the_safetensors_package_writes(tmp_path):
    path = tmp_path / "a.safetensors"
    tensors = {"a": torch.zeros(2, 3, dtype=torch.float16), "b": torch.zeros((), dtype=torch.int64)}
    save_file(tensors, path, metadata={"who": "me"})
    header = read_header(path)
    assert header.tensors["a"].dtype == "float16"
    assert header.tensors["a"].shape == (2, 3)
    assert header.tensors["a"].count == 6
    assert header.tensors["b"].shape == ()
    assert header.tensors["b"].count == 1
    assert header.metadata == {"who": "me"}
    assert header.size_bytes == path.stat().st_size
    assert header.dtype == "mixed (float16, int64)"


GOOD = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"not json at all", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe{}", "not JSON"),
        ({"__metadata__": {"a": 1}}, "metadata is not text"),
        ({"__metadata__": [1]}, "metadata is not text"),
        ({"a": 3}, "describes tensor 'a'"),
        ({"a": {**GOOD, "shape": [-1]}}, "describes tensor 'a'"),
        ({"a": {**GOOD, "shape": [True]}}, "describes tensor 'a'"),
        ({"a": {**GOOD, "data_offsets": [0]}}, "describes tensor 'a'"),
        ({"a": {**GOOD, "dtype": None}}, "describes tensor 'a'"),
        ({"a": {**GOOD, "data_offsets": [0, 40]}}, "'a' ends 36 bytes after the end"),
    ],
)
def test_damaged_headers_are_refused(tmp_path, header, message):
    path = write(tmp_path / "a.safetensors", header, b"\0\0\0\0")
    with pytest.raises(CheckpointError, match=message) as caught:
        read_header(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 200, b"\0" * 200, b"\x05" + b"\0" * 9])
def test_what_is_no_safetensors_file_is_refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        read_header(path)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 1000), junk=st.binary(max_size=40), at=st.integers(0, 300))
def test_any_damage_gives_a_checkpoint_error_or_a_header(tmp_path_factory, cut, junk, at):
    path = tmp_path_factory.mktemp("damage") / "a.safetensors"
    save_file({"a": torch.zeros(30), "b": torch.zeros(40)}, path, metadata={"k": "v"})
    content = path.read_bytes()
    content = (content[:at] + junk + content[at + len(junk) :])[: max(len(content) - cut, 0)]
    path.write_bytes(content)
    try:
        header = read_header(path)
    except CheckpointError:
        return
    assert header.size_bytes == len(content)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(CheckpointError, match=r"no such file|is a folder"):
            read_header(path)


@pytest.mark.parametrize("name", ["w.pt", "w.PTH", "w.bin", "w.ckpt", "w.pkl", "w.safetensors"])
@pytest.mark.parametrize("kind", ["zip", "protocol 2", "protocol 5"])
def test_pickles_are_refused_with_the_way_out(tmp_path, name, kind):
    path = tmp_path / name
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("archive/data.pkl", b"x")
    else:
        path.write_bytes(pickle.dumps({"a": 1}, protocol=int(kind[-1])))
    with pytest.raises(CheckpointError, match=r"is a pickle.*anyview weights convert .*w\.safe"):
        read_header(path)


def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path):
    text = b"{}" + b" " * (0x0280 - 2)  # little-endian length: 80 02, the start of a pickle
    path = tmp_path / "a.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    assert path.read_bytes()[:2] == b"\x80\x02"
    assert not is_pickle(path)
    assert read_header(path).tensors == {}
