# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

from anyview.evaluation.benchmark.page_shell import (
    TableCell,
    TableHead,
    card,
    choice,
    page,
    table,
)
from tests.evaluation.benchmark.page_reader import PageReader


def test_the_page_is_whole_and_fetches_nothing():
    text = page("<x>", "<h1>a</h1>", '<main id="main"></main>')
    read = PageReader(text)
    assert "<x>" in read.texts
    assert read.addresses == ["#main"]
    for outside in ("http:", "@import", "url(", "fetch("):
        assert outside not in text.replace("http-equiv", "")
    assert "Content-Security-Policy" in text


def test_tables_have_heads_scopes_and_values():
    rows = [(' class="m0"', [TableCell("a", is_head=True), TableCell("0.5", 0.5, "x")])]
    rows.append(("", [TableCell("b", is_head=True), TableCell("-", math.nan)]))
    heads = [TableHead("<name>"), TableHead("v", 'help "x"', falls=True)]
    read = PageReader(table("what &amp; <b>why</b>", heads, rows, name="t"))
    found = [attributes for tag, attributes in read.tags if tag in ("th", "td")]
    assert [a.get("scope") for a in found] == ["col", "col", "row", None, "row", None]
    assert [a.get("data-value") for a in found] == [None, None, None, "0.5", None, ""]
    assert found[1]["title"] == 'help "x"'
    assert found[1]["data-first"] == "descending"
    assert "<name>" in read.texts
    region = next(a for tag, a in read.tags if tag == "div")
    assert region["aria-label"] == "what & why"


def test_choices_and_cards():
    read = PageReader(card("t", "n", choice("Pick", "target", [("0", "<all>")])))
    assert "<all>" in read.texts
    assert next(a for tag, a in read.tags if tag == "select")["data-chooses"] == "target"
