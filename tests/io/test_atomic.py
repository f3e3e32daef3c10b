# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import errno
import os
import stat

import pytest

from anyview.core.errors import InputError, OutputError
from anyview.io import atomic
from anyview.io.atomic import atomic_path, prepare_folder


def test_new_file_appears_only_at_the_end(tmp_path):
    target = tmp_path / "deep" / "er" / "out.png"
    with atomic_path(target) as path:
        assert path.parent == target.parent
        assert path.suffix == ".png"
        assert path.name.startswith(".")
        path.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert [p.name for p in target.parent.iterdir()] == ["out.png"]


def test_failure_keeps_the_old_file_and_removes_the_temporary_one(tmp_path):
    target = tmp_path / "out.txt"
    target.write_text("old")

    def write_half():
        with atomic_path(target) as path:
            path.write_text("ne")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_interruption_removes_the_temporary_file(tmp_path):
    with pytest.raises(KeyboardInterrupt), atomic_path(tmp_path / "a.txt"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_permissions_follow_the_umask(tmp_path):
    (tmp_path / "plain").write_text("x")
    with atomic_path(tmp_path / "atomic") as path:
        path.write_text("x")
    modes = {stat.S_IMODE((tmp_path / n).stat().st_mode) for n in ("plain", "atomic")}
    assert len(modes) == 1


def test_symbolic_link_is_written_through(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    with atomic_path(link) as path:
        path.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_very_long_names_stay_legal(tmp_path):
    target = tmp_path / ("n" * 250 + ".png")
    with atomic_path(target) as path:
        path.write_text("x")
    assert target.exists()


def test_target_is_a_folder(tmp_path):
    with pytest.raises(OutputError, match="it is a folder"), atomic_path(tmp_path):
        pass


def test_target_is_a_device():
    with pytest.raises(OutputError, match="not a regular file"), atomic_path("/dev/null"):
        pass


@pytest.mark.parametrize("below", ["a.png", "sub/a.png"])
def test_folder_is_a_file(tmp_path, below):
    (tmp_path / "blocked").write_text("x")
    with (
        pytest.raises(OutputError, match="blocked is a file, not a folder"),
        atomic_path(tmp_path / "blocked" / below),
    ):
        pass


def test_no_permission(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(atomic.os, "open", refuse)
    with pytest.raises(OutputError, match="no permission"), atomic_path(tmp_path / "a.png"):
        pass


def test_folder_cannot_be_made():
    with pytest.raises(OutputError, match="Cannot make the folder"):
        prepare_folder("/proc/anyview/out")


def test_file_too_large_for_the_system(tmp_path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with (
            pytest.raises(OutputError, match="larger than this system allows"),
            atomic_path(tmp_path / "a.bin") as path,
        ):
            path.write_bytes(b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_full_disk(tmp_path):
    with pytest.raises(OutputError, match="the disk is full"), atomic_path(tmp_path / "a.bin"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("error", [FileNotFoundError(2, "other file"), InputError("bad")])
def test_other_errors_of_the_block_pass_unchanged(tmp_path, error):
    with pytest.raises(type(error)) as caught, atomic_path(tmp_path / "a.bin"):
        raise error
    assert caught.value is error


def test_a_link_that_leads_to_itself_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match="leads to itself"), atomic_path(tmp_path / "a"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
