# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The map from the paper to the code names nothing that is not there."""

import pytest

from .doc_references import DOCS, code_references, wrong_references

PAPER_MAP = DOCS / "explanation" / "paper_map.md"
ABSENT = ("not in the code yet", "not measured here", "not reproduced here")


def rows() -> list[list[str]]:
    lines = PAPER_MAP.read_text(encoding="utf-8").splitlines()
    cells = [line.strip("|").split(" | ") for line in lines if line.startswith("| ")]
    return [row for row in cells if row[-1].strip() != "test"]


def test_modules_names_and_tests_exist() -> None:
    assert wrong_references(PAPER_MAP.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0].strip()[:60])
def test_each_row_names_code_and_test_or_says_that_there_is_none(row: list[str]) -> None:
    assert len(row) == 3
    _, code, tests = row
    if any(words in code for words in ABSENT):
        return
    assert code_references(code), "names no code"
    assert "`tests/" in tests, "names no test"


@pytest.mark.parametrize(
    "reference",
    [
        "`geometry/rays.py:pixel_gird`",
        "`geometry/ray.py`",
        "`model/heads.py:AnyViewHead.backward`",
        "`tests/geometry/test_rays.py::TestRayMap::test_nothing`",
        "`tests/geometry/test_nothing.py`",
    ],
)
def test_a_wrong_reference_is_found(reference: str) -> None:
    assert len(wrong_references(f"see {reference} and `geometry/rays.py:pixel_grid`")) == 1
