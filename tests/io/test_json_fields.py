# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Values that are absent or odd are named with their place."""

import gzip
from pathlib import Path

import pytest

from anyview.core.errors import InputError
from anyview.io import json_fields
from anyview.io.json_fields import (
    below,
    field,
    matrix,
    number,
    read_json,
    rows,
    table,
    text,
)


def test_plain_and_gzipped_files(tmp_path):
    (tmp_path / "a.json").write_text('{"a": 1}')
    (tmp_path / "b.jgz").write_bytes(gzip.compress(b'[{"a": 1}]'))
    assert read_json(tmp_path / "a.json") == {"a": 1}
    assert read_json(tmp_path / "b.jgz") == [{"a": 1}]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"\x1f\x8bnot gzip", b"[" * 100_000])
def test_damaged_files(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.json: not a readable JSON"):
        read_json(tmp_path / "a.json")


def test_gzipped_files_that_swell_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_fields, "largest_content", lambda size: 20 * size)
    (tmp_path / "a.json").write_bytes(gzip.compress(b" " * 100_000 + b"1"))
    with pytest.raises(InputError, match=r"unpack to more than [\d,]+"):
        read_json(tmp_path / "a.json")


def test_absent_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_json(tmp_path / "a.json")


def test_good_values_are_given_back():
    record = {"n": 3, "f": 0.5, "t": "x", "m": [[1, 2], [3, 4]]}
    assert table(record, "here") is record
    assert rows([record], "here") == [record]
    assert number(record, "n", "here") == 3.0
    assert number(record, "absent", "here", 7) == 7.0
    assert text(record, "t", "here") == "x"
    assert matrix(record, "m", "here", (2, 2)).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: table([], "here"), "here: must be a JSON object"),
        (lambda: rows({}, "here"), "here: must be a JSON array"),
        (lambda: rows([1], "here"), r"here\[0\]: must be a JSON object"),
        (lambda: field({"b": 1}, "a", "here"), "here: lacks 'a'; it has b"),
        (lambda: field({"a": None}, "a", "here"), "lacks 'a'"),
        (lambda: number({"a": "1"}, "a", "here"), "finite number"),
        (lambda: number({"a": True}, "a", "here"), "finite number"),
        (lambda: number({"a": float("inf")}, "a", "here"), "finite number"),
        (lambda: number({"a": 10**400}, "a", "here"), "finite number"),
        (lambda: text({"a": 1}, "a", "here"), "must be text"),
        (lambda: text({"a": ""}, "a", "here"), "must be text"),
        (lambda: matrix({"a": [[1], [2, 3]]}, "a", "here", (2, 2)), "no regular array"),
        (lambda: matrix({"a": ["x"]}, "a", "here", (1,)), "no regular array"),
        (lambda: matrix({"a": [1, 2]}, "a", "here", (3,)), r"shape \[3\], has \[2\]"),
    ],
)
def test_odd_values(ask, message):
    with pytest.raises(InputError, match=message):
        ask()


@pytest.mark.parametrize("relative", ["/etc/passwd", "../x", "a/../../x", "a\0b"])
def test_paths_may_not_lead_out(relative):
    with pytest.raises(InputError, match="leads out"):
        below(Path("data"), relative, "here")


def test_paths_below():
    assert below(Path("data"), "./images/a.png", "here") == Path("data/images/a.png")
