# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Features: where they are, what masks and sizes do, threads."""

from dataclasses import replace

import numpy as np
import torch

from anyview.io.resize import resize_cubic
from anyview.sfm.features import Features, extract_features
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.settings import MatchSettings
from tests.sfm.textured import HEIGHT, WIDTH, blank, rendered, views_of

ONE = MatchSettings(threads=1)


def features_of(images, settings=ONE, masks=None) -> list[Features]:
    views = views_of(images)
    if masks is not None:
        views = [replace(view, mask=mask) for view, mask in zip(views, masks, strict=True)]
    with quiet_pycolmap() as pycolmap:
        return extract_features(views, settings, pycolmap)


def test_features_lie_inside_and_have_descriptors():
    (found,) = features_of(rendered(4).images[:1])
    assert len(found) > 200
    assert found.descriptors.shape == (len(found), 128)
    limit = torch.tensor([WIDTH, HEIGHT])
    assert ((found.pixels >= 0) & (found.pixels <= limit)).all()


def test_cap_keeps_the_largest():
    (everything,) = features_of(rendered(4).images[:1])
    (few,) = features_of(rendered(4).images[:1], MatchSettings(max_features=50, threads=1))
    assert len(few) == 50
    largest = np.sort(everything.keypoints[:, 2])[-50:]
    assert few.keypoints[:, 2].min() >= largest.min() * 0.9


def test_nothing_is_found_under_a_mask():
    mask = torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)
    mask[:, : WIDTH // 2] = True
    (found,) = features_of(rendered(4).images[:1], masks=[mask])
    assert len(found) > 50
    assert (found.pixels[:, 0] >= WIDTH // 2).all()


def test_pixels_of_large_images_are_those_of_the_image_given():
    image = rendered(4).images[0]
    large = resize_cubic(image, 2 * HEIGHT, 2 * WIDTH)
    (small,) = features_of(image[None])
    (found,) = features_of(large[None], MatchSettings(max_side=WIDTH, threads=1))
    distance = torch.cdist(found.pixels / 2, small.pixels).min(dim=1).values
    assert float(distance.quantile(0.5)) < 0.1


def test_blank_images_have_none():
    (found,) = features_of(blank(1))
    assert len(found) == 0
    assert found.descriptors.shape == (0, 128)


def test_threads_change_nothing():
    images = rendered(4).images[:3]
    for one, two in zip(
        features_of(images), features_of(images, MatchSettings(threads=2)), strict=True
    ):
        np.testing.assert_array_equal(one.keypoints, two.keypoints)
        np.testing.assert_array_equal(one.descriptors, two.descriptors)
