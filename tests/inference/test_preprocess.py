# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Preprocessing: equal to the published one for equal sizes, whole content for mixed ones."""

import sys
import types
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError, OptionError
from anyview.inference.preprocess import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    ProcessedViews,
    ResizeRule,
    plan_size,
    preprocess,
)
from anyview.structures.views import View, ViewSet


def photo(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """Smooth colour waves with some noise: both kinds of resampling error would show."""
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:height, 0:width]
    waves = [np.sin(u / (7 + 3 * c) + seed) * np.cos(v / (11 - 2 * c)) for c in range(3)]
    image = 128 + 90 * np.stack(waves) + rng.normal(0, 8, (3, height, width))
    return torch.from_numpy(image.clip(0, 255).astype(np.uint8))


def view_set(*sizes: tuple[int, int], intrinsics: torch.Tensor | None = None) -> ViewSet:
    views = tuple(View(photo(h, w, i), f"v{i}") for i, (h, w) in enumerate(sizes))
    return ViewSet(views, intrinsics=intrinsics)


def intrinsics_of(size: tuple[int, int]) -> torch.Tensor:
    height, width = size
    return torch.tensor(
        [[1.1 * width, 0.0, width / 2 + 3.3], [0.0, 1.2 * width, height / 2 - 5.7], [0, 0, 1.0]]
    )


# Grids of the published class by (original size, resolution, method).
CASES = [
    ((100, 150), 70, "longest", "resize"),
    ((100, 150), 70, "longest", "crop"),
    ((150, 100), 84, "shortest", "resize"),
    ((101, 157), 90, "shortest", "crop"),
    ((48, 64), 126, "longest", "resize"),  # cubic up
    ((48, 64), 126, "shortest", "crop"),
    ((98, 126), 126, "longest", "resize"),  # nothing to do
    ((91, 126), 126, "longest", "resize"),  # only the second step; 91 is a tie: up to 98
    ((126, 93), 126, "longest", "crop"),
    ((378, 504), 252, "longest", "resize"),  # exact halving
    ((333, 500), 250, "longest", "resize"),
]


def published_class():
    """The reference's input processor, with what it uses of torchvision in a few lines."""
    pytest.importorskip("depth_anything_3")
    pytest.importorskip("cv2")
    transforms = types.ModuleType("torchvision.transforms")

    class Normalize:
        def __init__(self, mean, std):
            self.mean, self.std = (torch.tensor(x).view(3, 1, 1) for x in (mean, std))

        def __call__(self, image):
            return (image - self.mean) / self.std

    class ToTensor:
        def __call__(self, image):
            return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255

    transforms.Normalize, transforms.ToTensor = Normalize, ToTensor
    torchvision = types.ModuleType("torchvision")
    torchvision.transforms = transforms
    names = {"torchvision": torchvision, "torchvision.transforms": transforms}
    saved = {name: sys.modules.get(name) for name in names}
    sys.modules.update(names)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from depth_anything_3.utils.io.input_processor import InputProcessor
    finally:
        for name, module in saved.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return InputProcessor


@pytest.mark.reference
@pytest.mark.parametrize(("size", "resolution", "resize", "fit"), CASES)
def test_equal_to_the_published_preprocessing(size, resolution, resize, fit):
    processor = published_class()()
    camera = intrinsics_of(size)
    bound = {"longest": "upper_bound", "shortest": "lower_bound"}[resize]
    theirs, _, their_intrinsics = processor(
        [photo(*size, seed).permute(1, 2, 0).numpy() for seed in (0, 1)],
        None,
        np.stack([camera.numpy()] * 2),
        resolution,
        f"{bound}_{fit}",
        num_workers=1,
        sequential=True,
    )
    ours = preprocess(
        view_set(size, size, intrinsics=torch.stack([camera] * 2)),
        ResizeRule(resolution, resize, fit),
    )
    assert ours.valid is None
    assert ours.images.shape == theirs.shape
    std = torch.tensor(IMAGENET_STD).view(3, 1, 1)
    difference = ((ours.normalized() - theirs) * std * 255).abs()
    assert difference.max() <= 1.01  # one grey level
    torch.testing.assert_close(ours.intrinsics, their_intrinsics, rtol=1e-6, atol=1e-5)


def test_normalization_is_imagenets():
    batch = preprocess(view_set((28, 42)), ResizeRule(42))
    pixel = batch.images[0, :, 3, 5].double() / 255
    expected = (pixel - torch.tensor(IMAGENET_MEAN)) / torch.tensor(IMAGENET_STD)
    torch.testing.assert_close(batch.normalized()[0, :, 3, 5].double(), expected, rtol=0, atol=1e-6)


@given(
    height=st.integers(40, 160),
    width=st.integers(40, 160),
    resolution=st.integers(60, 140),
    resize=st.sampled_from(["longest", "shortest"]),
    fit=st.sampled_from(["resize", "crop"]),
)
@settings(deadline=None, max_examples=40)
def test_sides_are_multiples_and_near_the_resolution(height, width, resolution, resize, fit):
    plan = plan_size((height, width), ResizeRule(resolution, resize, fit))
    assert all(side % 14 == 0 and side >= 14 for side in plan.final)
    bound = max if resize == "longest" else min
    assert bound(plan.scaled) == resolution
    for scaled, final in zip(plan.scaled, plan.final, strict=True):
        assert 0 <= scaled - final < 14 if fit == "crop" else abs(scaled - final) <= 7


