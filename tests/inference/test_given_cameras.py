# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.inference.given_cameras import GivenCameras
from anyview.structures.views import View

POSES = torch.eye(4, dtype=torch.float64).repeat(3, 1, 1)
POSES[:, 0, 3] = torch.arange(3.0)
K = torch.tensor([[30.0, 0, 15], [0, 30, 10], [0, 0, 1]], dtype=torch.float64)
INTRINSICS = K.repeat(3, 1, 1)
NAN_IN_PART = POSES.clone()
NAN_IN_PART[1, 0, 3] = torch.nan
LENS = Lens(31.0, 32.0, 15.0, 11.0, 20, 30, radial=(0.05,))


def view(name, height=20, width=30):
    return View(torch.zeros((3, height, width), dtype=torch.uint8), name)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x,
        lambda x: x.float(),
        lambda x: x.numpy(),
        lambda x: x.tolist(),
        lambda x: list(x),
        lambda x: [m.numpy() for m in x],
        lambda x: tuple(x.float().requires_grad_()),
        lambda x: x.long().numpy(),
    ],
)
@pytest.mark.parametrize("rows", [3, 4])
def test_every_way_of_giving_them(make, rows):
    cameras = GivenCameras.checked(make(POSES[:, :rows]), make(INTRINSICS), 3)
    assert torch.equal(cameras.extrinsics, POSES)
    assert torch.equal(cameras.intrinsics, INTRINSICS)


def test_they_are_copies():
    poses = POSES.clone()
    array = INTRINSICS.numpy().copy()
    cameras = GivenCameras.checked(poses, array, 3)
    poses.zero_()
    array[:] = 0
    assert torch.equal(cameras.extrinsics, POSES)
    assert torch.equal(cameras.intrinsics, INTRINSICS)


def test_one_for_all_and_one_for_one():
    assert torch.equal(GivenCameras.checked(None, K, 3).intrinsics, INTRINSICS)
    assert torch.equal(GivenCameras.checked(POSES[0], None, 1).extrinsics, POSES[:1])


def test_none_are_none():
    views = GivenCameras.checked(None, None, 2).of([0, 1], (view("a"), view("b")))
    assert views.extrinsics is None
    assert views.intrinsics is None


@pytest.mark.parametrize(
    ("extrinsics", "intrinsics", "message"),
    [
        (POSES[:2], None, "extrinsics has 2 entries for 3 images; give one for each"),
        (POSES[0], None, r"extrinsics has shape \(4, 4\); accepted .* \[3, 3, 4\] or \[3, 4, 4\]"),
        (POSES[:, :2], None, r"extrinsics has shape \(3, 2, 4\)"),
        ([[1, 2], [3]], None, "extrinsics is no regular array of numbers"),
        ("identity", None, "extrinsics is no regular array of numbers"),
        (NAN_IN_PART, None, r"extrinsics\[1\] has a NaN or infinite entry"),
        ([None] * 2, None, "extrinsics has 2 entries for 3 images"),
        ([None, POSES[0], K], None, "extrinsics is no regular array of numbers"),
        (POSES * 2, None, r"extrinsics\[0\] .*"),
        (None, INTRINSICS[:2], "intrinsics has 2 entries for 3 images"),
        (None, K[:2], r"intrinsics has shape \(2, 3\); accepted for these images: \[3, 3, 3\]"),
        (None, np.eye(4), r"intrinsics has shape \(4, 4\)"),
    ],
)
def test_bad_cameras(extrinsics, intrinsics, message):
    with pytest.raises(InputError, match=f"^{message}"):
        GivenCameras.checked(extrinsics, intrinsics, 3)


def test_cameras_of_skipped_views_are_dropped():
    intrinsics = INTRINSICS * torch.tensor([[[1.0]], [[float("nan")]], [[1.2]]])
    intrinsics[:, 2, 2] = 1
    cameras = GivenCameras.checked(POSES, intrinsics, 3)
    views = cameras.of([0, 2], (view("a"), view("c")))
    assert torch.equal(views.extrinsics, POSES[[0, 2]])
    assert torch.equal(views.intrinsics, intrinsics[[0, 2]])


def test_intrinsics_are_compared_with_the_images():
    cameras = GivenCameras.checked(None, INTRINSICS, 2 + 1)
    with pytest.raises(InputError, match=r"view 1 \(b\), a 600 x 400 image, cannot be used"):
        cameras.of([0, 1, 2], (view("a"), view("b", 400, 600), view("c")))


@pytest.mark.parametrize("rows", [3, 4])
def test_unknown_cameras_are_none_or_nan(rows):
    """A list with None, and an array with NaN in its place, with the last row at its constants."""
    listed = GivenCameras.checked(
        [None, POSES[1, :rows], None], [K.tolist(), None, INTRINSICS[2].numpy()], 3
    )
    array, matrices = POSES[:, :rows].clone(), INTRINSICS.clone()
    array[[0, 2], :3] = torch.nan
    matrices[1, :2] = torch.nan
    views = tuple(view(name) for name in "abc")
    for cameras in (listed, GivenCameras.checked(array, matrices, 3)):
        found = cameras.of([0, 1, 2], views)
        assert found.posed.tolist() == [False, True, False]
        assert found.calibrated.tolist() == [True, False, True]
        assert torch.equal(found.extrinsics[1], POSES[1])
        assert found.extrinsics[[0, 2]].isnan().all()
        assert torch.equal(found.intrinsics[0], K)
        assert found.intrinsics[1].isnan().all()


def test_what_is_known_of_no_view_that_is_left_is_not_known():
    cameras = GivenCameras.checked([None, POSES[1]], [None, None], 2)
    assert cameras.of([0, 1], (view("a"), view("b"))).intrinsics is None
    assert cameras.of([0], (view("a"),)).extrinsics is None


def test_bad_poses_are_counted_among_all():
    with pytest.raises(InputError, match=r"extrinsics\[2\] is not rigid"):
        GivenCameras.checked([None, POSES[1, :3], POSES[2, :3] * 2], None, 3)
    with pytest.raises(InputError, match=r"view 1 \(b\), a 600 x 400 image, cannot be used"):
        GivenCameras.checked(None, [None, K], 2).of([0, 1], (view("a"), view("b", 400, 600)))


def test_lenses_go_to_their_views():
    cameras = GivenCameras.checked(None, None, 3, lenses=[LENS, None, LENS])
    found = cameras.of([1, 2], (view("b"), view("c")))
    assert [v.lens for v in found.views] == [None, LENS]
    assert found.calibrated.tolist() == [False, True]
    assert GivenCameras.checked(None, None, 2, lenses=LENS).lenses == (LENS, LENS)


@pytest.mark.parametrize(
    ("lenses", "message"),
    [
        ([LENS], "lenses has 1 entries for 3 images"),
        ([LENS, None, K], r"lenses\[2\] is a Tensor"),
        ("fisheye", "lenses is a str"),
    ],
)
def test_bad_lenses(lenses, message):
    with pytest.raises(InputError, match=message):
        GivenCameras.checked(None, None, 3, lenses=lenses)


def test_a_lens_of_another_image_is_refused():
    with pytest.raises(InputError, match="lens of view 'a' is for 30 x 20 pixels"):
        GivenCameras.checked(None, None, 1, lenses=LENS).of([0], (view("a", 40, 60),))
