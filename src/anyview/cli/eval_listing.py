# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Suites and methods, and what is missing for each: ``anyview eval --list``."""

from collections.abc import Sequence
from pathlib import Path

from anyview.cli.prediction_run import Run
from anyview.core.errors import InputError, MissingDependencyError
from anyview.evaluation.benchmark.methods.catalogue import METHODS
from anyview.evaluation.benchmark.protocol_table import PROTOCOLS
from anyview.evaluation.benchmark.standard_run import suite_folders
from anyview.evaluation.benchmark.suites import open_suite


def listing(words: Sequence[str] = (), data: Path | None = None) -> Run:
    """All suites and methods.

    With ``--data`` or ``SUITE=FOLDER`` it is said whether the data is there.

    Args:
        words: ``SUITE=FOLDER``; others are looked for in ``data``.
        data: Folder of the data.
    """
    folders = suite_folders(words, data) if words else {}
    if data is not None and not words:
        folders = {name: data / name for name in PROTOCOLS}
    suites = [
        {
            "name": name,
            "title": protocol.source.title,
            "url": protocol.source.url,
            "licence": protocol.source.licence,
            "layout": list(protocol.source.layout),
            "state": _state(name, folders[name]) if name in folders else "",
        }
        for name, protocol in PROTOCOLS.items()
    ]
    methods = [
        {
            "name": kind.name,
            "description": kind.description,
            "example": kind.example,
            "missing": kind.missing(),
            "install": kind.install,
        }
        for kind in METHODS.values()
    ]
    wide = max(len(name) for name in (*PROTOCOLS, *METHODS))
    lines = ["Suites"]
    for suite in suites:
        lines.append(f"  {suite['name']:{wide}}  {suite['title']}")
        lines += [f"  {'':{wide}}  {suite['state']}"] if suite["state"] else []
    lines += ["", "Methods"]
    for method in methods:
        lines.append(f"  {method['name']:{wide}}  {method['description']}")
        lines.append(f"  {'':{wide}}  such as: {method['example']}")
        if method["missing"]:
            absent = ", ".join(method["missing"])
            lines.append(f"  {'':{wide}}  missing: {absent}; {method['install']}")
    return Run(lines=lines, document={"suites": suites, "methods": methods})


def _state(name: str, folder: Path) -> str:
    """Whether the data of a suite is there."""
    if not folder.is_dir():
        return f"missing: no folder {folder}"
    try:
        count = len(list(open_suite(name, folder).tasks()))
    except (InputError, MissingDependencyError) as error:
        return f"missing: {str(error).splitlines()[0]}"
    return f"there: {count} tasks in {folder}"
