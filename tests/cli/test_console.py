# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import io
import json
import logging
import sys

import pytest

from anyview.cli import console


def test_results_and_the_rest_do_not_mix(capsys):
    console.result("a file")
    console.remark("by the way")
    console.problem("a.jpg is bad")
    console.error_line("no")
    captured = capsys.readouterr()
    assert captured.out == "a file\n"
    assert captured.err == "by the way\nskipped: a.jpg is bad\nerror: no\n"


def test_json_keeps_what_it_is_given(capsys):
    document = {"name": "Glühwürmchen", "views": 2, "list": [1.5, None]}
    console.json_result(document)
    assert json.loads(capsys.readouterr().out) == document


def test_warnings_of_the_library_are_shown_once(capsys):
    logger = logging.getLogger("anyview.some.module")
    with console.notes():
        logger.warning("licence of %s", "x")
        logger.info("a detail")
    assert capsys.readouterr().err == "note: licence of x\n"


def test_the_logger_is_left_as_it_was():
    logger = logging.getLogger("anyview")
    before = (list(logger.handlers), logger.propagate, logger.level)
    with pytest.raises(KeyboardInterrupt), console.notes():
        raise KeyboardInterrupt
    assert (list(logger.handlers), logger.propagate, logger.level) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("quiet", "shown"), [(False, True), (True, False)])
def test_progress_on_a_terminal(monkeypatch, capsys, quiet, shown):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with console.progress(quiet=quiet) as bar:
        bar.update(bar.add_task("halfway", total=2), advance=1)
        console.result("a result")
        console.remark("a remark")
    assert ("halfway" in terminal.getvalue()) == shown
    assert "a remark" in terminal.getvalue()
    assert capsys.readouterr().out == "a result\n"


def test_no_progress_in_a_log(capsys):
    with console.progress() as bar:
        bar.update(bar.add_task("halfway", total=2), advance=1)
    assert capsys.readouterr() == ("", "")
