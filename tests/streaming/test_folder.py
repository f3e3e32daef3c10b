# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.streaming.folder import CHUNK_FILE, StreamFolder
from anyview.streaming.options import StreamOptions
from anyview.streaming.session import stream_chunks

from .oracle import Oracle

SMALL = StreamOptions(chunk=5, overlap=2)


def fill(root, oracle, stop=None):
    """Stream into a folder, as a run that may be killed after some chunks."""
    folder = StreamFolder(root, {"chunk": 5})
    tail = folder.resume()
    pieces = list(stream_chunks(oracle.frames(tail.next_frame if tail else 0), oracle, SMALL, tail))
    for number, piece in enumerate(pieces):
        if number == stop:
            return folder
        folder.add(piece, is_last=number == len(pieces) - 1)
    return folder


def test_what_was_streamed_is_there(tmp_path):
    oracle = Oracle(14)
    folder = fill(tmp_path / "s", oracle)
    assert folder.is_complete
    parts = list(folder.predictions())
    assert [name for part in parts for name in part.names] == [str(k) for k in range(14)]
    depth = torch.cat([part.depth for part in parts])
    assert torch.allclose(depth, oracle.truth.depth, rtol=2e-3)
    assert len(list((tmp_path / "s" / "chunks").glob("*/tail"))) <= 2
    tum, _ = folder.write_path()
    assert len(tum.read_text().splitlines()) == 14


@pytest.mark.parametrize("stop", [0, 2])
def test_a_killed_run_goes_on_to_the_same_end(tmp_path, stop):
    whole = fill(tmp_path / "whole", Oracle(14))
    fill(tmp_path / "killed", Oracle(14), stop)
    # What a kill in the middle of writing leaves behind.
    part = tmp_path / "killed" / "chunks" / f".{stop:06d}.part"
    part.mkdir()
    (part / "prediction.npz").write_bytes(b"half")
    again = Oracle(14)
    killed = fill(tmp_path / "killed", again)
    assert all(call[0] >= 3 * stop for call in again.calls), "nothing is made twice"
    for one, two in zip(whole.predictions(), killed.predictions(), strict=True):
        assert one.names == two.names
        assert torch.equal(one.depth, two.depth)
        assert torch.equal(one.extrinsics, two.extrinsics)


def test_other_settings_are_refused(tmp_path):
    StreamFolder(tmp_path, {"chunk": 5, "model": "a"})
    StreamFolder(tmp_path, {"chunk": 5, "model": "a"})
    with pytest.raises(OptionError, match="other settings \\(model\\)"):
        StreamFolder(tmp_path, {"chunk": 5, "model": "b"})


def test_a_damaged_record_is_named(tmp_path):
    folder = fill(tmp_path, Oracle(9), stop=1)
    (folder.chunks()[-1] / CHUNK_FILE).write_text("{")
    with pytest.raises(InputError, match="000000"):
        folder.resume()


def test_an_empty_stream_has_no_path(tmp_path):
    with pytest.raises(InputError, match="no frame yet"):
        StreamFolder(tmp_path, {}).write_path()
