# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Damaged input gives a result or an error of our own: no traceback, no hang, nothing left behind.

``RUNS`` cases for each reader by default, ``SLOW_RUNS`` with ``-m slow``. Each case follows from
its reader's name and its number alone. What once went wrong is kept in ``corpus/<reader>/<case>/``
and is read every time: files that replace those of the sound input.
"""

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from .mutations import mutations_for
from .outcome import bug_in
from .readers import READERS

RUNS, SLOW_RUNS = 3, 60
CORPUS = Path(__file__).parent / "corpus"
CASES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*"))
KEEP = os.environ.get("ANYVIEW_FUZZ_KEEP")
"""A folder that failing cases are copied to, laid out as the corpus is."""


@pytest.mark.parametrize("name", READERS)
def test_sound_input_is_read(name: str, sound) -> None:
    folder, victims = sound(name)
    assert victims
    READERS[name].read(folder)


@pytest.mark.parametrize("name", READERS)
def test_damage_is_named(name: str, sound) -> None:
    check_damaged(name, sound, RUNS, skip=0)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_much_damage_is_named(name: str, sound, record_property) -> None:
    record_property("inputs", SLOW_RUNS)
    check_damaged(name, sound, SLOW_RUNS, skip=RUNS)


@pytest.mark.parametrize("case", CASES)
def test_old_bugs_stay_mended(case: str, sound) -> None:
    name = case.partition("/")[0].replace("_", " ")
    folder, _ = sound(name)
    changed = [path for path in (CORPUS / case).rglob("*") if path.is_file()]
    assert changed, f"nothing lies in {case}"
    targets = [folder / path.relative_to(CORPUS / case) for path in changed]
    before = [target.read_bytes() if target.exists() else None for target in targets]
    try:
        for path, target in zip(changed, targets, strict=True):
            target.write_bytes(path.read_bytes())
        assert bug_in(READERS[name].read, folder) is None
    finally:
        for target, content in zip(targets, before, strict=True):
            if content is None:
                target.unlink()
            else:
                target.write_bytes(content)


def check_damaged(name: str, sound, runs: int, skip: int) -> None:
    """Read ``runs`` damaged inputs from number ``skip`` on; all bugs are named together."""
    folder, victims = sound(name)
    bugs = []
    for number in range(skip, skip + runs):
        chance = Random(f"{name} {number}")
        victim = victims[number % len(victims)]
        content = victim.read_bytes()
        mutation = chance.choice(mutations_for(victim.name))
        try:
            victim.write_bytes(mutation(content, chance))
            bug = bug_in(READERS[name].read, folder)
            if bug is not None:
                bugs.append(f"case {number}, {victim.name}, {mutation.__name__}: {bug}")
                keep(victim, folder, name, number)
        finally:
            victim.write_bytes(content)
    assert not bugs, f"{len(bugs)} of {runs} damaged inputs:\n" + "\n".join(bugs)


def keep(victim: Path, folder: Path, name: str, number: int) -> None:
    """Copy the damaged file where the developer asked for it."""
    if KEEP:
        case = Path(KEEP) / name.replace(" ", "_") / str(number)
        target = case / victim.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(victim, target)
