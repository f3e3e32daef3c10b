# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Lenses that bend straight lines: where a ray meets the image, and which ray a pixel sees.

Two families cover what data sets ship: the polynomial with tangential terms (``OPENCV`` of COLMAP
and OpenCV; ``SIMPLE_RADIAL`` and ``RADIAL`` are special cases) and the equidistant fisheye
polynomial (``OPENCV_FISHEYE``, Kannala and Brandt 2006). Pixel centres are at +0.5.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

LARGEST_ANGLE_RAD = math.radians(89.0)
"""Rays farther from the axis have no place in a pinhole image."""

_MOST_STEPS = 6
_STEP_TOLERANCE = 1e-6


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

    def unproject(self, pixels: Float[Tensor, "*batch 2"]) -> Float[Tensor, "*batch 3"]:
        """Directions (x, y, 1) in the camera frame that distorted pixels see; float64 is precise.

        NaN for pixels that see nothing in front of the camera: beyond 89 degrees, or farther out
        than any ray gets (behind the first maximum of the polynomial).
        """
        bent_x = (pixels[..., 0] - self.cx) / self.fx
        bent_y = (pixels[..., 1] - self.cy) / self.fy
        bent = torch.stack((bent_x, bent_y), dim=-1)
        distance = bent.norm(dim=-1)
        factor = torch.tan(self._angle(distance)) / distance.clamp_min(1e-12)
        flat = torch.where((distance < 1e-9)[..., None], bent, bent * factor[..., None])
        if any(self.tangential):
            flat = self._refined(flat, bent)
        return torch.cat((flat, torch.ones_like(flat[..., :1])), dim=-1)

    def reaches(self, directions: Float[Tensor, "*batch 3"]) -> Bool[Tensor, "*batch"]:
        """Which rays the polynomial holds for: farther out it leads back into the image."""
        x, y, z = directions.unbind(-1)
        radius = torch.tan(torch.tensor(self._largest_angle, dtype=torch.float64)).item()
        return (z > 0) & ((x.square() + y.square()).sqrt() <= radius * z)

    @property
    def _largest_angle(self) -> float:
        """Radians from the axis up to which the distance in the image grows; at most 89 degrees."""
        angles, distances = self._table
        falls = (distances.diff() <= 0).nonzero()
        return float(angles[int(falls[0])] if len(falls) else angles[-1])

    @property
    def _table(self) -> tuple[Tensor, Tensor]:
        angles = torch.linspace(0, LARGEST_ANGLE_RAD, 4096, dtype=torch.float64)
        return angles, self._radius(torch.tan(angles))

    def _angle(self, distance: Tensor) -> Tensor:
        """Angle from the axis of what is seen at a distorted distance; tangential terms aside."""
        angles, distances = self._table
        count = max(2, int((angles <= self._largest_angle).sum()))
        angles, distances = angles[:count].to(distance), distances[:count].to(distance)
        place = torch.searchsorted(distances, distance.contiguous()).clamp(1, count - 1)
        low, high = distances[place - 1], distances[place]
        angle = angles[place - 1] + (distance - low) / (high - low) * angles[1]
        for _ in range(2):  # Newton; the table alone is good to 1e-7
            radius = torch.tan(angle)
            slope = self._slope(radius) * (1 + radius.square())
            angle = angle - (self._radius(radius) - distance) / slope
        return torch.where(distance <= distances[-1], angle, torch.nan)

    def _refined(self, flat: Tensor, bent: Tensor) -> Tensor:
        """Newton's method in two dimensions, for tangential terms; NaN where it does not settle."""
        p1, p2 = self.tangential
        x, y = flat.unbind(-1)
        size = torch.full_like(x, torch.inf)
        for _ in range(_MOST_STEPS):
            square = x.square() + y.square()
            factor, slope = self._polynomial(square), 2 * self._polynomial_slope(square)
            error_x = x * factor + 2 * p1 * x * y + p2 * (square + 2 * x.square()) - bent[..., 0]
            error_y = y * factor + 2 * p2 * x * y + p1 * (square + 2 * y.square()) - bent[..., 1]
            xx = factor + x.square() * slope + 2 * p1 * y + 6 * p2 * x
            xy = x * y * slope + 2 * p1 * x + 2 * p2 * y
            yy = factor + y.square() * slope + 2 * p2 * x + 6 * p1 * y
            determinant = xx * yy - xy.square()
            step_x = (yy * error_x - xy * error_y) / determinant
            step_y = (xx * error_y - xy * error_x) / determinant
            x, y = x - step_x, y - step_y
            size = torch.maximum(step_x.abs(), step_y.abs())
            if not bool((size > _STEP_TOLERANCE).any()):  # the next one would be its square
                break
        settled = (size <= _STEP_TOLERANCE)[..., None]
        return torch.where(settled, torch.stack((x, y), dim=-1), torch.nan)

    def _polynomial(self, square: Tensor) -> Tensor:
        factor = torch.zeros_like(square)
        for coefficient in reversed(self.radial):
            factor = (factor + coefficient) * square
        return 1 + factor

    def _polynomial_slope(self, square: Tensor) -> Tensor:
        """Derivative of the polynomial by its argument."""
        slope = torch.zeros_like(square)
        for power in range(len(self.radial), 0, -1):
            slope = slope * square + power * self.radial[power - 1]
        return slope

    def _radius(self, radius: Tensor) -> Tensor:
        """Distorted distance from the centre of a ray whose pinhole distance is ``radius``."""
        if self.model == "fisheye":
            angle = torch.atan(radius)
            return angle * self._polynomial(angle.square())
        return radius * self._polynomial(radius.square())

    def _slope(self, radius: Tensor) -> Tensor:
        """Derivative of ``_radius``."""
        inner = torch.atan(radius) if self.model == "fisheye" else radius
        square = inner.square()
        slope = self._polynomial(square) + 2 * square * self._polynomial_slope(square)
        return slope / (1 + radius.square()) if self.model == "fisheye" else slope
