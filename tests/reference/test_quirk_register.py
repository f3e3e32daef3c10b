# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The register of quirks, the code and the tests name the same quirks."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "docs" / "reference" / "published_weight_quirks.md"
HEADING = re.compile(r"^### (QUIRK-\d\d): ", re.MULTILINE)
NUMBER = re.compile(r"QUIRK-\d\d")
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PLACE = re.compile(r"`((?:model|geometry|inference|structures)/\w+\.py)`(?:, `([\w.]+)`)?")
ANSWERS = ("*Reproduced", "*Translated", "*Kept by name", "*Not copied")


def entries() -> dict[str, str]:
    """Text of each quirk by its number."""
    parts = HEADING.split(REGISTER.read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def named_in(folder: str) -> set[str]:
    files = (p for p in (ROOT / folder).rglob("*.py") if p != Path(__file__))
    return {number for path in files for number in NUMBER.findall(path.read_text("utf-8"))}


def test_numbers_are_unique_and_without_gaps() -> None:
    numbers = HEADING.findall(REGISTER.read_text(encoding="utf-8"))
    assert sorted(numbers) == [f"QUIRK-{i + 1:02d}" for i in range(len(numbers))]


@pytest.mark.parametrize(("number", "text"), entries().items(), ids=entries().keys())
def test_entry(number: str, text: str) -> None:
    """It says what is done, where, and which existing test names it."""
    assert sum(answer in text for answer in ANSWERS) == 1
    places = PLACE.findall(text)
    assert places, f"{number} names no place in the code"
    for file, name in places:
        source = (ROOT / "src" / "anyview" / file).read_text(encoding="utf-8")
        leaf = name.rpartition(".")[2]
        assert re.search(rf"\b(?:def |class )?{leaf}\b", source), f"{file} has no {name}"
    tests = NODE.findall(text)
    assert tests, f"{number} names no test"
    naming = False
    for file, name in tests:
        source = (ROOT / file).read_text(encoding="utf-8")
        found = re.search(rf"^ *def {name}\(.*?(?=^ *def |\Z)", source, re.MULTILINE | re.DOTALL)
        assert found, f"{file} has no test {name}"
        naming |= number in found[0]
    assert naming, f"no test of {number} names it"


@pytest.mark.parametrize("folder", ["src", "tests"])
def test_only_registered_numbers_are_used(folder: str) -> None:
    unknown = named_in(folder) - entries().keys()
    assert not unknown, f"{folder} names quirks that are not in {REGISTER.name}: {sorted(unknown)}"
