# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth maps brought to triangulated points: one factor for each view."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.geometry.projection import sample_map
from anyview.geometry.scale_align import fit_scale_robust
from anyview.geometry.se3 import camera_centres, to_homogeneous
from anyview.sfm.sparse_scene import SparseScene
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

MIN_POINTS = 10
"""Views that see fewer points take the median factor of the others."""

MIN_ANGLE_DEG = 1.0
"""Points that are seen at smaller angles have an uncertain depth: they do not count."""


@dataclass(frozen=True)
class DepthFactors:
    """What the depth of each view is multiplied by.

    Attributes:
        factors: Positive.
        fitted: Views whose factor comes from their own points.
    """

    factors: Float64[Tensor, " V"]
    fitted: Bool[Tensor, " V"]

    @property
    def spread(self) -> float:
        """Largest fitted factor over the smallest; 1 for fewer than two."""
        own = self.factors[self.fitted]
        return float(own.max() / own.min()) if len(own) else 1.0


def depth_ratios(prediction: Prediction, scene: SparseScene) -> Float64[Tensor, " S"]:
    """Predicted depth over that of the point, at each sighting; NaN where there is none."""
    ratios = torch.full((len(scene.observed_view),), torch.nan, dtype=torch.float64)
    maps = prediction.processed_from_original
    for view in scene.observed_view.unique().tolist():
        own = scene.observed_view == view
        pixels = scene.observed_pixel[own]
        if maps is not None:
            affine = maps[view].double()
            pixels = pixels @ affine[:2, :2].mT + affine[:2, 2]
        depth = sample_map(prediction.depth[view].double()[None], pixels[None])[0, 0]
        ratios[own] = depth / scene.observed_depth[own]
    sure = scene.angles_deg[scene.observed_point] >= MIN_ANGLE_DEG
    return torch.where(sure & (ratios > 0), ratios, torch.nan)


def fit_depth(prediction: Prediction, scene: SparseScene) -> DepthFactors:
    """Fit the factor of every view to the points it sees, some of which may be wrong.

    The fit is of ratios, so that near and far points count alike.

    Args:
        prediction: With depth about in the unit of the scene.
        scene: Of the same views.
    """
    ratios = depth_ratios(prediction, scene)
    views = len(prediction.depth)
    factors = torch.ones(views, dtype=torch.float64)
    fitted = torch.zeros(views, dtype=torch.bool)
    for view in range(views):
        own = ratios[(scene.observed_view == view) & ratios.isfinite()]
        if len(own) < MIN_POINTS:
            continue
        fit = fit_scale_robust(own, torch.ones_like(own))
        if bool(fit.ok):
            factors[view], fitted[view] = fit.scale, True
    if bool(fitted.any()):
        factors[~fitted] = factors[fitted].quantile(0.5)
    return DepthFactors(factors, fitted)


def with_depth_factors(prediction: Prediction, factors: Float64[Tensor, " V"]) -> Prediction:
    """The prediction with the depth of each view multiplied; its Gaussians move along their rays.

    The ray map is an estimate of cameras by itself and stays.
    """
    depth = prediction.depth * factors.float()[:, None, None]
    gaussians = prediction.gaussians
    if gaussians is not None and prediction.extrinsics is not None:
        each = torch.full((len(depth),), depth[0].numel())
        if prediction.valid is not None:
            each = prediction.valid.flatten(1).sum(-1)  # padding has no Gaussians
        view = torch.repeat_interleave(torch.arange(len(depth)), each)
        gaussians = _moved(gaussians, prediction.extrinsics, view, factors.float())
    return replace(prediction, depth=depth, gaussians=gaussians)


def _moved(
    gaussians: Gaussians,
    extrinsics: Float[Tensor, "V 3 4"],
    view: Tensor,
    factors: Float[Tensor, " V"],
) -> Gaussians:
    """Each Gaussian nearer to or farther from the camera of its view, and smaller or larger."""
    centres = camera_centres(to_homogeneous(extrinsics))[view]
    factor = factors[view, None]
    return replace(
        gaussians,
        means=centres + factor * (gaussians.means - centres),
        scales=gaussians.scales * factor,
    )
