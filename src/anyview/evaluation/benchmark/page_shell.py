# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One page that needs nothing else: style and script inside, nothing is fetched."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files

_HERE = "anyview.evaluation.benchmark"
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    Attributes:
        html: What is shown, safe.
        value: What it is sorted by; None sorts by the text, NaN puts it at the end.
        kind: Classes.
        is_head: Whether it heads its row.
    """

    html: str
    value: float | None = None
    kind: str = ""
    is_head: bool = False


@dataclass(frozen=True)
class TableHead:
    """A head of a column.

    Attributes:
        text: Not yet safe.
        help: Shown when pointed at.
        falls: Whether sorting begins with the largest.
        kind: Classes.
    """

    text: str
    help: str = ""
    falls: bool = False
    kind: str = ""


def page(title: str, header: str, body: str) -> str:
    """The whole page.

    Args:
        title: Not yet safe.
        header: Safe.
        body: Safe.
    """
    style, script = (
        files(_HERE).joinpath(name).read_text(encoding="utf-8")
        for name in ("report_page.css", "report_page.js")
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the results</a>\n'
        f'<header><div><div class="head"><div>{header}</div><button id="theme" type="button" '
        "data-needs-script hidden>Light / dark</button></div></div></header>\n"
        f"{body}\n<script>\n{script}</script>\n</body>\n</html>\n"
    )


def table(
    caption: str,
    heads: Sequence[TableHead],
    rows: Sequence[tuple[str, Sequence[TableCell]]],
    *,
    name: str = "",
) -> str:
    """A table that can be sorted.

    Args:
        caption: Safe.
        heads: Of the columns.
        rows: Attributes of each row, safe, and its cells.
        name: Identity in the page.
    """
    parts = [f'<div class="scroll" tabindex="0" role="region" aria-label="{_bare(caption)}">']
    parts.append(f'<table class="sortable"{_attribute("id", name)}><caption>{caption}</caption>')
    parts.append("<thead><tr>")
    for head in heads:
        order = ' data-first="descending"' * head.falls
        attributes = _attribute("title", head.help) + _attribute("class", head.kind)
        parts.append(f'<th scope="col"{order}{attributes}>{escape(head.text)}</th>')
    parts.append("</tr></thead><tbody>")
    for attributes, cells in rows:
        parts.append(f"<tr{attributes}>{''.join(map(_cell, cells))}</tr>")
    parts.append("</tbody></table></div>")
    return "".join(parts)


def card(title: str, note: str, content: str) -> str:
    """A framed part with a title; all safe."""
    return f'<section class="card"><h3>{title}</h3><p class="faint">{note}</p>{content}</section>'


def choice(text: str, target: str, values: Sequence[tuple[str, str]]) -> str:
    """A list that chooses which child of an element is shown.

    Args:
        text: Its label.
        target: Identity of the element.
        values: Value and label of each child, not yet safe.
    """
    options = "".join(f'<option value="{escape(v)}">{escape(t)}</option>' for v, t in values)
    return (
        f"<label data-needs-script hidden>{escape(text)} "
        f'<select data-chooses="{target}">{options}</select></label>'
    )


def _cell(cell: TableCell) -> str:
    tag, scope = ("th", ' scope="row"') if cell.is_head else ("td", "")
    value = ""
    if cell.value is not None:
        value = f' data-value="{cell.value!r}"' if math.isfinite(cell.value) else ' data-value=""'
    return f"<{tag}{scope}{_attribute('class', cell.kind)}{value}>{cell.html}</{tag}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"' if value else ""


def _bare(html: str) -> str:
    """Text of safe HTML without its marks, for an attribute."""
    inside, kept = False, []
    for sign in html:
        inside = sign == "<" or (inside and sign != ">")
        if not inside and sign != ">":
            kept.append(sign)
    return "".join(kept).replace('"', "&quot;")
