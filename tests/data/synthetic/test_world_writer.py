# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Writing many scenes: resume, equal results with any number of processes, dead workers."""

import pytest

from anyview.core.errors import InputError, OptionError
from anyview.data.synthetic import world_writer
from anyview.data.synthetic.world_files import WorldSet, chunk_path, chunk_size
from anyview.data.synthetic.world_settings import KINDS, WorldSettings
from anyview.data.synthetic.world_writer import WorkerDiedError, write_worlds

from .odd_workers import die, fail, pretend

pytest.importorskip("embreex")
pytest.importorskip("numba")
TINY = WorldSettings(width=28, height=14, views=1, **{**dict.fromkeys(KINDS, 0.0), "facade": 1.0})


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(world_writer, "CHUNK_SCENES", 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three scenes in two files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_writer, "CHUNK_SCENES", 2)
        return write_worlds(tmp_path_factory.mktemp("worlds"), 0, 3, TINY)


def test_resume_keeps_what_is_there_and_makes_the_rest(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    kept, damaged = chunk_path(tmp_path, 0), chunk_path(tmp_path, 2)
    stamp = kept.stat().st_mtime_ns
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-50])
    seen = []
    write_worlds(tmp_path, 0, 3, TINY, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 3), (3, 3)]
    assert kept.stat().st_mtime_ns == stamp
    assert damaged.read_bytes() == whole
    write_worlds(tmp_path, 0, 4, TINY)  # a short chunk grows
    assert chunk_size(damaged) == 2
    assert len(WorldSet(tmp_path)) == 4


def test_another_process_gives_the_same_bytes(folder, tmp_path):
    seen = []
    tracker = world_writer._Tracker(0, 1, lambda done, total: seen.append(done))
    world_writer._share_out(tmp_path, [(2, 1)], TINY, 1, tracker)
    assert chunk_path(tmp_path, 2).read_bytes() == chunk_path(folder, 2).read_bytes()
    assert seen == [0, 1]


def test_other_settings_are_refused(folder):
    from dataclasses import replace

    with pytest.raises(InputError, match=r"views 1 \(given 2\)"):
        write_worlds(folder, 0, 3, replace(TINY, views=2))


@pytest.mark.parametrize(
    ("first", "count", "processes"), [(5, 1, 1), (-2, 1, 1), (0, 0, 1), (0, 1, 0)]
)
def test_bad_numbers(tmp_path, first, count, processes):
    with pytest.raises(OptionError, match="multiple of 2"):
        write_worlds(tmp_path, first, count, TINY, processes)


def test_a_worker_that_dies_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(world_writer, "_work", die)
    with pytest.raises(WorkerDiedError, match=r"exit code 3 .*run the same again"):
        write_worlds(tmp_path, 0, 33, TINY, processes=2)


def test_a_worker_passes_on_what_went_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(world_writer, "_work", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_worlds(tmp_path, 0, 33, TINY, processes=2)


def test_workers_take_the_next_chunk_when_they_are_free(tmp_path, monkeypatch):
    """7 scenes are four chunks for two workers that only pretend to write."""
    seen = []
    monkeypatch.setattr(world_writer, "_work", pretend)
    write_worlds(tmp_path, 0, 7, TINY, 2, progress=lambda done, total: seen.append(done))
    assert seen[0] == 0
    assert seen[-1] == 7
    assert len(seen) == 5
