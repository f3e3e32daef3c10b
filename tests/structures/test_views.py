# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.structures.views import View, ViewSet

VIEW = View(torch.zeros(3, 4, 6, dtype=torch.uint8), "a")


def test_a_view_knows_its_size():
    assert (VIEW.height, VIEW.width) == (4, 6)


def test_a_set_without_views_is_refused():
    with pytest.raises(InputError, match="at least one"):
        ViewSet(())


@pytest.mark.parametrize(
    "cameras", [{"extrinsics": torch.eye(4)[None]}, {"intrinsics": torch.eye(3)[None]}]
)
def test_cameras_must_match_the_images_in_number(cameras):
    views = (VIEW, View(VIEW.image, "b"))
    with pytest.raises(InputError, match="1 entries for 2 images"):
        ViewSet(views, **cameras)
    assert len(ViewSet(views)) == 2
