# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.data.scene_seed import seed_for


def test_seeds_differ_and_stay():
    words = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]
    seeds = [seed_for(*w) for w in words]
    assert len(set(seeds)) == 4
    assert all(0 <= seed < 2**62 for seed in seeds)
    assert seeds == [seed_for(*w) for w in words]
