# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch

from anyview.data.scene import Frame, Held, SparseDepth
from anyview.training import known_depth as module
from anyview.training.known_depth import depth_map, has_depth, known_depth


def _frame(**values) -> Frame:
    return Frame("a", (20, 30), Held(np.zeros((20, 30, 3), np.uint8)), **values)


def _numbered(height: int, width: int) -> np.ndarray:
    return 1 + np.arange(height * width, dtype=np.float32).reshape(height, width)


def test_dense_depth_lies_at_the_centres_of_its_own_pixels():
    depth = _numbered(10, 15)
    depth[3, 4], depth[5, 6], depth[7, 8] = 0, np.nan, -1
    found = known_depth(_frame(read_depth=Held(depth)))
    assert len(found) == 150 - 3
    assert torch.equal(found.read_off(torch.from_numpy(depth)), found.depth)
    # On a grid of twice the size each depth lies in the lower right one of its four pixels.
    fine = torch.from_numpy(_numbered(10, 15)).repeat_interleave(2, 0).repeat_interleave(2, 1)
    assert torch.equal(found.read_off(fine), found.depth)
    known = np.where(np.isfinite(depth) & (depth > 0), depth, 0)
    frame = _frame(read_depth=Held(depth))
    assert np.array_equal(depth_map(frame, 10, 15).numpy(), known)
    assert np.array_equal(depth_map(frame, 20, 30).numpy(), known.repeat(2, 0).repeat(2, 1))


def test_points_lie_where_they_are_and_the_nearest_is_seen():
    pixels = np.array([[0.5, 0.5], [29.9, 19.9], [15.2, 10.1], [15.3, 10.2], [31, 5]], np.float32)
    depth = np.array([1, 2, 4, 3, 9], np.float32)
    frame = _frame(read_sparse=Held(SparseDepth(pixels, depth)))
    found = known_depth(frame)
    assert found.depth.tolist() == [1, 2, 4, 3], "the last lies outside"
    shown = depth_map(frame, 20, 30)
    assert (shown[0, 0], shown[19, 29], shown[10, 15]) == (1, 2, 3)
    assert int((shown > 0).sum()) == 3


def test_dense_depth_goes_before_points_and_masks_leave_out():
    sparse = Held(SparseDepth(np.full((1, 2), 5, np.float32), np.ones(1, np.float32)))
    masks = {"sky": np.zeros((20, 30), bool), "ignore": np.zeros((10, 15), bool)}
    masks["sky"][:6], masks["ignore"][:, :5] = True, True
    found = known_depth(
        _frame(
            read_depth=Held(np.ones((20, 30), np.float32)),
            read_sparse=sparse,
            masks={kind: Held(mask) for kind, mask in masks.items()},
        )
    )
    assert len(found) == 14 * 20
    assert float(found.places[:, 1].min()) > 0.3
    assert float(found.places[:, 0].min()) > 1 / 3


def test_a_frame_without_depth_knows_nothing():
    assert known_depth(_frame()) is None
    assert not has_depth(_frame())
    assert not bool(depth_map(_frame(), 4, 6).any())
    empty = known_depth(_frame(read_depth=Held(np.zeros((20, 30), np.float32))))
    assert empty is not None
    assert len(empty) == 0


def test_of_large_maps_a_sample_is_taken_always_the_same(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 50)
    frame = _frame(read_depth=Held(_numbered(10, 15)))
    first, again = known_depth(frame), known_depth(frame)
    assert len(first) == 50
    assert len(first.depth.unique()) == 50
    assert torch.equal(first.depth, again.depth)
