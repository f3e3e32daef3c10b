# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rules of the repository that no other tool checks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from anyview.cli.diagnosis import CORE
from anyview.core.version import __version__

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "anyview"
MODULES = sorted(SOURCE.rglob("*.py"))
PYTHON = sorted(
    path
    for top in ("src", "tests", "examples", "benchmarks", "scripts")
    for path in (ROOT / top).rglob("*.py")
)
HEADER = (
    "# SPDX-FileCopyrightText: 2026 The anyview authors\n# SPDX-License-Identifier: Apache-2.0\n"
)
MOST_LINES = 500
REFUSED_NAMES = {"utils", "util", "common", "misc", "helpers", "helper"}

TESTED_ELSEWHERE = {
    "__main__.py": "cli/test_main.py",  # one call
    "core/errors.py": "cli/test_exit_codes.py",  # classes without behaviour but for their codes
    "core/version.py": "repo_rules/test_files.py",  # one constant
    "data/synthetic/world.py": "data/synthetic/test_renderer.py",
    "evaluation/benchmark/pool.py": "evaluation/benchmark/test_runner.py",  # what runs survive
    "inference/prepared_scene.py": "inference/test_engine.py",  # what the engine passes on
    "inference/run_record.py": "inference/test_independent.py",  # the record of such a run
    "inference/scene_knowledge.py": "inference/test_given_frame.py",  # data that it goes by
    "model/attention_kernel.py": "model/test_layers.py",  # against softmax written out
    "model/config.py": "model/test_config_check.py",  # data, and what is refused of it
    "model/outputs.py": "model/test_network.py",  # data that the network fills
    "structures/gaussians.py": "model/test_gaussians.py",  # data that the head fills
}
"""Module -> the test file that holds it, where that is not the one of its name."""


def relative(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_the_rules_look_at_something():
    assert len(MODULES) > 80
    assert len(PYTHON) > 2 * len(MODULES) - 20


def test_no_long_files():
    long = [p for p in MODULES if len(p.read_text(encoding="utf-8").splitlines()) > MOST_LINES]
    assert relative(long) == []


def test_modules_are_named_after_what_they_hold():
    wrong = [p for p in PYTHON if REFUSED_NAMES & {p.stem, *p.relative_to(ROOT).parts[:-1]}]
    assert relative(wrong) == []


def test_every_file_says_its_licence():
    lacking = [p for p in PYTHON if not p.read_text(encoding="utf-8").startswith(HEADER)]
    assert relative(lacking) == []


def test_no_postponed_annotations():
    """Shapes in signatures are checked at run time, which needs them as objects."""
    postponed = re.compile(r"^from __future__ import .*annotations", re.MULTILINE)
    wrong = [p for p in MODULES if postponed.search(p.read_text(encoding="utf-8"))]
    assert relative(wrong) == []


def unfinished(text: str) -> list[str]:
    """Lines that put work off without saying who and in which issue."""
    word = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    named = re.compile(r"TODO\(\w[\w -]*\): .*#\d+")
    return [line for line in text.splitlines() if word.search(line) and not named.search(line)]


def test_nothing_is_put_off_without_an_issue():
    assert unfinished("x = 1  # TODO: later") == ["x = 1  # TODO: later"]
    assert unfinished("# FIXME") == ["# FIXME"]
    assert unfinished("# TODO(ann): faster, #12\nTODO = 1") == []
    found = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in PYTHON
        if path != Path(__file__)
        for line in unfinished(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_module_has_tests():
    untested = []
    for module in MODULES:
        inside = module.relative_to(SOURCE)
        own = ROOT / "tests" / inside.with_name(f"test_{inside.name}")
        elsewhere = TESTED_ELSEWHERE.get(inside.as_posix())
        if elsewhere is not None:
            assert not own.is_file(), f"{own} exists: take {inside} off the list"
            assert (ROOT / "tests" / elsewhere).is_file(), elsewhere
        elif module.name != "__init__.py" and not own.is_file():
            untested.append(inside.as_posix())
    assert untested == []
    assert [name for name in TESTED_ELSEWHERE if not (SOURCE / name).is_file()] == []


def test_importing_the_package_is_light_and_changes_nothing():
    code = """
import os, sys
environment, before = dict(os.environ), set(sys.modules)
import anyview
assert anyview.__version__
names = dir(anyview)
assert dict(os.environ) == environment
print(*sorted({name.split(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "anyview\n"
    assert done.stderr == ""


def test_the_doctor_knows_every_dependency():
    tomllib = pytest.importorskip("tomllib", reason="part of Python from 3.11")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[\w.-]+", requirement)[0] for requirement in project["dependencies"]]
    assert list(CORE) == names


def test_the_changelog_names_the_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## [{__version__}]" in changelog
