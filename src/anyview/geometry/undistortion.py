# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pinhole images made of distorted ones, and maps on them brought back to the distorted pixels.

The camera's axes are the same in both images, so z-depth along a ray keeps its value either way;
only the place in the image changes. Two choices of the pinhole image: ``pinhole_of`` crops so
that no pixel is blank, ``wide_pinhole_of`` keeps all that the lens saw and leaves blank pixels.
"""

import math
from typing import Literal

import torch
from jaxtyping import Bool, Float, Float64, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.projection import sample_map
from anyview.geometry.rays import directions_cam, pixel_grid

LARGEST_ZOOM = 8.0
"""An image is refused if its pinhole part would have to be magnified more than this."""

LARGEST_CORNER_DEG = 70.0
"""A cropped pinhole image ends here: towards 90 degrees a few pixels are drawn out over most."""

LARGEST_HALF_FOV_DEG = 60.0
"""A wide pinhole image spans at most twice this on its longer side."""

_ZOOM_STEPS = (1.3, 1.06, 1.01)


def pinhole_of(lens: Lens) -> Float[Tensor, "3 3"]:
    """K of a pinhole image of the same size that the lens sees all of: no blank pixel.

    The principal point stays, the focal lengths are multiplied by the smallest zoom that serves,
    and that keeps the corners within 70 degrees of the axis.

    Raises:
        InputError: If a zoom of 8 does not serve: coefficients of another image or model.
    """
    if lens.is_pinhole:
        return lens.intrinsics()
    zoom = LARGEST_ZOOM
    if not shows_no_blank(lens, lens.intrinsics(zoom)):
        raise InputError(
            f"The distortion of this {lens.model} lens cannot be undone: {lens}. Check the "
            "coefficients, or undistort the images with the tool that made them."
        )
    # In shrinking steps from the centre outwards: never across a range that fails.
    for factor in _ZOOM_STEPS:
        while zoom > 1 / LARGEST_ZOOM and shows_no_blank(lens, lens.intrinsics(zoom / factor)):
            zoom /= factor
    return lens.intrinsics(zoom)


def wide_pinhole_of(lens: Lens) -> Float[Tensor, "3 3"]:
    """K of a pinhole image of the same size that shows all that the lens saw, as far as it can.

    fx : fy stays; the focal lengths and the principal point are such that the outermost rays of
    the distorted image fall on the outermost pixels. The longer side spans at most 120 degrees:
    the pinhole image of a wider lens would be stretched border and little else.
    ``shows_all`` tells whether anything was cut; ``pinhole_mask`` of ones, or black, is where
    nothing was seen.
    """
    if lens.is_pinhole:
        return lens.intrinsics()
    limit = math.tan(math.radians(LARGEST_HALF_FOV_DEG))
    rays = lens.unproject(_border(lens.height, lens.width))[:, :2]
    # A border that sees nothing lies beyond what the lens reaches: there is more than the limit.
    left, top = rays.amin(dim=0).nan_to_num(-limit).clamp_min(-limit).tolist()
    right, bottom = rays.amax(dim=0).nan_to_num(limit).clamp_max(limit).tolist()
    # To the centres of the outermost pixels, so that rounding leads nothing out.
    across, down = (lens.width - 1) / (right - left), (lens.height - 1) / (bottom - top)
    fx = min(across, down * lens.fx / lens.fy)
    fx = max(fx, max(lens.width, lens.height * lens.fx / lens.fy) / 2 / limit)
    fy = fx * lens.fy / lens.fx
    cx = lens.width / 2 - fx * (left + right) / 2
    cy = lens.height / 2 - fy * (top + bottom) / 2
    return torch.tensor([[fx, 0, cx], [0, fy, cy], [0, 0, 1]], dtype=torch.float64)


def shows_no_blank(lens: Lens, intrinsics: Float[Tensor, "3 3"]) -> bool:
    """Whether every pixel of a pinhole image of the lens's size lies inside the distorted one."""
    pixels = _border(lens.height, lens.width)
    border = (pixels - intrinsics[:2, 2]) / intrinsics[[0, 1], [0, 1]]
    border = torch.cat((border, torch.ones(len(border), 1, dtype=torch.float64)), dim=-1)
    too_far = border[:, :2].norm(dim=-1).max() > math.tan(math.radians(LARGEST_CORNER_DEG))
    if bool(too_far) or not bool(lens.reaches(border).all()):
        return False
    pixels = lens.project(border)
    limits = torch.tensor([lens.width, lens.height], dtype=torch.float64)
    return bool(((pixels >= 0) & (pixels <= limits)).all())


