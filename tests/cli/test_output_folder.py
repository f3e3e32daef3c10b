# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import tempfile

import pytest

from anyview.cli.output_folder import output_folder
from anyview.core.errors import InputError, OutputError


def test_made_with_parents_and_kept(tmp_path):
    folder = tmp_path / "a" / "b"
    with output_folder(folder) as given:
        assert given == folder
        assert list(folder.iterdir()) == []
    assert folder.is_dir()


@pytest.mark.parametrize("error", [InputError, KeyboardInterrupt])
def test_taken_back_if_nothing_came_of_it(tmp_path, error):
    with pytest.raises(error), output_folder(tmp_path / "a" / "b"):
        raise error
    assert list(tmp_path.iterdir()) == []


def fail_with(folder, *names, bookkeeping=()):
    with output_folder(folder, bookkeeping=bookkeeping):
        for name in names:
            (folder / name).touch()
        raise InputError


def test_results_and_older_folders_stay(tmp_path):
    older = tmp_path / "older"
    older.mkdir()
    with pytest.raises(InputError):
        fail_with(older)
    assert older.is_dir()
    with pytest.raises(InputError):
        fail_with(tmp_path / "a" / "b", "file")
    assert (tmp_path / "a" / "b" / "file").is_file()


def test_bookkeeping_goes_only_alone_and_only_from_new_folders(tmp_path):
    run_file = "run.json"
    (tmp_path / "older").mkdir()
    for name, files in (
        ("alone", [run_file]),
        ("results", [run_file, "image"]),
        ("older", [run_file]),
    ):
        with pytest.raises(InputError):
            fail_with(tmp_path / name, *files, bookkeeping=(run_file,))
    assert not (tmp_path / "alone").exists()
    assert {path.name for path in (tmp_path / "results").iterdir()} == {run_file, "image"}
    assert (tmp_path / "older" / run_file).is_file()


def test_a_file_in_the_way(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(OutputError, match="is a file, not a folder"), output_folder(folder):
            pytest.fail("the block must not run")


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    """Tests may run as root, to whom nothing is read-only."""

    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with (
        pytest.raises(OutputError, match=r"Cannot write into .*new: Permission denied\. Choose"),
        output_folder(tmp_path / "new"),
    ):
        pytest.fail("the block must not run")
    assert not (tmp_path / "new").exists()
