# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
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


LENS = Lens(5.0, 5.5, 3.0, 2.5, 4, 6, radial=(0.1,))


def partly(matrix: torch.Tensor) -> torch.Tensor:
    return torch.stack((torch.full_like(matrix, torch.nan), matrix, matrix))


def test_nan_is_not_known():
    views = ViewSet(
        tuple(
            View(VIEW.image, name, lens=lens)
            for name, lens in zip("abc", (LENS, None, None), strict=True)
        ),
        extrinsics=partly(torch.eye(4)),
        intrinsics=torch.stack(
            (torch.full((3, 3), torch.nan), 4 * torch.eye(3), torch.full((3, 3), torch.nan))
        ),
    )
    assert views.posed.tolist() == [False, True, True]
    assert views.calibrated.tolist() == [True, True, False]
    K = views.original_intrinsics
    assert torch.equal(K[0], LENS.intrinsics())
    assert torch.equal(K[1], 4 * torch.eye(3, dtype=torch.float64))
    assert K[2].isnan().all()
    nothing = ViewSet((VIEW,))
    assert not nothing.posed.any()
    assert not nothing.calibrated.any()
    assert nothing.original_intrinsics.isnan().all()


@pytest.mark.parametrize("name", ["extrinsics", "intrinsics"])
def test_half_a_camera_is_refused(name):
    size = 4 if name == "extrinsics" else 3
    matrices = torch.eye(size).repeat(2, 1, 1)
    matrices[1, 0, 2] = torch.nan
    with pytest.raises(InputError, match=rf"{name} of view 1 \(b\) is NaN in part"):
        ViewSet((VIEW, View(VIEW.image, "b")), **{name: matrices})


@pytest.mark.parametrize(
    ("what", "part"),
    [("lens", LENS.resized(8, 12)), ("mask", torch.zeros(8, 12, dtype=torch.bool))],
)
def test_lens_and_mask_are_of_their_image(what, part):
    with pytest.raises(InputError, match=rf"The {what} of view 'a' is for 12 x 8 pixels"):
        View(VIEW.image, "a", **{what: part})
    assert (
        View(VIEW.image, "a", lens=LENS, mask=torch.zeros(4, 6, dtype=torch.bool)).mask is not None
    )
