# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Write the list of modules in docs/explanation/architecture.md from the modules' docstrings.

python scripts/make_architecture.py
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "anyview"
DOCUMENT = ROOT / "docs" / "explanation" / "architecture.md"
BEGIN = "<!-- begin: written by scripts/make_architecture.py -->"
END = "<!-- end: written by scripts/make_architecture.py -->"

PACKAGES = {
    "cli": "the command line: options, messages, exit codes",
    "": "the public names",
    "training": "from nothing to weights, and from weights to better ones",
    "training/losses": "what a network is trained to make small",
    "training/recipes": "what a run computes, as functions",
    "evaluation": "models scored on data with truth",
    "evaluation/benchmark": "any method on any data set under a stated protocol",
    "evaluation/benchmark/methods": "what answers: models, rivals, blind baselines, files",
    "evaluation/benchmark/suites": "what is asked: readers of data sets",
    "streaming": "hours of video in bounded memory",
    "fusion": "many depth maps as one surface",
    "export": "a prediction to files",
    "inference": "whatever holds images to a prediction",
    "model": "the network and its weights",
    "data": "what training and evaluation read",
    "data/converters": "data of others in the one format of scenes",
    "data/synthetic": "procedural worlds with exact truth",
    "metrics": "how far predictions are from the truth",
    "sfm": "cameras and points from matches between images",
    "render": "a ray caster for examples and tests, and pictures of clouds",
    "io": "files in and out",
    "structures": "the nouns that are passed around",
    "geometry": "pure functions on tensors",
    "core": "errors, options, version",
    "assets": "files that come with the package",
}
"""Every package from the top layer down, and what it is for; the empty name is ``anyview``."""


def summary(path: Path) -> str:
    """First paragraph of a module's docstring on one line; empty if it has none."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")


def module_tables() -> str:
    """One table for each package, one line for each module that has something to say.

    Raises:
        SystemExit: If a package is not placed in ``PACKAGES``.
    """
    found = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("*/**/*.py")}
    misplaced = found ^ (PACKAGES.keys() - {""})
    if misplaced:
        raise SystemExit(f"absent from, or only in, PACKAGES of this script: {sorted(misplaced)}")
    blocks = []
    for name, purpose in PACKAGES.items():
        rows = [f"### {name or 'anyview'}: {purpose}", "", "| module | one line |", "|---|---|"]
        for path in sorted((PACKAGE / name).glob("*.py")):
            if text := summary(path):
                place = path.relative_to(PACKAGE).as_posix()
                rows.append(f"| [`{place}`](../../src/anyview/{place}) | {text} |")
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


def with_tables(document: str) -> str:
    """The document with its generated part renewed.

    Raises:
        SystemExit: If the marks around that part are not there.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{DOCUMENT} lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{module_tables()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
