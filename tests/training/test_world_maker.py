# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import pytest

from anyview.core.errors import TrainingError
from anyview.data.synthetic.world_files import CHUNK_SCENES, chunk_path
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.training import world_maker
from anyview.training.world_maker import WorldMaker

_SETTINGS = WorldSettings(width=28, height=28, views=2, room=0.0, street=0.0)


@pytest.mark.slow
def test_makes_what_is_needed_and_ends_with_the_block(tmp_path):
    with WorldMaker(tmp_path, _SETTINGS, 0, processes=1) as maker:
        maker.need(10, 0)
        until = time.monotonic() + 120
        while not chunk_path(tmp_path, 0).exists() and time.monotonic() < until:
            time.sleep(0.2)
        maker.need(20, 0)
        process = maker._process
    assert chunk_path(tmp_path, 0).exists()
    assert not process.is_alive()


def test_a_dead_process_is_noticed(tmp_path):
    with WorldMaker(tmp_path, _SETTINGS, 0, processes=1) as maker:
        maker._process.kill()
        maker._process.join()
        with pytest.raises(TrainingError, match="exit code -9"):
            maker.need(10, 0)


def test_deletes_what_no_step_needs_and_makes_the_rest(tmp_path, monkeypatch):
    """The process's own work, in this process: it ends when its parent is not the one named."""
    made = []

    def write(folder, first, count, settings, processes):
        made.append(range(first, first + count))
        chunk_path(folder, first).touch()

    parents = iter([1, 1, 1, 0])
    monkeypatch.setattr(world_maker, "write_worlds", write)
    monkeypatch.setattr(world_maker, "AHEAD", 0)
    monkeypatch.setattr(world_maker.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(world_maker.signal, "signal", lambda *_: None)
    monkeypatch.setattr(world_maker.time, "sleep", lambda _: None)

    class Number:
        def __init__(self, value):
            self.value = value

    chunk_path(tmp_path, 0).touch()
    needed, dropped = Number(3 * CHUNK_SCENES), Number(CHUNK_SCENES + 5)
    world_maker._make(tmp_path, _SETTINGS, CHUNK_SCENES, 1, needed, dropped, 1)
    assert made == [range(32, 64), range(64, 96)]
    assert not chunk_path(tmp_path, 0).exists() or dropped.value < 2 * CHUNK_SCENES
