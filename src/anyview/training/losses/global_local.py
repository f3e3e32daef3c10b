# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth known up to scale and shift, in the whole image and in small balls (DA3, 4.1: L_gl).

A ball of points is brought to the truth by its own scale and shift, so that its error tells of its
shape alone (after MoGe, arXiv 2410.19115, section 3.3). DA3's teacher predicts depth, so points
move along their known rays r = K^-1 p: the L1 distance of ``(s d + t) r`` and ``D r`` is
``|s d + t - D| |r|_1``, and shifting depth is what makes the loss blind to a shift of depth.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.geometry.rays import pixel_grid
from anyview.training.losses.alignment import AffineFit, align_affine
from anyview.training.losses.closed_form import mean_weights, weighted_sum, with_gradient


@dataclass(frozen=True)
class GlobalLocalOptions:
    """How finely L_gl looks.

    Attributes:
        whole_samples: Pixels of an image that fix its scale and shift; the error is that of all.
        radii: Radii of balls: seen from the camera, a radius of 1 spans half the diagonal.
        balls: Of each radius in each image.
        side: side x side pixels are sampled around the centre of a ball; those whose point lies
            outside the ball or is not valid do not count.
        limit: What a point can cost at most when scale and shift are sought: a share of its depth
            in the whole image, of the radius in a ball.
    """

    whole_samples: int = 80
    radii: tuple[float, ...] = (1 / 4, 1 / 8, 1 / 16)
    balls: int = 16
    side: int = 6
    limit: float = 1.0


@dataclass(frozen=True)
class GlobalLocalLoss:
    """The two parts, and what the first found.

    Attributes:
        whole: Mean over valid pixels of the distance over true depth.
        local: Mean over the points of balls of the distance over the radius.
        fit: Scale and shift of each image, without gradient: to bring depth to the truth for the
            losses of gradients and normals.
    """

    whole: Float[Tensor, ""]
    local: Float[Tensor, ""]
    fit: AffineFit


def global_local_loss(
    depth: Float[Tensor, "B H W"],
    truth: Float[Tensor, "B H W"],
    intrinsics: Float[Tensor, "B 3 3"],
    valid: Bool[Tensor, "B H W"],
    generator: torch.Generator,
    options: GlobalLocalOptions | None = None,
) -> GlobalLocalLoss:
    """L_gl of B images.

    No gradient passes through the scales and shifts.

    Args:
        depth: Predicted, up to a scale and shift for each image.
        truth: z-depth > 0 where valid, any finite number elsewhere.
        intrinsics: K in pixels of the depth map.
        valid: Where the truth is known.
        generator: Which pixels and balls are looked at; on the device of the tensors.
        options: None for the defaults.
    """
    options = options or GlobalLocalOptions()
    with torch.no_grad():
        scene = _Scene(depth.detach().to(truth.dtype), truth, intrinsics, valid)
        pixels = scene.draw(options.whole_samples, generator)
        fit = align_affine(*scene.whole_problem(pixels), limit=options.limit)
        whole = scene.whole_loss(fit)
        balls = [scene.sample_ball(r, options, generator) for r in options.radii]
        pixels, weight = (torch.cat(v) for v in zip(*balls, strict=True))
        local = scene.local_loss(pixels, weight, options.limit)
    return GlobalLocalLoss(
        whole=with_gradient(whole[0], (depth, whole[1])),
        local=with_gradient(local[0], (depth, local[1])),
        fit=fit,
    )


