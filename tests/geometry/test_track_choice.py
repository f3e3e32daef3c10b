# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry.track_choice import SampleGrid, _none_beside_another, chosen_tracks


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 5000), st.integers(1, 9), st.integers(1, 60), st.integers(1, 60))
def test_a_grid_keeps_its_bound_and_its_cells_hold_their_samples(most, views, height, width):
    grid = SampleGrid.with_at_most(most, views, height, width)
    assert views <= len(grid) <= max(most, views)
    if grid.stride > 1:
        finer = SampleGrid(views, height, width, grid.stride - 1)
        assert len(finer) > most
    for view in range(views):
        ranks, pixels = grid.samples_of(view)
        assert bool(((pixels > 0) & (pixels < torch.tensor([width, height]))).all())
        assert torch.equal(grid.sample_at(torch.full_like(ranks, view), pixels), ranks)
        assert bool((grid.view_of(ranks) == view).all())
        expected = (view * height + pixels[:, 1].long()) * width + pixels[:, 0].long()
        assert torch.equal(grid.pixel_ranks()[ranks], expected)


@pytest.mark.parametrize("share", [4, 16, 64])
def test_the_first_samples_by_spread_are_even(share):
    grid = SampleGrid(1, 32, 32, 1)
    first = grid.spread().argsort()[: 1024 // share]
    side = int(share**0.5)
    blocks = torch.bincount((first // 32 // side) * (32 // side) + first % 32 // side)
    assert blocks.tolist() == [1] * (1024 // share)
    assert grid.spread().unique().numel() == 1024


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11))), st.randoms()
)
def test_choosing_all_at_once_is_choosing_one_by_one(count, pairs, random):
    pairs = [(a % count, b % count) for a, b in pairs if a % count != b % count]
    priority = list(range(count))
    random.shuffle(priority)
    wanted = [random.random() < 0.8 for _ in range(count)]
    kept: set[int] = set()
    beside = {frozenset(pair) for pair in pairs}
    for item in sorted(range(count), key=lambda i: -priority[i]):
        if wanted[item] and not any(frozenset((item, other)) in beside for other in kept):
            kept.add(item)
    edges = torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2)
    result = _none_beside_another(
        torch.tensor(wanted), torch.tensor(priority), edges[:, 0], edges[:, 1]
    )
    assert set(result.nonzero()[:, 0].tolist()) == kept


def test_of_two_tracks_of_one_surface_the_longer_then_the_surer_stays():
    grid = SampleGrid(3, 4, 4, 2)
    # Sample 0 of view 0 passes the first cell of view 1, and the track of that passes here and on.
    sample = torch.tensor([0, 0, 4, 4, 4, 3, 3, 7, 7])
    view = torch.tensor([0, 1, 0, 1, 2, 0, 1, 0, 1])
    near, far = [0.7, 1.2], [3.5, 2.5]
    pixels = torch.tensor([near] * 5 + [far] * 4, dtype=torch.float64)
    sureness = torch.ones(12)
    sureness[3] = 2.0
    kept = chosen_tracks(sample, view, pixels, grid, 10, sureness)
    assert kept.nonzero()[:, 0].tolist() == [3, 4]
    sureness[7] = 3.0
    kept = chosen_tracks(sample, view, pixels, grid, 10, sureness)
    assert kept.nonzero()[:, 0].tolist() == [4, 7]


def test_too_many_are_thinned_evenly_in_every_view():
    grid = SampleGrid(2, 8, 8, 1)
    sample = torch.arange(128)
    pixels = torch.cat([grid.samples_of(view)[1] for view in range(2)])
    kept = chosen_tracks(sample, sample // 64, pixels, grid, 32).view(2, 4, 2, 4, 2)
    assert kept.sum(dim=(2, 4)).eq(1).all()


def test_nothing_observed_is_nothing_kept():
    grid = SampleGrid(2, 8, 8, 4)
    none = torch.zeros(0, dtype=torch.int64)
    kept = chosen_tracks(none, none, torch.zeros(0, 2, dtype=torch.float64), grid, 5)
    assert not bool(kept.any())
