# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Links between documents lead somewhere, and every document can be found."""

import re
from pathlib import Path

import pytest

from .doc_references import DOCS, ROOT

INDEX = DOCS / "README.md"
DOCUMENTS = [
    p for p in (ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")) if p.exists()
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def links_in(path: Path) -> list[str]:
    """Targets of links to files, those in code left out."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def anchors_in(path: Path) -> set[str]:
    """Anchors of headings, as web sites of repositories make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(path: Path) -> None:
    broken = []
    for link in links_in(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors_in(target)):
            broken.append(link)
    assert broken == []


def test_every_document_is_in_the_index() -> None:
    listed = {(DOCS / link.partition("#")[0]).resolve() for link in links_in(INDEX)}
    there = {path.resolve() for path in DOCS.rglob("*.md")} - {INDEX.resolve()}
    assert sorted(p.name for p in there - listed) == [], f"add them to {INDEX.name}"
