# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OutputError
from anyview.data.whole_folder import whole_folder


def fill(target, text="new", *, overwrite=False):
    with whole_folder(target, marker="mark", overwrite=overwrite) as folder:
        assert not (target / "text").exists() or (target / "text").read_text() != text
        (folder / "mark").touch()
        (folder / "text").write_text(text)


def test_it_appears_at_the_end(tmp_path):
    fill(tmp_path / "deep" / "a")
    assert (tmp_path / "deep" / "a" / "text").read_text() == "new"
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["a"]


def test_interruption_leaves_the_old_one(tmp_path):
    def interrupted():
        with whole_folder(tmp_path / "a", marker="mark", overwrite=True) as folder:
            (folder / "text").write_text("half")
            raise KeyboardInterrupt

    fill(tmp_path / "a", "old")
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "a" / "text").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_only_marked_folders_are_replaced(tmp_path):
    fill(tmp_path / "a", "old")
    with pytest.raises(OutputError, match="pass overwrite=True"):
        fill(tmp_path / "a")
    fill(tmp_path / "a", overwrite=True)
    assert (tmp_path / "a" / "text").read_text() == "new"
    (tmp_path / "a" / "mark").unlink()
    with pytest.raises(OutputError, match="has no mark; remove it first"):
        fill(tmp_path / "a", "third", overwrite=True)
    assert (tmp_path / "a" / "text").read_text() == "new"
