# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The normalisation of images that networks are trained with: the engine's own."""

from jaxtyping import Float
from torch import Tensor

from anyview.inference.preprocess import IMAGENET_MEAN, IMAGENET_STD


def normalize_images(images: Float[Tensor, "*batch 3 H W"]) -> Float[Tensor, "*batch 3 H W"]:
    """sRGB in [0, 1] to zero mean and unit variance over ImageNet."""
    mean = images.new_tensor(IMAGENET_MEAN)[:, None, None]
    return (images - mean) / images.new_tensor(IMAGENET_STD)[:, None, None]
