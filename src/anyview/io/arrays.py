# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""NumPy arrays and torch tensors as 8-bit RGB images."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from numpy.typing import NDArray
from torch import Tensor

from anyview.core.errors import InputError
from anyview.io.pixels import check_size, eight_bit, planes_from_rows

ArrayImage = Callable[[], UInt8[Tensor, "3 H W"]]
"""Makes one image, checking its values and size."""


def images_from_array(array: NDArray[Any], *, what: str, max_pixels: int) -> list[ArrayImage]:
    """Images of a NumPy array, channels last.

    Args:
        array: [H, W, 3], [H, W, 1], grey [H, W] or a batch [V, H, W, 3] of uint8, uint16
            (65535 is white) or float in [0, 1]. RGB, not OpenCV's BGR.
        what: Description of the array, which starts messages.
        max_pixels: Refuse images with more pixels than this.

    Returns:
        A function for each image that makes it, as a copy, or raises ``InputError``.

    Raises:
        InputError: If the shape is another one; the message says how to get there.
    """
    shape = array.shape
    if array.ndim == 4 and shape[-1] == 3 and shape[0] > 0:
        rows = [(f"{what}[{index}]", array[index]) for index in range(shape[0])]
    elif array.ndim == 2 or (array.ndim == 3 and shape[-1] in {1, 3}):
        rows = [(what, array[..., 0] if shape[-1] == 1 and array.ndim == 3 else array)]
    else:
        raise InputError(
            f"{what}: a NumPy array of shape {shape} is no image; accepted are [H, W, 3], grey "
            f"[H, W] and batches [V, H, W, 3]. {_advice(shape)}".rstrip()
        )

    def maker(name: str, pixels: NDArray[Any]) -> ArrayImage:
        def make() -> Tensor:
            check_size(pixels.shape[0], pixels.shape[1], what=name, max_pixels=max_pixels)
            return planes_from_rows(eight_bit(pixels, what=name))

        return make

    return [maker(name, pixels) for name, pixels in rows]


def images_from_tensor(tensor: Tensor, *, what: str, max_pixels: int) -> list[ArrayImage]:
    """Images of a torch tensor, channels first.

    Args:
        tensor: [3, H, W] or a batch [V, 3, H, W] of uint8 or float in [0, 1], on any device.
        what: Description of the tensor, which starts messages.
        max_pixels: Refuse images with more pixels than this.

    Returns:
        As ``images_from_array``.

    Raises:
        InputError: If the shape is another one; the message says how to get there.
    """
    shape = tuple(tensor.shape)
    if tensor.ndim == 3 and shape[0] == 3:
        planes = [(what, tensor)]
    elif tensor.ndim == 4 and shape[1] == 3 and shape[0] > 0:
        planes = [(f"{what}[{index}]", tensor[index]) for index in range(shape[0])]
    else:
        raise InputError(
            f"{what}: a tensor of shape {shape} is no image; accepted are [3, H, W] and batches "
            f"[V, 3, H, W]. {_advice(shape)}".rstrip()
        )

    def maker(name: str, pixels: Tensor) -> ArrayImage:
        def make() -> Tensor:
            check_size(pixels.shape[1], pixels.shape[2], what=name, max_pixels=max_pixels)
            values = pixels.detach().cpu()
            if values.dtype == torch.bfloat16:  # NumPy has none
                values = values.float()
            eight = eight_bit(values.numpy(), what=name)
            return torch.from_numpy(np.ascontiguousarray(eight))

        return make

    return [maker(name, pixels) for name, pixels in planes]


def _advice(shape: tuple[int, ...]) -> str:
    if len(shape) >= 3 and 4 in (shape[-1], shape[-3]):
        return "Drop the alpha channel."
    if len(shape) >= 3 and shape[-1] == 3:
        return "Move the channels first: tensor.movedim(-1, -3)."
    if len(shape) >= 3 and shape[-3] == 3:
        return "Move the channels last: np.moveaxis(array, -3, -1)."
    return ""
