# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of matching: what is refused, and how many threads are used."""

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.sfm.settings import MatchSettings


@pytest.mark.parametrize("name", ["max_side", "max_features", "overlap", "threads"])
def test_zero_is_refused(name):
    with pytest.raises(OptionError, match=f"{name} is 0"):
        MatchSettings(**{name: 0})


def test_negative_seed_is_refused():
    with pytest.raises(OptionError, match="seed is -1"):
        MatchSettings(seed=-1)


def test_threads_are_those_of_torch_unless_given():
    assert MatchSettings().num_threads == torch.get_num_threads()
    assert MatchSettings(threads=3).num_threads == 3
