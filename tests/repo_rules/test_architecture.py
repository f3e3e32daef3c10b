# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The architecture document agrees with the code."""

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from .doc_references import DOCS, PACKAGE, ROOT, wrong_references

if sys.version_info >= (3, 11):
    import tomllib

ARCHITECTURE = DOCS / "explanation" / "architecture.md"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_architecture", ROOT / "scripts" / "make_architecture.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_of_modules_is_up_to_date(script: ModuleType) -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    # A plain comparison would print both documents.
    stale = set(script.with_tables(text).splitlines()) ^ set(text.splitlines())
    assert not stale, f"run: python scripts/make_architecture.py ({sorted(stale)[:4]})"


def test_every_module_says_what_it_is(script: ModuleType) -> None:
    silent = [p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" and not script.summary(p)]
    assert silent == []


def test_modules_and_names_exist() -> None:
    assert wrong_references(ARCHITECTURE.read_text(encoding="utf-8")) == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with Python 3.11")
def test_the_picture_has_the_layers_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    layers = [layer for layer in layers if layer != "__main__"]  # one call, not drawn
    picture = ARCHITECTURE.read_text(encoding="utf-8").split("```")[1]
    known = {name for layer in layers for name in layer.split(" | ")}
    drawn = []
    for line in picture.splitlines():
        # Names stand left of the explanation, which starts after a gap in column 40 or so.
        names = [word for word in re.findall(r"[a-z]+", line[:39]) if word in known]
        drawn += [" | ".join(names)] if names else []
    assert [set(x.split(" | ")) for x in drawn] == [set(x.split(" | ")) for x in layers]
