# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A seed of its own for each scene of a run, so that processes and resumed runs draw the same."""

import numpy as np


def seed_for(seed: int, step: int, place: int) -> int:
    """A seed from 0 to below 2^62.

    Args:
        seed: Of the run.
        step: From 0.
        place: Of the scene in the step's batch of all processes, from 0.
    """
    state = np.random.SeedSequence((seed, step, place)).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(2))