def test_map_takes_a_marked_corner_along():
    """A white block's edges land where the affine map says, for resize, crop and letterbox."""
    image = torch.zeros((3, 120, 200), dtype=torch.uint8)
    image[:, 30:90, 50:150] = 255
    tall = torch.zeros((3, 200, 120), dtype=torch.uint8)
    for fit, others in (("resize", ()), ("crop", ()), ("resize", (tall, tall))):
        views = tuple(View(x, f"v{i}") for i, x in enumerate((image, *others)))
        batch = preprocess(ViewSet(views), ResizeRule(112, fit=fit))
        processed, affine = batch.images[0, 0].double() / 255, batch.processed_from_original[0]
        left, top, _ = affine @ torch.tensor([50.0, 30.0, 1.0], dtype=torch.float64)
        right, bottom, _ = affine @ torch.tensor([150.0, 90.0, 1.0], dtype=torch.float64)
        if batch.valid is not None:
            processed = processed * batch.valid[0]
        mass = processed.sum()
        torch.testing.assert_close(mass, (right - left) * (bottom - top), rtol=0.01, atol=0)
        centre_u = (processed.sum(0) * (torch.arange(processed.shape[1]) + 0.5)).sum() / mass
        centre_v = (processed.sum(1) * (torch.arange(processed.shape[0]) + 0.5)).sum() / mass
        torch.testing.assert_close(centre_u, (left + right) / 2, rtol=0, atol=0.05)
        torch.testing.assert_close(centre_v, (top + bottom) / 2, rtol=0, atol=0.05)


def test_mixed_orientations_keep_their_whole_content():
    sizes = ((90, 120), (120, 90), (90, 120), (300, 100))
    cameras = torch.stack([intrinsics_of(size) for size in sizes])
    batch = preprocess(view_set(*sizes, intrinsics=cameras), ResizeRule(112))
    assert batch.images.shape == (4, 3, 84, 112)
    assert batch.valid is not None
    assert batch.valid[0].all()
    assert batch.valid[2].all()
    for index in (1, 3):
        height, width = sizes[index]
        corners = torch.tensor([[0, 0, 1], [width, height, 1]], dtype=torch.float64)
        ends = (corners @ batch.processed_from_original[index].T)[:, :2].round(decimals=9)
        (left, top), (right, bottom) = ends.tolist()
        assert left >= 0
        assert top >= 0
        assert right <= 112
        assert bottom <= 84
        assert left == 112 - right  # centred to the pixel
        # Exactly the content is valid.
        inside = torch.zeros(84, 112, dtype=torch.bool)
        inside[int(top) : int(bottom), int(left) : int(right)] = True
        assert torch.equal(batch.valid[index], inside)
        # The aspect is kept to the rounding of a side.
        scale_u, scale_v = (
            batch.processed_from_original[index][0, 0],
            batch.processed_from_original[index][1, 1],
        )
        assert abs(scale_u / scale_v - 1) < 0.04
        # A principal ray stays on its image point.
        camera = batch.processed_from_original[index].float() @ cameras[index]
        torch.testing.assert_close(batch.intrinsics[index], camera)
    assert (batch.normalized()[1][:, ~batch.valid[1]] == 0).all()


def test_shapes_that_differ_by_a_rounding_get_no_padding():
    batch = preprocess(view_set((90, 120), (90, 120), (91, 120), (182, 239)), ResizeRule(112))
    assert batch.valid is None


def test_view_order_does_not_change_a_view():
    sizes = ((90, 120), (120, 90), (90, 120))
    views = view_set(*sizes)
    forward = preprocess(views, ResizeRule(112))
    backward = preprocess(ViewSet(views.views[::-1]), ResizeRule(112))
    assert torch.equal(forward.images, backward.images.flip(0))


@pytest.mark.parametrize(
    ("size", "resolution", "words"),
    [
        ((1, 1), 504, ["v0", "1x1", "14x14"]),
        ((50, 20000), 504, ["v0", "20000x50", "504", "patch"]),
        ((13, 100), 504, ["13"]),
    ],
)
def test_images_without_a_patch_are_refused(size, resolution, words):
    with pytest.raises(InputError) as caught:
        preprocess(view_set(size), ResizeRule(resolution))
    assert all(word in str(caught.value) for word in words)


def test_resolution_below_a_patch_is_refused():
    with pytest.raises(OptionError, match="resolution 7 is too small"):
        preprocess(view_set((50, 50)), ResizeRule(7))


def test_result_type_has_one_grid():
    batch = preprocess(view_set((50, 70), (70, 50)), ResizeRule(56))
    assert isinstance(batch, ProcessedViews)
    assert batch.original_sizes.tolist() == [[50, 70], [70, 50]]
    assert batch.processed_from_original.dtype == torch.float64
