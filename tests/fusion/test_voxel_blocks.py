# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.fusion.voxel_blocks import REACH, BlockIndex, pack, unpack

coordinate = st.integers(-REACH, REACH - 1)
triples = st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=1, max_size=20)


@given(triples)
@settings(max_examples=50, deadline=None)
def test_keys_are_unique_ordered_and_turn_back(points):
    coordinates = torch.tensor(points)
    keys = pack(coordinates)
    assert torch.equal(unpack(keys), coordinates)
    assert [points[i] for i in torch.argsort(keys, stable=True)] == sorted(points)


def test_what_is_out_of_reach_is_refused():
    with pytest.raises(InputError, match="larger voxels"):
        pack(torch.tensor([[0, REACH, 0]]))


@given(st.lists(triples, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_rows_are_those_of_a_dictionary(rounds):
    index, known = BlockIndex(), {}
    for points in rounds:
        index.add(pack(torch.tensor(points)))
        for point in sorted(set(points) - set(known)):
            known[point] = len(known)
    assert len(index) == len(known)
    assert index.coordinates.tolist() == [list(p) for p in sorted(known, key=known.__getitem__)]
    asked = [*known, (7, -3, REACH - 2)]
    expected = [known.get(point, -1) for point in asked]
    assert index.rows_of(pack(torch.tensor(asked))).tolist() == expected


def test_forgetting_closes_up():
    index = BlockIndex()
    index.add(pack(torch.tensor([[0, 0, 0], [0, 0, 1], [0, 0, 2]])))
    index.keep(torch.tensor([True, False, True]))
    assert index.coordinates.tolist() == [[0, 0, 0], [0, 0, 2]]
    keys = pack(torch.tensor([[0, 0, 0], [0, 0, 1], [0, 0, 2]]))
    assert index.rows_of(keys).tolist() == [0, -1, 1]
