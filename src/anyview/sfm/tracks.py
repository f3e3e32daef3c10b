# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Matches of pairs joined to tracks: one point of the scene, seen once by each of some views."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Track = tuple[tuple[int, int], ...]
"""(view, position in the view's features) of each sighting, views ascending."""


def join_matches(
    num_features: Sequence[int], pairs: Mapping[tuple[int, int], npt.NDArray[np.uint32]]
) -> list[Track]:
    """Tracks of features that hang together by matches.

    A component that holds two features of one view has a wrong match somewhere: it is left out.

    Args:
        num_features: Of each view.
        pairs: By the positions of two views, [M, 2] positions in their features.
    """
    starts = np.concatenate(([0], np.cumsum(num_features)))
    parent = np.arange(starts[-1])

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = int(parent[node])
        return node

    for (first, second), rows in pairs.items():
        for one, other in rows.astype(np.int64):
            a, b = root(int(starts[first] + one)), root(int(starts[second] + other))
            # The smaller becomes the root: the result does not depend on the order of pairs.
            parent[max(a, b)] = min(a, b)
    members: dict[int, list[tuple[int, int]]] = {}
    for view, count in enumerate(num_features):
        for feature in range(count):
            top = root(int(starts[view] + feature))
            members.setdefault(top, []).append((view, feature))
    return [
        tuple(group)
        for group in members.values()
        if len(group) > 1 and len({view for view, _ in group}) == len(group)
    ]