def shows_all(lens: Lens, intrinsics: Float[Tensor, "3 3"]) -> bool:
    """Whether every pixel of the distorted image lies inside a pinhole image of the same size."""
    rays = lens.unproject(_border(lens.height, lens.width))
    pixels = (rays @ intrinsics.double().T)[:, :2]
    limits = torch.tensor([lens.width, lens.height], dtype=torch.float64)
    return bool(((pixels >= 0) & (pixels <= limits)).all())


def pinhole_image(
    lens: Lens, intrinsics: Float[Tensor, "3 3"], image: UInt8[Tensor, "3 H W"]
) -> UInt8[Tensor, "3 H W"]:
    """What the pinhole camera sees, bilinear; black outside."""
    values = sample_map(image.float(), _source_pixels(lens, intrinsics)).nan_to_num(0)
    return values.round_().clamp_(0, 255).to(torch.uint8)


def pinhole_depth(
    lens: Lens, intrinsics: Float[Tensor, "3 3"], depth: Float[Tensor, "h w"]
) -> Float[Tensor, "H W"]:
    """z-depth along the pinhole camera's rays: the nearest distorted pixel, never a mixture.

    The camera's axes are the same before and after, so z-depth needs no change of value.

    Args:
        lens: The lens.
        intrinsics: K of the pinhole image, which has the lens's size.
        depth: Over the distorted image, at that or another resolution; 0 is unknown.
    """
    return _nearest(lens, intrinsics, depth.float())


def pinhole_mask(
    lens: Lens, intrinsics: Float[Tensor, "3 3"], mask: Bool[Tensor, "h w"]
) -> Bool[Tensor, "H W"]:
    """A mask as the pinhole camera sees it, False outside; any resolution is accepted."""
    return _nearest(lens, intrinsics, mask.float()) > 0.5


def distorted_map(
    lens: Lens,
    intrinsics: Float[Tensor, "3 3"],
    values: Float[Tensor, "C h w"],
    *,
    mode: Literal["bilinear", "nearest"] = "bilinear",
) -> Float[Tensor, "C H W"]:
    """Maps on a pinhole image brought back to the pixels of the distorted one.

    Each distorted pixel takes the value at which its own ray meets the pinhole image. z-depth
    needs no change of value: the axes are the same.

    Args:
        lens: The lens; its height and width are those of the result.
        intrinsics: K in pixels of ``values``, whatever their resolution.
        values: On the pinhole image: depth, confidence, scores; C may be 1.
        mode: ``"bilinear"``, where one NaN among four neighbours gives NaN, or ``"nearest"``, for
            what must not be mixed. Depth between two surfaces is a mixture of both: take
            ``"nearest"`` where flying points hurt more than steps of a pixel.

    Returns:
        NaN at pixels whose rays the pinhole image does not hold: its border, where it was made
        by ``pinhole_of``, and rays beyond 89 degrees of a fisheye lens.
    """
    grid = pixel_grid(lens.height, lens.width, device=values.device)
    x, y, _ = lens.unproject(grid.double()).unbind(-1)
    K = intrinsics.to(x)
    u = K[0, 0] * x + K[0, 1] * y + K[0, 2]
    v = K[1, 1] * y + K[1, 2]
    return sample_map(values, torch.stack((u, v), dim=-1).to(values.dtype), mode=mode)


def distorted_mask(
    lens: Lens, intrinsics: Float[Tensor, "3 3"], mask: Bool[Tensor, "h w"]
) -> Bool[Tensor, "H W"]:
    """A mask on a pinhole image at the distorted pixels; False outside. See ``distorted_map``."""
    return distorted_map(lens, intrinsics, mask[None].float(), mode="nearest")[0] > 0.5


def _nearest(lens: Lens, intrinsics: Tensor, values: Tensor) -> Tensor:
    height, width = values.shape
    scale = torch.tensor([width / lens.width, height / lens.height])
    pixels = _source_pixels(lens, intrinsics) * scale
    return sample_map(values[None], pixels, mode="nearest")[0].nan_to_num(0)


def _border(height: int, width: int) -> Float64[Tensor, "N 2"]:
    """Centres of pixels along the border, corners included."""
    x = torch.linspace(0.5, width - 0.5, 33, dtype=torch.float64)
    y = torch.linspace(0.5, height - 0.5, 33, dtype=torch.float64)
    lines = [torch.stack((x, torch.full_like(x, side)), -1) for side in (0.5, height - 0.5)]
    lines += [torch.stack((torch.full_like(y, side), y), -1) for side in (0.5, width - 0.5)]
    return torch.cat(lines)


def _source_pixels(lens: Lens, intrinsics: Tensor) -> Tensor:
    """Where the rays of the pinhole image's pixels meet the distorted one; NaN where nowhere."""
    # Float32 is good to 1e-3 pixels here, and twice as fast.
    rays = directions_cam(intrinsics.float(), lens.height, lens.width)
    return torch.where(lens.reaches(rays)[..., None], lens.project(rays), torch.nan)
