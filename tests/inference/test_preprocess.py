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
    mask_on_grid,
    plan_size,
    preprocess,
    usable_of,
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


def test_a_set_of_all_shapes_keeps_every_corner():
    """Marks in all four corners of portrait, landscape and panoramic images are still there."""
    sizes = ((90, 120), (90, 120), (120, 90), (60, 240), (240, 60))
    views = []
    for index, (height, width) in enumerate(sizes):
        image = torch.full((3, height, width), 40, dtype=torch.uint8)
        side = 12
        for rows in (slice(None, side), slice(-side, None)):
            for columns in (slice(None, side), slice(-side, None)):
                image[:, rows, columns] = 240
        views.append(View(image, f"v{index}"))
    batch = preprocess(ViewSet(tuple(views)), ResizeRule(112))
    for index, (height, width) in enumerate(sizes):
        for u in (3.0, width - 3.0):
            for v in (3.0, height - 3.0):
                at = batch.processed_from_original[index] @ torch.tensor([u, v, 1.0]).double()
                column, row = int(at[0]), int(at[1])
                assert batch.valid[index, row, column]
                assert batch.images[index, 0, row, column] > 150, (index, u, v)


@given(
    height=st.integers(5, 40),
    width=st.integers(5, 40),
    grid_height=st.integers(4, 30),
    grid_width=st.integers(4, 30),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=25)
def test_masks_cover_all_that_a_masked_pixel_falls_on(height, width, grid_height, grid_width, seed):
    """Twin: overlap of rectangles, pixel by pixel; for shrinking, enlarging and shifts."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(height, width, generator=generator) < 0.03
    sx, sy = grid_width / width * 0.8, grid_height / height * 1.1
    tx, ty = 2.0, -1.0
    to_grid = torch.tensor([[sx, 0, tx], [0, sy, ty], [0, 0, 1]], dtype=torch.float64)
    expected = torch.zeros(grid_height, grid_width, dtype=torch.bool)
    for row, column in mask.nonzero().tolist():
        left, right = column * sx + tx, (column + 1) * sx + tx
        top, bottom = row * sy + ty, (row + 1) * sy + ty
        for i in range(grid_height):
            for j in range(grid_width):
                across = min(right, j + 1) - max(left, j)
                down = min(bottom, i + 1) - max(top, i)
                expected[i, j] |= across > 1e-5 and down > 1e-5
    assert torch.equal(mask_on_grid(mask, to_grid, (grid_height, grid_width)), expected)


def test_masks_follow_their_images():
    """A white block that is masked: all that is left is dark, however the image was resized."""
    for fit, sizes in (("resize", [(120, 200)]), ("crop", [(120, 200)]), ("resize", [(200, 120)])):
        views = []
        for index, size in enumerate([*sizes, (90, 150), (90, 150)]):
            image = torch.zeros((3, *size), dtype=torch.uint8)
            mask = torch.zeros(size, dtype=torch.bool)
            image[:, 30:60, 20:70] = 255
            mask[30:60, 20:70] = True
            views.append(View(image, f"v{index}", mask=mask if index == 0 else None))
        batch = preprocess(ViewSet(tuple(views)), ResizeRule(112, fit=fit))
        assert not batch.masked[1:].any()
        assert batch.images[0].amax(0)[batch.usable[0]].max() <= 60  # no more than cubic ringing
        # Not much more than the block is masked.
        block = 30 * 50 * batch.processed_from_original[0].det()
        assert block <= batch.masked[0].sum() <= 1.5 * block
        assert torch.equal(usable_of([batch, batch])[1], batch.usable)


def test_masked_pixels_are_filled_on_request():
    mask = torch.zeros(28, 42, dtype=torch.bool)
    mask[5:9, 3:30] = True
    image = photo(28, 42)
    batch = preprocess(ViewSet((View(image, "a", mask=mask),)), ResizeRule(42))
    as_it_is = batch.normalized()
    std, mean = (torch.tensor(x).view(3, 1) for x in (IMAGENET_STD, IMAGENET_MEAN))
    for fill, expected in (("black", 0.0), ("mean", mean)):
        filled = batch.normalized(fill)
        colours = filled[0][:, mask] * std + mean
        torch.testing.assert_close(colours, torch.as_tensor(expected).expand_as(colours))
        assert torch.equal(filled[0][:, ~mask], as_it_is[0][:, ~mask])
    assert torch.equal(batch.images[0], image)
    without = preprocess(ViewSet((View(image, "a"),)), ResizeRule(42))
    assert torch.equal(without.normalized(), as_it_is)
    assert usable_of([without]) is None
