# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.training.image_statistics import normalize_images


def test_the_mean_of_imagenet_becomes_zero_and_one_deviation_one():
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None].expand(3, 2, 2)
    std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    torch.testing.assert_close(normalize_images(mean), torch.zeros(3, 2, 2))
    torch.testing.assert_close(normalize_images(mean + std), torch.ones(3, 2, 2))
