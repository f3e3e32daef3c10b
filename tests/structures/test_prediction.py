# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import pytest
import torch

from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

DEPTH = torch.rand(2, 4, 6) + 1
IMAGES = torch.zeros(2, 3, 4, 6, dtype=torch.uint8)
CAMERAS = {
    "extrinsics": torch.eye(4)[:3].repeat(2, 1, 1),
    "intrinsics": torch.eye(3).repeat(2, 1, 1),
}


def predict(**parts) -> Prediction:
    return Prediction(**{"depth": DEPTH, "images": IMAGES, "names": ("a", "b"), **parts})


def test_length_is_the_number_of_views():
    assert len(predict()) == 2


def test_unit_is_metres_only_if_metric():
    assert predict(is_metric=True).unit == "m"
    assert predict().unit == "scene units"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"names": ("a", "a")}, "not unique"),
        ({"names": ("a",)}, "names has 1 entries, expected 2"),
        ({"extrinsics": CAMERAS["extrinsics"]}, "given together"),
        ({"intrinsics": CAMERAS["intrinsics"]}, "given together"),
        ({"conf": DEPTH[:, :3]}, r"conf is \(2, 3, 6\), expected \(2, 4, 6\)"),
        ({"sky": DEPTH[:1]}, r"sky is \(1, 4, 6\)"),
        ({"images": IMAGES[:, :, :, :5]}, r"images is \(2, 3, 4, 5\)"),
        ({"original_sizes": torch.ones(3, 2, dtype=torch.int64)}, "original_sizes"),
    ],
)
def test_parts_that_do_not_agree_are_refused_by_name(parts, said):
    # Without __init__, whose run-time shape checks in tests would be first to refuse.
    prediction = object.__new__(Prediction)
    fields = {field.name: None for field in dataclasses.fields(Prediction)}
    values = {**fields, "depth": DEPTH, "images": IMAGES, "names": ("a", "b"), **parts}
    for name, value in values.items():
        object.__setattr__(prediction, name, value)
    with pytest.raises(ValueError, match=said):
        prediction.__post_init__()


def test_original_intrinsics_undo_the_resize():
    processed_from_original = torch.tensor([[0.5, 0, -3], [0, 0.25, 2], [0, 0, 1]]).repeat(2, 1, 1)
    original = torch.tensor([[700.0, 0, 320], [0, 710, 240], [0, 0, 1]]).repeat(2, 1, 1)
    prediction = predict(
        extrinsics=CAMERAS["extrinsics"],
        intrinsics=processed_from_original @ original,
        processed_from_original=processed_from_original,
    )
    torch.testing.assert_close(prediction.original_intrinsics, original)


def test_original_intrinsics_without_cameras_are_none():
    assert predict(processed_from_original=torch.eye(3).repeat(2, 1, 1)).original_intrinsics is None


def test_numpy_holds_what_is_there_and_leaves_out_what_is_not():
    gaussians = Gaussians(
        means=torch.rand(5, 3),
        scales=torch.rand(5, 3),
        rotations_wxyz=torch.rand(5, 4),
        harmonics=torch.rand(5, 3, 9),
        opacities=torch.rand(5),
    )
    arrays = predict(**CAMERAS, gaussians=gaussians, features={7: torch.rand(2, 1, 1, 3)}).numpy()
    assert set(arrays) == {
        "depth",
        "images",
        "extrinsics",
        "intrinsics",
        "original_intrinsics",
        "gaussians_means",
        "gaussians_scales",
        "gaussians_rotations_wxyz",
        "gaussians_harmonics",
        "gaussians_opacities",
        "features_7",
    }
    assert arrays["depth"].shape == (2, 4, 6)
    assert arrays["images"].dtype == "uint8"


def test_a_prediction_cannot_be_reassigned():
    with pytest.raises(dataclasses.FrozenInstanceError):
        predict().depth = DEPTH
