# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.se3 import to_homogeneous
from anyview.metrics.pose import trajectory_errors
from anyview.streaming.options import StreamOptions
from anyview.streaming.session import stream_chunks

from .oracle import Oracle

SMALL = StreamOptions(chunk=6, overlap=2)


def all_of(pieces):
    names = [name for piece in pieces for name in piece.prediction.names]
    depth = torch.cat([piece.prediction.depth for piece in pieces])
    cameras = torch.cat([piece.prediction.extrinsics for piece in pieces])
    return names, depth, cameras


@given(count=st.integers(1, 13), chunk=st.integers(2, 7), overlap=st.integers(1, 6))
@settings(max_examples=4, deadline=None)
def test_each_frame_comes_once_in_order_and_in_one_world(count, chunk, overlap):
    if overlap >= chunk:
        overlap = chunk - 1
    oracle = Oracle(count)
    options = StreamOptions(chunk=chunk, overlap=overlap)
    pieces = list(stream_chunks(oracle.frames(), oracle, options))
    names, depth, cameras = all_of(pieces)
    assert names == [str(k) for k in range(count)]
    assert torch.allclose(depth, oracle.truth.depth, rtol=2e-3)
    assert torch.allclose(cameras, oracle.truth.cam_from_world[:, :3], atol=5e-3)
    assert {piece.segment for piece in pieces} == {0}
    assert [piece.first_frame for piece in pieces] == [int(p.prediction.names[0]) for p in pieces]
    assert all(len(call) <= chunk for call in oracle.calls)


def test_noise_and_outliers_leave_a_path():
    oracle = Oracle(40, noise=0.03, outliers=0.2)
    pieces = list(stream_chunks(oracle.frames(), oracle, SMALL))
    _, _, cameras = all_of(pieces)
    errors = trajectory_errors(
        to_homogeneous(cameras.double()), oracle.truth.cam_from_world.double()
    )
    assert errors.rmse < 0.03 * 6  # of about 6 units of path
    assert all(piece.join is None or piece.join.ok for piece in pieces)


def test_it_goes_on_where_it_was():
    oracle = Oracle(18)
    whole = list(stream_chunks(oracle.frames(), oracle, SMALL))
    for stop in (1, len(whole) - 1):
        tail = whole[stop - 1].tail
        rest = list(stream_chunks(oracle.frames(tail.next_frame), oracle, SMALL, tail))
        assert [p.index for p in rest] == [p.index for p in whole[stop:]]
        for one, two in zip(rest, whole[stop:], strict=True):
            assert one.prediction.names == two.prediction.names
            assert torch.equal(one.prediction.depth, two.prediction.depth)
            assert torch.equal(one.prediction.extrinsics, two.prediction.extrinsics)


def test_a_cut_begins_a_new_segment():
    one = Oracle(20)

    def predict(views):
        prediction = one(views)
        numbers = torch.tensor([int(name) for name in prediction.names])
        # From frame 10 on another scene: what is shared across the cut is nonsense.
        if bool((numbers < 10).any()) and bool((numbers >= 10).any()):
            chaos = torch.rand(prediction.depth.shape, generator=torch.Generator().manual_seed(1))
            return replace(prediction, depth=0.1 + 9 * chaos)
        return prediction

    pieces = list(stream_chunks(one.frames(), predict, SMALL))
    names, _, _ = all_of(pieces)
    assert names == [str(k) for k in range(20)]
    assert {piece.segment for piece in pieces} >= {0, 1}
    assert [piece.segment for piece in pieces] == sorted(piece.segment for piece in pieces)


def test_a_new_size_begins_a_new_segment():
    oracle = Oracle(14)

    def predict(views):
        prediction = oracle(views)
        if int(prediction.names[0]) < 8:
            return prediction
        return replace(
            prediction, depth=prediction.depth[:, ::2], images=prediction.images[:, :, ::2]
        )

    pieces = list(stream_chunks(oracle.frames(), predict, SMALL))
    assert all_of_names(pieces) == [str(k) for k in range(14)]
    assert pieces[-1].segment == 1


def all_of_names(pieces):
    return [name for piece in pieces for name in piece.prediction.names]


def test_what_cannot_be_streamed():
    oracle = Oracle(3)
    with pytest.raises(InputError, match="No frames"):
        list(stream_chunks(iter(()), oracle, SMALL))

    def blind(views):
        return replace(oracle(views), extrinsics=None, intrinsics=None)

    with pytest.raises(InputError, match="predicts cameras"):
        list(stream_chunks(oracle.frames(), blind, SMALL))
