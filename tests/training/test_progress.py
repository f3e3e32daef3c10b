# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The line says what matters in a terminal, and nothing elsewhere."""

import io

from rich.console import Console

from anyview.training.progress import ProgressLine, describe

NUMBERS = {"loss": 0.51234, "views_per_s": 72.04, "steps_per_s": 4.5, "data_wait": 0.012}


def test_what_it_says():
    assert describe(NUMBERS, 900) == "loss 0.5123, 72 views/s, data 1%, 3 min left"
    assert describe({"loss": 2.0}, 900) == "loss 2"
    assert describe({}, 1) == ""


def test_in_a_terminal():
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=120)
    with ProgressLine(1000, done=50, console=console) as line:
        line.update(100, NUMBERS)
        line.note("validation: delta1 0.6 [best]")
    assert "100/1000" in text.getvalue()
    assert "72 views/s" in text.getvalue()
    assert "delta1 0.6 [best]" in text.getvalue()


def test_quiet_elsewhere():
    for terminal, enabled in ((False, True), (True, False)):
        text = io.StringIO()
        console = Console(file=text, force_terminal=terminal, width=120)
        with ProgressLine(10, console=console, enabled=enabled) as line:
            line.update(5, NUMBERS)
            line.note("validation")
        assert text.getvalue() == ""
