# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which image gets which camera, and what it becomes at the image's size."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.camera_matching import ImageRecord, match_cameras
from anyview.io.camera_set import CameraSet, KnownCamera
from anyview.structures.rig import Rig

LENS = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(-0.1, 0.02))


def pose(number: float) -> torch.Tensor:
    matrix = torch.eye(4, dtype=torch.float64)
    matrix[0, 3] = number
    return matrix


def cameras(*names, **others) -> CameraSet:
    """Camera number i of them is at x = -i."""
    known = tuple(KnownCamera(name, pose(number)) for number, name in enumerate(names))
    return CameraSet(Path("cams"), known, **others)


def image(source, height=48, width=64, name=None) -> ImageRecord:
    return ImageRecord(name or Path(source).stem, source, height, width)


def matched(found, *sources) -> list[int | None]:
    result = match_cameras(found, [image(source) for source in sources])
    places = result.extrinsics[:, 0, 3]
    return [None if place.isnan() else int(place) for place in places]


@pytest.mark.parametrize(
    ("names", "sources", "rows"),
    [
        # By whole path, whatever the order and the folders before.
        (("left/1.jpg", "right/1.jpg"), ("/d/right/1.jpg", "/d/left/1.jpg"), [1, 0]),
        # By the longest common end: the folder of images has another name.
        (("images/a/1.jpg", "images/b/1.jpg"), ("small/b/1.jpg", "small/a/1.jpg"), [1, 0]),
        # By file name, one image unknown, one camera of no image.
        (("images/1.jpg", "images/2.jpg"), ("/x/2.jpg", "/x/3.jpg"), [1, None]),
        # By name without suffix.
        (("1.JPG", "2.JPG"), ("/x/2.png", "/x/1.png"), [1, 0]),
        # A whole path wins over a longer common end that is not whole.
        (("c/1.jpg", "x/y/c/1.jpg"), ("/z/y/c/1.jpg",), [0]),
        # Of two images the one with more in common gets the camera.
        (("left/1.jpg",), ("/x/left/1.jpg", "/x/1.jpg"), [0, None]),
        # Separators of another system, and a dot in front.
        (("left\\1.jpg", "./right/1.jpg"), ("/d/right/1.jpg", "/d/left/1.jpg"), [1, 0]),
    ],
)
def test_named_cameras(names, sources, rows):
    assert matched(cameras(*names), *sources) == rows


def test_frames_of_videos_and_arrays_go_by_the_names_of_views():
    found = cameras("clip_000012.png", "image_0001")
    result = match_cameras(
        found,
        [
            image("/v/clip.mp4 frame 12", name="clip_000012"),
            ImageRecord("image_0001", None, 48, 64),
        ],
    )
    assert result.extrinsics[:, 0, 3].tolist() == [0, 1]


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(6)))
def test_the_order_of_images_does_not_matter(order):
    names = [f"{folder}/{number}.jpg" for folder in "ab" for number in range(3)]
    assert matched(cameras(*names), *(f"/data/{names[row]}" for row in order)) == list(order)


@pytest.mark.parametrize(
    ("names", "sources", "message"),
    [
        (("a/1.jpg", "b/1.jpg"), ("/x/1.jpg",), "could belong to a/1.jpg, b/1.jpg"),
        (("1.jpg",), ("/x/1.jpg", "/y/1.jpg"), "camera 1.jpg could belong to /x/1.jpg, /y/1.jpg"),
        (("1.jpg", "1.png"), ("/x/1.webp",), "could belong to 1.jpg, 1.png"),
        (("1.jpg",), ("/x/2.jpg",), r"none of its 1 cameras \(1.jpg\).*1 images \(/x/2.jpg\)"),
        ((None, None), ("/x/2.jpg",), "has 2 cameras without names for 1 images"),
    ],
)
def test_ambiguity_is_an_error_that_names_the_candidates(names, sources, message):
    with pytest.raises(InputError, match=message):
        matched(cameras(*names), *sources)


def test_cameras_of_a_prediction_go_by_names_of_views_else_by_order():
    found = cameras("1", "1_2", has_view_names=True)
    images = [image("/b/1.jpg", name="1_2"), image("/a/1.jpg", name="1")]
    assert match_cameras(found, images).extrinsics[:, 0, 3].tolist() == [1, 0]
    renamed = [image("/b/x.jpg"), image("/a/y.jpg")]
    assert match_cameras(found, renamed).extrinsics[:, 0, 3].tolist() == [0, 1]
    with pytest.raises(InputError, match="none of its 2 cameras"):
        match_cameras(found, [image("/b/x.jpg")])


def test_cameras_in_order_and_one_k_for_all():
    assert matched(cameras(None, None), "/x/b.jpg", "/x/a.jpg") == [0, 1]
    K = LENS.intrinsics()
    shared = CameraSet(Path("cams"), (), shared_intrinsics=K)
    result = match_cameras(shared, [image("/x/b.jpg"), image("/x/a.jpg")])
    assert result.extrinsics is None
    assert torch.equal(result.intrinsics, K.expand(2, 3, 3))
    assert result.lenses == (None, None)
    assert result.notes == ()


def test_cameras_follow_a_resize_and_say_so():
    found = CameraSet(
        Path("cams"),
        (
            KnownCamera.of_lens("a.jpg", pose(0), LENS),
            KnownCamera("b.jpg", None, LENS.intrinsics(), (48, 64)),
        ),
    )
    result = match_cameras(found, [image("a.jpg", 96, 128), image("b.jpg"), image("c.jpg")])
    expected = torch.diag(torch.tensor([2.0, 2, 1], dtype=torch.float64)) @ LENS.intrinsics()
    assert torch.equal(result.intrinsics[0], expected)
    assert torch.equal(result.intrinsics[1], LENS.intrinsics())
    assert result.intrinsics[2].isnan().all()
    assert result.lenses == (LENS.resized(96, 128), None, None)
    assert result.notes == (
        "2 of 3 images have a camera in cams; unknown: c",
        "intrinsics of 1 of 3 images were scaled to the images' sizes",
        "1 of 3 images have a lens with distortion",
    )


def test_another_shape_is_refused_and_exchanged_sides_are_explained():
    found = CameraSet(Path("cams"), (KnownCamera.of_lens("a.jpg", None, LENS),))
    with pytest.raises(InputError, match=r"is 64x64, but its camera is for 64x48\..*alike"):
        match_cameras(found, [image("a.jpg", 64, 64)])
    with pytest.raises(InputError, match=r"48x64.*64x48\. Its sides are exchanged: .*EXIF"):
        match_cameras(found, [image("a.jpg", 64, 48)])


def test_a_rig_is_that_of_the_images():
    rig = Rig(
        cam_from_rig=torch.stack([pose(0), pose(1)]),
        camera_of_view=torch.tensor([0, 1, 0]),
        frame_of_view=torch.tensor([0, 0, 1]),
    )
    found = cameras("l/1.jpg", "r/1.jpg", "l/2.jpg", rig=rig)
    result = match_cameras(found, [image("l/2.jpg"), image("r/1.jpg")])
    assert result.rig.camera_of_view.tolist() == [0, 1]
    assert result.rig.frame_of_view.tolist() == [1, 0]
    assert match_cameras(found, [image("l/2.jpg"), image("z.jpg")]).rig is None
