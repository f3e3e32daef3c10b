# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import shlex
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError, OptionError
from anyview.data.findings import FailureReport
from anyview.data.scene_folder import write_scene
from anyview.data.shard_stream import Reader, ShardStream, shuffled
from anyview.data.shards import write_shards

COUNT, PER_SHARD = 12, 3


@pytest.fixture(scope="module")
def shards(mini_scene, tmp_path_factory):
    """Four shards of three scenes of one view."""
    folder = tmp_path_factory.mktemp("stream")
    paths = []
    for index in range(COUNT):
        scene = replace(mini_scene, name=f"s{index}", frames=mini_scene.frames[:1])
        paths.append(write_scene(scene, folder / f"s{index}"))
    size = write_shards(paths[:1], folder / "one")[0].samples[0].size
    written = write_shards(paths, folder / "shards", max_bytes=PER_SHARD * size + 1000)
    assert [len(shard.samples) for shard in written] == [PER_SHARD] * 4
    return folder / "shards"


def names(stream, epoch, start=0):
    return [scene.name for _, scene, _ in stream.epoch(epoch, start)]


def test_an_epoch_has_every_scene_once_in_an_order_of_its_own(shards):
    stream = ShardStream(shards, 0, buffer=5)
    first, second = names(stream, 0), names(stream, 1)
    assert sorted(first) == sorted(second) == sorted(f"s{i}" for i in range(COUNT))
    assert first != second
    assert first == names(ShardStream(shards, 0, buffer=5), 0)
    assert first != names(ShardStream(shards, 1, buffer=5), 0)
    assert stream.failures.num_read == 2 * COUNT


@pytest.mark.parametrize("buffer", [1, 4, 100])
def test_a_stream_goes_on_where_it_was(shards, buffer):
    whole = list(ShardStream(shards, 3, buffer=buffer).epoch(2))
    for stop in (0, 1, 5, 11, COUNT):
        position = whole[stop - 1][0] if stop else 0
        rest = names(ShardStream(shards, 3, buffer=buffer), 2, position)
        assert rest == [scene.name for _, scene, _ in whole[stop:]]


@pytest.mark.parametrize(("world", "workers"), [(1, 3), (2, 2), (3, 2), (1, 20)])
def test_readers_share_out_every_scene_once(shards, world, workers):
    seen = []
    for rank in range(world):
        for worker in range(workers):
            reader = Reader(rank, world, worker, workers)
            seen += names(ShardStream(shards, 0, reader=reader, buffer=3), 0)
    assert sorted(seen) == sorted(f"s{i}" for i in range(COUNT))


def test_shards_that_are_done_with_are_not_read_again(shards, monkeypatch):
    opened = []
    stream = ShardStream(shards, 0, buffer=1)
    open_shard = stream._open
    monkeypatch.setattr(stream, "_open", lambda name: opened.append(name) or open_shard(name))
    names(stream, 0, start=2 * PER_SHARD + 1)
    assert len(opened) == 2


def test_scenes_are_read_in_the_end(shards, mini_scene):
    _, scene, overlap = next(ShardStream(shards, 0).epoch(0))
    np.testing.assert_array_equal(scene.frames[0].read_image(), mini_scene.frames[0].read_image())
    assert overlap.matrix.tolist() == [[1.0]]


def test_damaged_shards_are_skipped_and_counted(shards, tmp_path):
    for path in shards.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    whole = names(ShardStream(shards, 0, buffer=4), 0)
    cut = tmp_path / "shard-000001.tar"
    cut.write_bytes(cut.read_bytes()[:-20_000])
    (tmp_path / "shard-000002.tar").unlink()
    failures = FailureReport()
    stream = ShardStream(tmp_path, 0, buffer=4, failures=failures)
    given_ = names(stream, 0)
    lost = {"s5", "s6", "s7", "s8"}
    assert given_ == [name for name in whole if name not in lost]
    assert failures.num_failed == 4
    assert any("damaged or cut off" in m for m in failures.messages)
    assert any("shard-000002.tar" in m and "no such file" in m for m in failures.messages)
    # Positions count what is lost, so that resuming is exact all the same.
    position = list(stream.epoch(0))[4][0]
    assert names(stream, 0, position) == given_[5:]


def test_urls_are_opened_by_webdataset(shards):
    pytest.importorskip("webdataset")
    stream = ShardStream(f"pipe:cat {shlex.quote(str(shards))}/{{}}", 0, buffer=5)
    assert names(stream, 0) == names(ShardStream(shards, 0, buffer=5), 0)
    with pytest.raises(InputError, match=r"index\.json"):
        ShardStream("pipe:false {}", 0)


def test_a_pipe_can_be_left_early(shards):
    pytest.importorskip("webdataset")
    # Writes for ever after the shard: only a broken pipe ends it, with a status of its own.
    place = f"{shlex.quote(str(shards))}/{{}}"
    command = f"case {{}} in index.json) cat {place};; *) cat {place}; yes; exit 9;; esac"
    epoch = ShardStream(f"pipe:{command}", 0, buffer=1).epoch(0)
    next(epoch)
    epoch.close()


def test_wrong_readers_and_places_are_refused(tmp_path):
    with pytest.raises(OptionError, match="rank 2 of 2"):
        Reader(2, 2)
    with pytest.raises(InputError, match=r"index\.json: no such file"):
        ShardStream(tmp_path, 0)
    with pytest.raises(OptionError, match="buffer"):
        ShardStream(tmp_path, 0, buffer=0)


@given(count=st.integers(0, 60), buffer=st.integers(1, 20), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_buffer_holds_what_it_may_and_loses_nothing(count, buffer, seed):
    sequence = [(0, i) for i in range(count)]
    order = shuffled(sequence, buffer, np.random.default_rng(seed))
    assert sorted(order) == sequence
    for position, (_, index) in enumerate(order):
        assert index - position < buffer  # an item cannot leave before it has entered
    if buffer == 1:
        assert order == sequence
