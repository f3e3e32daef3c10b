# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a refinement starts from must be of the same views."""

import pytest

from anyview.core.errors import InputError
from anyview.sfm.given_scene import GivenScene
from tests.sfm.textured import cameras, lenses_known, rendered


def test_parts_of_the_same_views_are_kept():
    depth = list(rendered(3).depth)
    assert GivenScene(cameras(3)[0], lenses_known(3), depth).depth is depth


def test_other_counts_are_refused():
    with pytest.raises(InputError, match=r"\(3, 3, 2\)"):
        GivenScene(cameras(3)[0], lenses_known(3), list(rendered(3).depth[:2]))
