# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Tracks against a plain search, on random matches."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.sfm.tracks import join_matches

COUNTS = (4, 3, 5)
PAIRS = ((0, 1), (0, 2), (1, 2))


def plain(pairs) -> set[tuple[tuple[int, int], ...]]:
    """Components by walking from every feature."""
    links: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for (first, second), rows in pairs.items():
        for one, other in rows.tolist():
            links.setdefault((first, one), set()).add((second, other))
            links.setdefault((second, other), set()).add((first, one))
    tracks = set()
    for start in links:
        reached, todo = {start}, [start]
        while todo:
            for neighbour in links[todo.pop()] - reached:
                reached.add(neighbour)
                todo.append(neighbour)
        if len({view for view, _ in reached}) == len(reached):
            tracks.add(tuple(sorted(reached)))
    return tracks


@st.composite
def matches(draw):
    found = {}
    for first, second in PAIRS:
        ones = st.integers(0, COUNTS[first] - 1)
        others = st.integers(0, COUNTS[second] - 1)
        rows = draw(st.lists(st.tuples(ones, others), max_size=4))
        found[(first, second)] = np.array(rows, dtype=np.uint32).reshape(-1, 2)
    return found


@given(matches())
@settings(max_examples=60, deadline=None)
def test_tracks_are_what_a_plain_search_finds(pairs):
    tracks = join_matches(COUNTS, pairs)
    assert len(set(tracks)) == len(tracks)
    assert set(tracks) == plain(pairs)


@given(matches())
@settings(max_examples=20, deadline=None)
def test_order_of_pairs_does_not_matter(pairs):
    turned = dict(reversed(pairs.items()))
    assert join_matches(COUNTS, pairs) == join_matches(COUNTS, turned)
