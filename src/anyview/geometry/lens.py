# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Lenses that bend straight lines, and the pinhole images that are made of theirs.

Two families cover what data sets ship: the polynomial with tangential terms (``OPENCV`` of COLMAP
and OpenCV; ``SIMPLE_RADIAL`` and ``RADIAL`` are special cases) and the equidistant fisheye
polynomial (``OPENCV_FISHEYE``, Kannala and Brandt 2006). Pixel centres are at +0.5.
"""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from jaxtyping import Bool, Float, Float64, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.projection import sample_map
from anyview.geometry.rays import directions_cam

LARGEST_ZOOM = 8.0
"""An image is refused if its pinhole part would have to be magnified more than this."""

_ZOOM_STEPS = (1.3, 1.06, 1.01)


@dataclass(frozen=True)
class Lens:
    """A camera, perhaps with distortion.

    Attributes:
        fx: Focal length in pixels of the distorted image.
        fy: The same down the image.
        cx: Principal point.
        cy: Principal point.
        height: Of the distorted image, pixels.
        width: Of the distorted image, pixels.
        model: Which polynomial ``radial`` belongs to.
        radial: k1, k2, ... of r^2, r^4, ... (perspective) or of theta^2, theta^4, ... (fisheye).
        tangential: p1, p2; perspective only.
    """

    fx: float
    fy: float
    cx: float
    cy: float
    height: int
    width: int
    model: Literal["perspective", "fisheye"] = "perspective"
    radial: tuple[float, ...] = ()
    tangential: tuple[float, float] = (0.0, 0.0)

    @property
    def is_pinhole(self) -> bool:
        """Whether the image is already what a pinhole camera sees."""
        return self.model == "perspective" and not any(self.radial + self.tangential)

    def intrinsics(self, zoom: float = 1.0) -> Float[Tensor, "3 3"]:
        """K without the distortion, its focal lengths multiplied by ``zoom``."""
        rows = [[self.fx * zoom, 0, self.cx], [0, self.fy * zoom, self.cy], [0, 0, 1]]
        return torch.tensor(rows, dtype=torch.float64)

    def resized(self, height: int, width: int) -> "Lens":
        """The same lens on an image of another resolution."""
        x, y = width / self.width, height / self.height
        return replace(
            self,
            fx=self.fx * x,
            fy=self.fy * y,
            cx=self.cx * x,
            cy=self.cy * y,
            height=height,
            width=width,
        )

    def project(self, points_cam: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 2"]:
        """Distorted pixels (x, y) of points in front of the camera; NaN for the others."""
        x, y, z = points_cam.unbind(-1)
        x, y = x / z, y / z
        square = x.square() + y.square()
        if self.model == "fisheye":
            radius = square.sqrt()
            near = radius < 1e-9
            factor = torch.where(near, 1.0, self._radius(radius) / radius.where(~near, 1.0))
            bent_x, bent_y = x * factor, y * factor
        else:
            factor = self._polynomial(square)
            p1, p2 = self.tangential
            bent_x = x * factor + 2 * p1 * x * y + p2 * (square + 2 * x.square())
            bent_y = y * factor + 2 * p2 * x * y + p1 * (square + 2 * y.square())
        pixels = torch.stack((self.fx * bent_x + self.cx, self.fy * bent_y + self.cy), dim=-1)
        return torch.where((z > 0)[..., None], pixels, torch.nan)

    def sees_all_of(self, intrinsics: Float[Tensor, "3 3"]) -> bool:
        """Whether every pixel of a pinhole image of the same size lies inside this one."""
        pixels = _border(self.height, self.width)
        border = (pixels - intrinsics[:2, 2]) / intrinsics[[0, 1], [0, 1]]
        border = torch.cat((border, torch.ones(len(border), 1, dtype=torch.float64)), dim=-1)
        # Beyond its first maximum a polynomial leads rays from far outside back into the image.
        grid = torch.linspace(0, float(border[:, :2].norm(dim=-1).max()), 256, dtype=torch.float64)
        if not bool((self._radius(grid).diff() > 0).all()):
            return False
        pixels = self.project(border)
        limits = torch.tensor([self.width, self.height], dtype=torch.float64)
        return bool(((pixels >= 0) & (pixels <= limits)).all())

    def _polynomial(self, square: Tensor) -> Tensor:
        factor = torch.zeros_like(square)
        for coefficient in reversed(self.radial):
            factor = (factor + coefficient) * square
        return 1 + factor

    def _radius(self, radius: Tensor) -> Tensor:
        """Distorted distance from the centre of a ray whose pinhole distance is ``radius``."""
        if self.model == "fisheye":
            angle = torch.atan(radius)
            return angle * self._polynomial(angle.square())
        return radius * self._polynomial(radius.square())


def pinhole_of(lens: Lens) -> Float[Tensor, "3 3"]:
    """K of a pinhole image of the same size that the lens sees all of: no blank pixel.

    The principal point stays, the focal lengths are multiplied by the smallest zoom that serves.

    Raises:
        InputError: If a zoom of 8 does not serve: coefficients of another image or model.
    """
    if lens.is_pinhole:
        return lens.intrinsics()
    zoom = LARGEST_ZOOM
    if not lens.sees_all_of(lens.intrinsics(zoom)):
        raise InputError(
            f"The distortion of this {lens.model} lens cannot be undone: {lens}. Check the "
            "coefficients, or undistort the images with the tool that made them."
        )
    # In shrinking steps from the centre outwards: never across a range that fails.
    for factor in _ZOOM_STEPS:
        while zoom > 1 / LARGEST_ZOOM and lens.sees_all_of(lens.intrinsics(zoom / factor)):
            zoom /= factor
    return lens.intrinsics(zoom)


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
    # Float32 is good to 1e-3 pixels here, and twice as fast.
    return lens.project(directions_cam(intrinsics.float(), lens.height, lens.width))
