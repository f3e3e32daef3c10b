# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The program on damaged files, end to end: a documented code, one line, no folder half written."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest

from anyview.cli.exit_codes import EXIT_CODES
from anyview.cli.main import run
from anyview.export.npz import NPZ_NAME

from .mutations import mutations_for, packed
from .outcome import fault_of
from .readers import READERS

RUNS, SLOW_RUNS = 2, 30
SMALL = ("--model", "nano", "--resolution", "28", "--quiet")


@dataclass(frozen=True)
class Command:
    """A command on the input of a reader.

    Attributes:
        reader: Whose sound input is damaged.
        words: The words after the program's name, from the input's folder and the output's.
        codes: Exit codes that damage may give, beside 0.
        beside: Writes what the command needs beside the input.
    """

    reader: str
    words: Callable[[Path, Path], list[object]]
    codes: tuple[int, ...]
    beside: Callable[[Path], object] = lambda folder: None


def _photos(folder: Path) -> None:
    (folder / "images").mkdir()
    files = READERS["image png"].write(folder / "images")
    for index in range(2):
        (folder / "images" / f"view{index}.png").write_bytes(files[0].read_bytes())
    files[0].unlink()


def _with_cameras(name: str, folder: Path, out: Path) -> list[object]:
    return [
        "predict",
        folder / "images",
        "-o",
        out,
        "--cameras",
        folder / name,
        *SMALL,
        "-f",
        "npz",
    ]


def _predict(name: str, folder: Path, out: Path) -> list[object]:
    return ["predict", folder / name, "-o", out, *SMALL, "-f", "npz", "--max-pixels", 1_000_000]


def _independent(folder: Path, out: Path) -> list[object]:
    return [*_predict(".", folder, out), "--independent"]


def _masked(folder: Path, out: Path) -> list[object]:
    return ["predict", folder / "images", "-o", out, "--masks", folder, *SMALL, "-f", "npz"]


def _names_of_masks(folder: Path) -> None:
    _photos(folder)
    for old, new in (("view0", "a"), ("view1", "b")):
        (folder / "images" / f"{old}.png").rename(folder / "images" / f"{new}.jpg")


def _export(folder: Path, out: Path) -> list[object]:
    return ["export", folder / NPZ_NAME, "-o", out, "-f", "ply,depth-color,cameras"]


