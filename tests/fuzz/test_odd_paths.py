# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Paths that lead to no file, to something else, or nowhere: named, and nobody waits on a pipe."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anyview.core.errors import AnyViewError
from anyview.io.listing import find_files, root_of

from .outcome import bug_in
from .readers import READERS


def _absent(path: Path) -> None:
    pass


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _null(path: Path) -> None:
    path.symlink_to("/dev/null")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        try:
            os.chdir(path.parent)  # names of sockets are short
            listener.bind(path.name)
        finally:
            os.chdir(here)


def _forbidden(path: Path) -> None:
    path.write_bytes(b"secret")
    path.chmod(0)


ODD: tuple[Callable[[Path], None], ...] = (
    *(_absent, _folder, _loop, _dangling, _pipe, _endless, _null, _socket, _forbidden),
)


on_unix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are files on Unix only")
NAMES = [name for name in READERS if name != "run record"]  # which is written where it lacks


@on_unix
@pytest.mark.parametrize("name", NAMES)
def test_something_else_in_the_place_of_a_file(name: str, sound, tmp_path: Path) -> None:
    """One kind for each reader, in turn, and a pipe: that is what programs wait for."""
    turn = ODD[NAMES.index(name) % len(ODD)]
    check_replaced(name, sound, tmp_path, list(dict.fromkeys((_pipe, turn))))


@pytest.mark.slow
@on_unix
@pytest.mark.parametrize("name", NAMES)
def test_anything_else_in_the_place_of_a_file(name: str, sound, tmp_path: Path) -> None:
    check_replaced(name, sound, tmp_path, list(ODD))


def check_replaced(name: str, sound, tmp_path: Path, places: list[Callable[[Path], None]]) -> None:
    folder, victims = sound(name)
    bugs = []
    for file in {victim.suffix: victim for victim in victims}.values():
        moved = tmp_path / "sound"
        file.rename(moved)
        try:
            for place in places:
                place(file)
                try:
                    bug = bug_in(READERS[name].read, folder)
                finally:
                    _remove(file)
                if bug is not None:
                    bugs.append(f"{file.name} is {place.__name__}: {bug}")
        finally:
            moved.rename(file)
    assert not bugs, "\n".join(bugs)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


ODD_NAMES = ("", "\0", "a\0b", "a" * 5000, "\ud800", "~nobody/a", "[", "**/**/**", "http://x/y.png")


def _listed(given: str) -> Iterator[Path]:
    return find_files(given)


@pytest.mark.parametrize("given", ODD_NAMES, ids=repr)
def test_odd_names(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnyViewError):
        list(_listed(given))
    root_of("a")


def test_a_folder_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``**`` follows no link for ever."""
    monkeypatch.chdir(tmp_path)
    for number in range(3):
        (tmp_path / f"in{number}").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.png").touch()
    assert bug_in(lambda folder: list(find_files(f"{folder}/**/*.png")), tmp_path) is None


@pytest.mark.parametrize("name", ["ü 字.png", "a\nb.png", "-o.png", "'\".png", "%d.png"])
def test_odd_names_of_files_that_are_there(name: str, tmp_path: Path) -> None:
    reader = READERS["image png"]
    file = reader.write(tmp_path)[0]
    shutil.copy(file, tmp_path / name)
    assert Path(name) in [path.relative_to(tmp_path) for path in find_files(tmp_path)]
    assert [path.name for path in find_files(tmp_path / name)] == [name]
