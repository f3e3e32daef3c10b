# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview doctor``: facts for people and for programs."""

import pytest

from anyview.cli.diagnosis import CORE


@pytest.fixture
def facts(monkeypatch):
    """A machine without one package."""
    found = {
        "program": {"anyview": "1.2"},
        "packages": {"torch": "2.9", "av": "MISSING: pip install --upgrade anyview"},
        "models": {},
    }
    monkeypatch.setattr("anyview.cli.diagnosis.diagnose", lambda: found)
    return found


def test_this_machine(cli):
    done = cli("doctor")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == [
        "program",
        "packages",
        "machine",
        "models",
    ]
    assert all(any(line.split()[0] == name for line in lines) for name in CORE)


def test_something_is_missing(cli, facts):
    done = cli("doctor")
    assert done.code == 5
    assert done.out.splitlines() == [
        "program",
        "  anyview  1.2",
        "packages",
        "  torch  2.9",
        "  av     MISSING: pip install --upgrade anyview",
        "models",
    ]
    as_json = cli("doctor", "--json")
    assert (as_json.code, as_json.document) == (5, facts)
