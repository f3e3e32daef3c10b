# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What documents say of code, such as `model/heads.py:AnyViewHead` or `tests/a.py::test_b`."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src" / "anyview"

_CODE = re.compile(r"`(\w+(?:/\w+)*\.py)(?::([\w.]+))?`")
_TEST = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)`")


@cache
def names_in(path: Path) -> frozenset[str]:
    """Functions, classes, methods and constants that a file defines, methods as ``Class.name``."""
    found: set[str] = set()

    def collect(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                collect(node.body, f"{prefix}{node.name}.")
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            found.update(prefix + t.id for t in targets if isinstance(t, ast.Name))

    collect(ast.parse(path.read_text(encoding="utf-8")).body, "")
    return frozenset(found)


def _is_there(path: Path, name: str) -> bool:
    return path.is_file() and (not name or name in names_in(path))


def code_references(text: str) -> list[str]:
    """All references to the package, such as ``model/heads.py:AnyViewHead``."""
    return [f"{path}:{name}" for path, name in _CODE.findall(text) if "tests/" not in path]


def wrong_references(text: str) -> list[str]:
    """Those of a document's references to modules, names and tests that do not exist."""
    wrong = []
    for reference in code_references(text):
        path, _, name = reference.partition(":")
        if not _is_there(PACKAGE / path, name):
            wrong.append(reference)
    for path, name in _TEST.findall(text):
        if not _is_there(ROOT / path, name.removeprefix("::").replace("::", ".")):
            wrong.append(path + name)
    return wrong
