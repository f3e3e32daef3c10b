# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.data.overlap import Overlap
from anyview.data.sampling import ViewSetOptions, sample_views


def video(count, reach):
    index = torch.arange(count)
    return Overlap((1 - (index[:, None] - index).abs() / reach).clamp_min(0), "order")


@given(
    seed=st.integers(0, 100),
    views=st.integers(1, 6),
    anchor=st.sampled_from(["any", "reference"]),
    order=st.sampled_from(["random", "time"]),
    low=st.sampled_from([0.0, 0.3, 0.6]),
)
@settings(max_examples=40, deadline=None)
def test_sets_obey_their_limits(seed, views, anchor, order, low):
    overlap = video(40, reach=15)
    options = ViewSetOptions(min_overlap=low, max_overlap=0.92, anchor=anchor, order=order)
    chosen = sample_views(overlap, views, torch.Generator().manual_seed(seed), options)
    assert chosen is not None
    assert len(set(chosen)) == views
    among = overlap.mutual[list(chosen)][:, list(chosen)].clone().fill_diagonal_(0)
    assert among.max() <= 0.92
    if views > 1 and order == "random":
        linked = [
            among[i, 0] if anchor == "reference" else among[i, :i].max() for i in range(1, views)
        ]
        assert min(linked) >= low
    if order == "time":
        assert list(chosen) == sorted(chosen)
    again = sample_views(overlap, views, torch.Generator().manual_seed(seed), options)
    assert again == chosen


def test_all_frames_become_references():
    seen = {sample_views(video(5, 9), 2, torch.Generator().manual_seed(s))[0] for s in range(60)}
    assert seen == set(range(5))


def test_impossible_sets_are_none_and_lonely_references_are_left():
    matrix = torch.eye(4)
    matrix[2, 3] = matrix[3, 2] = 0.5
    pair = Overlap(matrix, "depth")
    for seed in range(10):
        generator = torch.Generator().manual_seed(seed)
        assert set(sample_views(pair, 2, generator)) == {2, 3}
        assert sample_views(pair, 3, generator) is None
        assert sample_views(pair, 5, generator) is None


def test_wrong_limits_are_refused():
    with pytest.raises(OptionError, match="min_overlap"):
        ViewSetOptions(min_overlap=0.9, max_overlap=0.5)
    with pytest.raises(OptionError, match="at least 1"):
        sample_views(video(3, 3), 0, torch.Generator())
