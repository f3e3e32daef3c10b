# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The table of commands, its contract, help, and what becomes of errors."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from anyview.cli import doctor, main
from anyview.cli.exit_codes import EXIT_CODES
from anyview.core.errors import AnyViewError, InputError
from anyview.core.version import __version__

CONTRACT = Path(__file__).with_name("commands.txt")


def all_commands() -> dict[str, click.Command]:
    """Every command and sub-command by its words."""
    root = click.Context(main.command)
    found: dict[str, click.Command] = {"": main.command}
    for name in main.COMMANDS:
        command = main.command.get_command(root, name)
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": item for sub, item in command.commands.items()}
    return found


ALL = all_commands()


def test_commands_and_options_are_those_of_the_contract():
    """Scripts of users depend on these names: the file is edited by hand, with a reason."""
    lines = []
    for words, command in ALL.items():
        lines.append(f"anyview {words}".strip())
        for param in command.params:
            names = [*param.opts, *param.secondary_opts]
            lines.append(
                "    "
                + (
                    " ".join(names)
                    if param.param_type_name == "option"
                    else (param.metavar or param.name.upper())
                )
            )
    assert "\n".join(lines) + "\n" == CONTRACT.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ALL, ids=lambda words: words or "anyview")
def test_every_option_is_in_the_help_with_its_default(cli, words):
    done = cli(*words.split(), "--help")
    assert (done.code, done.err) == (0, "")
    text = " ".join(done.out.split()).replace("- ", "-")  # words are broken at their hyphens
    for param in ALL[words].params:
        if not isinstance(param, click.Option):
            continue
        assert all(name in text for name in [*param.opts, *param.secondary_opts])
        assert param.help
        assert " ".join(param.help.split()).replace("- ", "-") in text
        shown = f"[default: {_shown_default(param)}"  # a range may follow
        has_one = param.default not in (None, ()) and not param.required
        if has_one and (not param.is_flag or param.secondary_opts):
            assert f"{shown}]" in text or f"{shown}; " in text, shown


def _shown_default(param: click.Option) -> str:
    if param.secondary_opts:  # --rays / --no-rays
        return (param.opts if param.default else param.secondary_opts)[0].removeprefix("--")
    return str(param.default)


def test_help_of_all_commands_is_fast_and_imports_nothing_heavy():
    code = f"""
import contextlib, io, sys
from anyview.cli.main import run
for words in {list(ALL)!r}:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run([*words.split(), "--help"]) == 0
    assert out.getvalue().startswith("Usage: anyview")
heavy = {{"torch", "numpy", "PIL", "av", "trimesh", "rich", "huggingface_hub"}}
print(sorted(heavy & sys.modules.keys()))
"""
    seconds = []
    for _ in range(3):  # the machine may be busy once
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code], check=False, capture_output=True, text=True
        )
        seconds.append(time.perf_counter() - started)
        assert done.stderr == ""
        assert done.stdout == "[]\n"
        if seconds[-1] < 0.5:
            return
    pytest.fail(f"the help of all commands together took {seconds} s")


def test_version(cli):
    assert cli("--version").out == f"anyview, version {__version__}\n"


@pytest.mark.parametrize("words", ["", "weights"])
def test_a_group_alone_shows_its_help(cli, words):
    done = cli(*words.split())
    assert done.code == 0
    assert done.out.startswith("Usage: anyview")


def test_the_table_of_commands_says_what_each_does():
    for name, text in main.COMMANDS.items():
        assert ALL[name].help, text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nosuch", "No such command 'nosuch'"),
        ("--nosuch", "No such option '--nosuch'"),
        ("predict", "Missing argument 'INPUT...'"),
        ("predict a.jpg", "Missing option '-o'"),
        ("predict a.jpg -o out --pose nosuch", "'nosuch' is not one of 'camera'"),
        ("predict a.jpg -o out --resolution big", "'big' is not a valid integer"),
        ("predict a.jpg -o out --feature-layers 1,x", "'1,x' is not a list of whole numbers"),
        ("weights info", "Missing argument 'NAME'"),
        ("doctor extra", "unexpected extra argument"),
    ],
)
def test_wrong_words_give_one_line(cli, words, message):
    done = cli(*words.split())
    assert done.code == 2
    assert message in done.error
    assert "--help'" in done.error
    assert done.out == ""