class _Scene:
    """The images, flat, and what is asked of them; pixels are flat indices."""

    def __init__(self, depth: Tensor, truth: Tensor, intrinsics: Tensor, valid: Tensor) -> None:
        self.shape = depth.shape
        self.depth, self.truth = depth.flatten(1), torch.where(valid, truth, 1).flatten(1)
        self.valid, self.intrinsics = valid.flatten(1), intrinsics

    def draw(self, number: int, generator: torch.Generator) -> Tensor:
        """Valid pixels of each image, with repetition; any where there are none: [B, number]."""
        chance = (self.valid | ~self.valid.any(dim=1, keepdim=True)).to(self.truth.dtype)
        return torch.multinomial(chance, number, replacement=True, generator=generator)

    def rays(self, pixels: Tensor) -> Tensor:
        """K^-1 (u, v, 1) at pixels [B, ...]: [B, ..., 3]."""
        extra = (1,) * (pixels.dim() - 1)
        K = self.intrinsics.view(-1, *extra, 3, 3)
        width = self.shape[-1]
        y = (pixels // width + 0.5 - K[..., 1, 2]) / K[..., 1, 1]
        x = (pixels % width + 0.5 - K[..., 0, 2] - K[..., 0, 1] * y) / K[..., 0, 0]
        return torch.stack((x, y, torch.ones_like(x)), dim=-1)

    def ray_lengths(self) -> Tensor:
        """|r|_1 of all pixels: [B, H W]."""
        height, width = self.shape[1:]
        grid = pixel_grid(height, width, device=self.truth.device, dtype=self.truth.dtype)
        K = self.intrinsics[:, None, None]
        y = (grid[:, :1, 1] - K[..., 1, 2]) / K[..., 1, 1]
        x = (grid[:1, :, 0] - K[..., 0, 2]) / K[..., 0, 0] - y * (K[..., 0, 1] / K[..., 0, 0])
        return x.abs_().add_(y.abs_() + 1).flatten(1)

    def whole_problem(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Source, target and weight of the alignment of whole images."""
        target = self.truth.gather(1, pixels)
        weight = self.rays(pixels).abs().sum(dim=-1) / target
        weight = weight * self.valid.gather(1, pixels)
        return self.depth.gather(1, pixels), target, weight

    def whole_loss(self, fit: AffineFit) -> tuple[Tensor, Tensor]:
        """Value and derivative by depth; images without a fit take no part."""
        share = mean_weights(self.valid & fit.ok[:, None], self.truth.dtype)
        weight = self.ray_lengths().div_(self.truth).mul_(share)
        residual = fit.apply(self.depth) - self.truth
        slope = residual.sign().mul_(weight).mul_(fit.scale[:, None])
        return weighted_sum(weight, residual.abs_()), slope.view(self.shape)

    def sample_ball(
        self, radius: float, options: GlobalLocalOptions, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Pixels in balls around drawn points, and their weights: [B balls, side^2] each."""
        rows, columns = self.shape[1:]
        centre = self.draw(options.balls, generator)
        half_diagonal = (rows**2 + columns**2) ** 0.5 / 2
        cells = torch.arange(options.side, device=centre.device) / options.side
        grid = torch.stack(torch.meshgrid(cells, cells, indexing="ij"), dim=-1).flatten(0, 1)
        jitter = torch.rand(*centre.shape, len(grid), 2, generator=generator, device=centre.device)
        offset = (2 * (grid + jitter / options.side) - 1) * (radius * half_diagonal)
        y = (centre // columns)[..., None] + offset[..., 0].round().long()
        x = (centre % columns)[..., None] + offset[..., 1].round().long()
        inside = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
        pixels = torch.where(inside, y * columns + x, centre[..., None])

        flat = pixels.flatten(1)
        rays = self.rays(pixels)
        points = rays * self.truth.gather(1, flat).view(pixels.shape)[..., None]
        middle = self.rays(centre) * self.truth.gather(1, centre)[..., None]
        focal = (self.intrinsics[:, 0, 0] * self.intrinsics[:, 1, 1]).sqrt()
        size = radius * half_diagonal * self.truth.gather(1, centre) / focal[:, None]
        near = (points - middle[:, :, None]).norm(dim=-1) <= size[..., None]
        use = inside & near & self.valid.gather(1, flat).view(pixels.shape)
        weight = use * rays.abs().sum(dim=-1) / size[..., None]
        image = torch.arange(self.shape[0], device=centre.device)[:, None, None]
        everywhere = pixels + image * (rows * columns)
        return everywhere.flatten(0, 1), weight.flatten(0, 1)

    def local_loss(self, pixels: Tensor, weight: Tensor, limit: float) -> tuple[Tensor, Tensor]:
        """Value and derivative by depth; balls without a fit take no part."""
        source, target = (v.flatten()[pixels] for v in (self.depth, self.truth))
        fit = align_affine(source, target, weight, limit=limit)
        weight = weight * mean_weights((weight > 0) & fit.ok[:, None], weight.dtype)
        residual = fit.apply(source) - target
        slope = residual.sign() * weight * fit.scale[:, None]
        by_depth = torch.zeros_like(self.depth).flatten()
        by_depth.scatter_add_(0, pixels.flatten(), slope.flatten())
        return weighted_sum(weight, residual.abs_()), by_depth.view(self.shape)
