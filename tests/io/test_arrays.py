# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.io.arrays import images_from_array, images_from_tensor

RGB = np.random.default_rng(0).integers(0, 256, (3, 20, 30, 3), dtype=np.uint8)
PLANES = torch.from_numpy(RGB).permute(0, 3, 1, 2).contiguous()
LIMIT = {"what": "input 2", "max_pixels": 10_000}


def images(given):
    make = images_from_tensor if isinstance(given, torch.Tensor) else images_from_array
    return [one() for one in make(given, **LIMIT)]


@pytest.mark.parametrize(
    "array",
    [
        RGB,
        RGB / 255,
        (RGB / 255).astype(np.float32),
        RGB.astype(np.uint16) * 257,
        RGB[:, ::-1][:, ::-1],  # other strides
    ],
)
def test_arrays_of_every_type(array):
    assert torch.equal(torch.stack(images(array)), PLANES)
    (one,) = images(array[1])
    assert torch.equal(one, PLANES[1])
    assert one.is_contiguous()


def test_grey_arrays():
    for grey in (RGB[0, ..., 0], RGB[0, ..., :1], RGB[0, ..., 0] / 255):
        (one,) = images(grey)
        assert torch.equal(one, PLANES[0, :1].expand(3, -1, -1))


@pytest.mark.parametrize(
    "tensor",
    [
        PLANES,
        PLANES / 255,
        PLANES.double() / 255,
        torch.from_numpy(RGB).permute(0, 3, 1, 2),
        (PLANES / 255).requires_grad_(),
    ],
)
def test_tensors_of_every_type(tensor):
    assert torch.equal(torch.stack(images(tensor)), PLANES)
    (one,) = images(tensor[1])
    assert torch.equal(one, PLANES[1])
    assert one.is_contiguous()
    assert not one.requires_grad


def test_half_precision_is_within_its_rounding():
    for kind, tolerance in ((torch.float16, 0), (torch.bfloat16, 1)):
        (one,) = images((PLANES[0] / 255).to(kind))
        assert int((one.int() - PLANES[0].int()).abs().max()) <= tolerance


def test_results_are_copies():
    array, tensor = RGB[0].copy(), PLANES[0].clone()
    for given in (array, tensor):
        (one,) = images(given)
        one.zero_()
        assert int(given.max()) > 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros((3, 20, 30)), r"shape \(3, 20, 30\) is no image.*Move the channels last"),
        (np.zeros((20, 30, 4)), "Drop the alpha channel"),
        (np.zeros((5, 20, 30)), r"accepted are \[H, W, 3\], grey \[H, W\] and batches"),
        (np.zeros((0, 20, 30, 3)), "is no image"),
        (np.zeros(7), r"shape \(7,\) is no image"),
        (np.zeros((1, 2, 20, 30, 3)), "is no image"),
        (torch.zeros(20, 30, 3), r"tensor of shape \(20, 30, 3\).*Move the channels first"),
        (torch.zeros(2, 4, 20, 30), "Drop the alpha channel"),
        (torch.zeros(20, 30), r"accepted are \[3, H, W\] and batches"),
        (torch.zeros(0, 3, 20, 30), "is no image"),
    ],
)
def test_shapes_refused(given, message):
    with pytest.raises(InputError, match=rf"^input 2: a .*{message}"):
        images(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (RGB[0] * 1.0, r"\[0, 1\], got 0 to 255; divide by 255"),
        (PLANES[0].float(), r"\[0, 1\], got 0 to 255; divide by 255"),
        (PLANES[0] / 127.5 - 1, "undo any normalisation"),
        (RGB[0].astype(np.int64), "type int64 are not accepted"),
        (PLANES[0].long(), "type int64 are not accepted"),
        (np.full((20, 30), np.nan), "NaN or infinite"),
        (RGB[0, :10], "too small"),
        (PLANES[0, :, :, :5], "too small"),
        (np.zeros((200, 200)), "more than the limit"),
        (torch.zeros(3, 14, 300), "too narrow"),
    ],
)
def test_values_and_sizes_refused(given, message):
    with pytest.raises(InputError, match=rf"^input 2: .*{message}"):
        images(given)


def test_the_bad_image_of_a_batch_is_named():
    batch = RGB / 255
    batch[1, 0, 0, 0] = np.nan
    makers = images_from_array(batch, **LIMIT)
    makers[0]()
    makers[2]()
    with pytest.raises(InputError, match=r"^input 2\[1\]: has pixels that are NaN"):
        makers[1]()
