# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.training.batch_source import BatchSource, share
from tests.training.runs import Planes


@pytest.mark.parametrize("world", [1, 2, 3])
def test_every_scene_belongs_to_one_process(world):
    shares = [set(share(8, rank, world)) for rank in range(world)]
    assert set().union(*shares) == set(range(8))
    assert sum(len(part) for part in shares) == 8


def test_anything_with_a_batch_method_is_a_source():
    assert isinstance(Planes(), BatchSource)
    assert not isinstance(object(), BatchSource)
