# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""docs/reference/cli.md says what the commands say."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from anyview.cli.exit_codes import EXIT_CODES
from anyview.export.formats import FORMATS

from .test_main import ALL

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_cli_reference.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_cli_reference", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_makes(script):
    assert script.PAGE.read_text(encoding="utf-8") == script.reference(), (
        "run python scripts/make_cli_reference.py"
    )


def test_the_page_has_everything(script, monkeypatch, tmp_path):
    monkeypatch.setattr(script, "PAGE", tmp_path / "cli.md")
    monkeypatch.setenv("COLUMNS", "40")  # the width of a terminal is no part of it
    script.main()
    page = (tmp_path / "cli.md").read_text(encoding="utf-8")
    assert page == script.reference()
    for words, command in ALL.items():
        assert f"`anyview {words}`".replace(" `", "`") in page
        section = page.split(f"`anyview {words}`\n".replace(" `", "`"))[1].split("\n## ")[0]
        for param in command.params:
            if param.param_type_name == "option":
                assert f"{param.opts[-1]}" in section
                assert param.help.replace("|", "\\|") in section
    assert all(f"| {code} | {meaning} |" in page for code, meaning in EXIT_CODES.items())
    assert all(f"| `{name}` | {item.description} |" in page for name, item in FORMATS.items())