COMMANDS = {
    "predict a folder": Command("image folder", partial(_predict, "."), (3,)),
    "predict each": Command("image folder", _independent, (3,)),
    "predict a video": Command("video mp4", partial(_predict, "clip.mp4"), (3,)),
    "cameras json": Command("cameras json", partial(_with_cameras, "cameras.json"), (3,), _photos),
    "cameras npz": Command("cameras npz", partial(_with_cameras, "cameras.npz"), (3,), _photos),
    "colmap": Command("colmap binary", partial(_with_cameras, "sparse"), (3,), _photos),
    "transforms": Command("transforms", partial(_with_cameras, "transforms.json"), (3,), _photos),
    "masks": Command("masks", _masked, (3,), _names_of_masks),
    "export": Command("prediction npz", _export, (2, 3, 7)),
    "weights info": Command(
        "weights", lambda folder, out: ["weights", "info", folder / "model.safetensors"], (4,)
    ),
    "weights convert": Command(
        "weights",
        lambda folder, out: ["weights", "convert", folder, out / "w.safetensors"],
        (4,),
    ),
    "data check": Command("scene", lambda folder, out: ["data", "check", folder], (3,)),
    "data convert": Command(
        "convert nerfstudio",
        lambda folder, out: ["data", "convert", "nerfstudio", folder / "source", out],
        (3,),
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory):
    """The input of a command and the files that are damaged; each written once."""
    made: dict[str, tuple[Path, list[Path]]] = {}

    def of(name: str) -> tuple[Path, list[Path]]:
        if name not in made:
            folder = tmp_path_factory.mktemp("sound")
            victims = READERS[COMMANDS[name].reader].write(folder)
            COMMANDS[name].beside(folder)
            made[name] = (folder, victims)
        return made[name]

    return of


@pytest.mark.parametrize("name", COMMANDS)
def test_sound_input_is_done(name: str, sound, tmp_path: Path) -> None:
    folder, _ = sound(name)
    assert run([str(word) for word in COMMANDS[name].words(folder, tmp_path / "out")]) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_damage_ends_with_a_line_and_a_code(name: str, sound, tmp_path: Path, capsys) -> None:
    check_damaged(name, sound, tmp_path, capsys, range(RUNS))


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_much_damage_ends_with_a_line_and_a_code(name, sound, tmp_path, capsys) -> None:
    check_damaged(name, sound, tmp_path, capsys, range(RUNS, RUNS + SLOW_RUNS))


def check_damaged(name: str, sound, tmp_path: Path, capsys, numbers: range) -> None:
    folder, victims = sound(name)
    bugs = []
    for number in numbers:
        chance = Random(f"{name} {number}")
        victim = victims[number % len(victims)]
        content = victim.read_bytes()
        mutation = chance.choice(mutations_for(victim.name))
        out = tmp_path / str(number)
        try:
            victim.write_bytes(mutation(content, chance))
            bug = bug_of(COMMANDS[name], folder, out, capsys)
        finally:
            victim.write_bytes(content)
        if bug is not None:
            bugs.append(f"case {number}, {victim.name}, {mutation.__name__}: {bug}")
    assert not bugs, f"{len(bugs)} of {len(numbers)} damaged inputs:\n" + "\n".join(bugs)


def bug_of(command: Command, folder: Path, out: Path, capsys) -> str | None:
    """What is wrong with how the program ended."""
    capsys.readouterr()
    codes: list[int] = []
    words = [str(word) for word in command.words(folder, out)]
    fault = fault_of(lambda: codes.append(run(words)))
    if fault is not None:
        return fault
    shown = capsys.readouterr()
    errors = [line for line in shown.err.splitlines() if line.startswith("error: ")]
    if codes[0] not in (0, *command.codes) or codes[0] not in EXIT_CODES:
        return f"exit code {codes[0]}: {shown.err[-300:]}"
    if "Traceback" in shown.err or "bug in anyview" in shown.err:
        return shown.err[-300:]
    if codes[0] and command.words(folder, out)[:2] != ["data", "check"] and len(errors) != 1:
        return f"{len(errors)} lines of errors: {shown.err[-300:]}"
    hidden = [path.name for path in out.rglob(".*")] if out.exists() else []
    left = sorted(path.name for path in out.rglob("*")) if out.exists() else []
    if hidden or (codes[0] and left and command.reader != "prediction npz"):
        return f"exit code {codes[0]} leaves {left}"
    return None


ODD_DEPTHS = {
    "NaN": np.nan,
    "infinite": np.inf,
    "zero": 0.0,
    "negative": -1.0,
    "largest": np.finfo(np.float32).max,
    "smallest": np.finfo(np.float32).tiny,
}


@pytest.mark.parametrize("where", ["all", pytest.param("one", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["depth", "conf", "extrinsics", "intrinsics"])
def test_odd_numbers_of_a_prediction(name: str, where: str, sound, tmp_path, capsys) -> None:
    """A file of the right types and shapes with numbers that no network gives."""
    folder, (file,) = sound("export")
    content = file.read_bytes()
    bugs = []
    try:
        for what, value in ODD_DEPTHS.items():
            with np.load(file) as archive:
                arrays = {key: archive[key] for key in archive.files}
            array = arrays[name].copy()
            array[... if where == "all" else (0,) * array.ndim] = value
            file.write_bytes(packed({**arrays, name: array}))
            bug = bug_of(COMMANDS["export"], folder, tmp_path / what, capsys)
            file.write_bytes(content)
            if bug is not None:
                bugs.append(f"{name} {what}: {bug}")
    finally:
        file.write_bytes(content)
    assert not bugs, "\n".join(bugs)