@pytest.fixture
def failing(monkeypatch):
    """Makes ``anyview doctor`` fail with an error."""

    def with_error(error: BaseException) -> None:
        def fail() -> None:
            raise error

        monkeypatch.setattr("anyview.cli.diagnosis.diagnose", fail)

    return with_error


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InputError("two\n  lines"), 3, "two lines"),
        (AnyViewError("no"), 1, "no"),
        (MemoryError(), 6, "out of memory. Give fewer views"),
        (KeyError("x"), 1, "unexpected KeyError: 'x'. This is a bug in anyview; set ANYVIEW_DEBUG"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (EOFError("no more"), 1, "unexpected EOFError: no more. This is a bug"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_errors_become_one_line_and_a_document(cli, failing, error, code, message):
    failing(error)
    done = cli("doctor")
    assert done.code == code
    assert done.err.strip().startswith(f"error: {message}")
    assert len(done.err.strip().splitlines()) == 1
    assert done.out == ""
    as_json = cli("doctor", "--json")
    assert as_json.code == code
    assert as_json.document == {
        "error": done.err.strip().removeprefix("error: "),
        "exit_code": code,
    }


def test_wrong_options_become_a_document_too(cli):
    done = cli("predict", "--nosuch", "--json")
    assert done.code == done.document["exit_code"] == 2
    assert done.document["error"] == done.error


def test_json_after_two_dashes_is_a_name(cli):
    done = cli("predict", "-o", "out", "--", "--json")
    assert (done.code, done.out) == (3, "")
    assert done.error == "--json: no such file or folder."


def test_debugging_shows_where(failing, monkeypatch):
    monkeypatch.setenv("ANYVIEW_DEBUG", "1")
    failing(InputError("here"))
    with pytest.raises(InputError, match="here"):
        main.run(["doctor"])
    assert main.run(["doctor", "--nosuch"]) == 2


def test_the_process_ends_with_the_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["anyview", "predict", "--nosuch"])
    with pytest.raises(SystemExit) as stop:
        main.main()
    assert stop.value.code == 2


def test_names_that_the_terminal_cannot_show(monkeypatch, tmp_path):
    """A file name with bytes that are no text must not end in an encoding error."""
    written = io.BytesIO()
    stdout = io.TextIOWrapper(written, encoding="utf-8", errors="strict")
    monkeypatch.setattr(sys, "stdout", stdout)

    def show() -> None:
        main.result("caf\udce9.png")

    monkeypatch.setattr(doctor.command, "callback", lambda as_json: show())
    with pytest.raises(SystemExit) as stop:
        main.main(["doctor"])
    assert stop.value.code == 0
    stdout.flush()
    assert written.getvalue() == b"caf\\udce9.png" + os.linesep.encode()


def test_a_reader_that_goes_away_ends_the_program_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    code = "from anyview.cli.main import main; main(['weights', 'list'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode in EXIT_CODES


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_the_process_with_130(tmp_path, photos):
    code = (
        "import os, signal, sys; from anyview.cli.main import main; "
        "import anyview.export.npz as npz; "
        "npz.write_npz.__globals__['np'].lib.format.write_array = "
        "lambda *a, **k: os.kill(os.getpid(), signal.SIGINT); "
        "main()"
    )
    out = tmp_path / "out"
    words = ["predict", str(photos), "-o", str(out), "-m", "nano", "--resolution", "56"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "-f", "npz"],
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        # Where tests run in the background the signal may be ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1] == "error: interrupted"
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "anyview", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"anyview, version {__version__}\n"
