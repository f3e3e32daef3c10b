# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How one chunk of a video lies in the one before: a similarity from the frames that both have.

A shared frame gives every pixel twice, as a point in the world of either chunk. Depth and cameras
are both in those points, so one robust fit uses both; wrong depth is left out as outliers.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.geometry.rays import points_from_depth
from anyview.geometry.se3 import to_homogeneous
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras, align_points, align_points_robust
from anyview.structures.prediction import Prediction

POINTS = 20_000
"""Most correspondences that are fitted."""

MIN_INLIERS = 0.35
"""A fit that fewer points agree with is not believed."""

AGREE = 0.1
"""Points agree if they lie within this share of their distance from the camera."""

_LEAST_SIGMA = 1e-4


@dataclass(frozen=True)
class SharedFrames:
    """What a chunk says of the frames that it shares with another, in its own world.

    Attributes:
        depth: z-depth, 0 where there is none.
        conf: Confidence, or ones.
        intrinsics: K in pixels of the depth maps.
        cam_from_world: World-to-camera.
    """

    depth: Float[Tensor, "K H W"]
    conf: Float[Tensor, "K H W"]
    intrinsics: Float[Tensor, "K 3 3"]
    cam_from_world: Float[Tensor, "K 4 4"]


@dataclass(frozen=True)
class Join:
    """Where a chunk lies.

    Attributes:
        previous_from_current: Maps the chunk's world into that of the one before; float64.
        ok: Whether enough agreed; otherwise the cameras alone decided.
        inliers: Share of the points that agree.
        sigma: Standard deviations for a pose graph: (translation in units of the chunk, rotation
            in rad, log scale).
        reason: Why it is not ok; empty otherwise.
    """

    previous_from_current: Sim3
    ok: bool
    inliers: float
    sigma: Float64[Tensor, " 7"]
    reason: str


def shared_frames(prediction: Prediction, frames: slice) -> SharedFrames:
    """Some frames of a chunk.

    Args:
        prediction: With cameras.
        frames: Which.
    """
    assert prediction.extrinsics is not None
    assert prediction.intrinsics is not None
    depth = prediction.depth[frames]
    known = torch.isfinite(depth) & (depth > 0)
    if prediction.valid is not None:
        known &= prediction.valid[frames]
    conf = torch.ones_like(depth) if prediction.conf is None else prediction.conf[frames]
    return SharedFrames(
        torch.where(known, depth, 0.0),
        conf,
        prediction.intrinsics[frames],
        to_homogeneous(prediction.extrinsics[frames]),
    )


def join_chunks(
    previous: SharedFrames, current: SharedFrames, keep: Bool[Tensor, "K H W"] | None = None
) -> Join:
    """Fit the similarity that takes the current chunk onto the previous one.

    Args:
        previous: The shared frames as the chunk before sees them.
        current: The same frames as this chunk sees them, on the same pixel grid.
        keep: Pixels that may be used, such as those that are no sky and do not move; None: all.
    """
    both = (previous.depth > 0) & (current.depth > 0)
    if keep is not None:
        both &= keep
    chosen = _spread(both)
    world = [
        points_from_depth(part.depth, part.cam_from_world, part.intrinsics)[chosen].double()
        for part in (current, previous)
    ]
    depth = previous.depth[chosen].double()
    ratio = depth / current.depth[chosen].double()
    if len(depth) >= 3:
        weights = _weights(previous, current, chosen)
        fit = align_points_robust(world[0], world[1], weights)
        if bool(fit.ok):
            sim3, off = _refine(fit.sim3, world[0], world[1], weights, depth, ratio)
            inliers = float((off < AGREE).double().mean())
            if inliers >= MIN_INLIERS:
                return Join(sim3, True, inliers, _sigma(off, sim3, depth), "")
            reason = f"only {inliers:.0%} of the points of shared frames agree"
        else:
            inliers, reason = 0.0, str(fit.reason)
    else:
        inliers, reason = 0.0, "shared frames have no depth in common"
    return _by_cameras(previous, current, chosen, inliers, reason)


def _spread(both: Bool[Tensor, "K H W"]) -> Bool[Tensor, "K H W"]:
    """At most ``POINTS`` of the pixels, on a regular grid: no draw is needed."""
    count = int(both.count_nonzero())
    step = max(1, math.ceil(math.sqrt(count / POINTS)))
    grid = torch.zeros_like(both)
    grid[:, ::step, ::step] = True
    return both & grid


def _weights(
    previous: SharedFrames, current: SharedFrames, chosen: Bool[Tensor, "K H W"]
) -> Float64[Tensor, " N"]:
    """Confidence over squared depth, as errors grow with depth; nothing near counts for all.

    The larger of both depths decides: one that is wrong and tiny must not outweigh the rest.
    """
    parts = [part.depth[chosen].double() for part in (previous, current)]
    depth = torch.stack([part / part.median() for part in parts]).amax(dim=0).clamp_min(0.5)
    conf = (previous.conf * current.conf)[chosen].double().sqrt()
    return conf / depth.square()


def _refine(
    first: Sim3, source: Tensor, target: Tensor, weights: Tensor, depth: Tensor, ratio: Tensor
) -> tuple[Sim3, Float64[Tensor, " N"]]:
    """The fit with an unbiased scale, and how far each point is off, over its depth.

    Noise on both sides makes a least-squares scale too small, a little at every join and all in
    one direction. The median ratio of depths, of points that agree, is not moved by it.
    """
    agree = (first.apply(source) - target).norm(dim=-1) < AGREE * depth
    if int(agree.count_nonzero()) < 3:
        return first, (first.apply(source) - target).norm(dim=-1) / depth
    scale = ratio[agree].log().median().exp()
    rigid = align_points(scale * source[agree], target[agree], weights[agree], with_scale=False)
    found = first
    if bool(rigid.ok):
        found = Sim3(scale, rigid.sim3.rotation, rigid.sim3.translation)
    return found, (found.apply(source) - target).norm(dim=-1) / depth


def _sigma(off: Tensor, fit: Sim3, depth: Tensor) -> Float64[Tensor, " 7"]:
    """How sure the fit is: the middle deviation of what agrees, a tenth of it per number.

    Neighbouring pixels err together, so dividing by the root of their count would be boastful.
    """
    middle = max(float(off[off < AGREE].median()), _LEAST_SIGMA)
    distance = float(depth.median() / fit.scale)
    parts = [middle * distance] * 3 + [middle] * 4
    return torch.tensor(parts, dtype=torch.float64) / 3


def _by_cameras(
    previous: SharedFrames,
    current: SharedFrames,
    chosen: Bool[Tensor, "K H W"],
    inliers: float,
    reason: str,
) -> Join:
    """Rotation and place from the cameras, scale from the ratio of depths."""
    fit = align_cameras(current.cam_from_world.double(), previous.cam_from_world.double())
    rotation = fit.sim3.rotation
    scale = fit.sim3.scale
    if bool(chosen.any()):
        ratio = previous.depth[chosen].double() / current.depth[chosen].double()
        scale = ratio.median()
    centre, target = (
        (
            -part.cam_from_world.double()[:, :3, :3].mT @ part.cam_from_world.double()[:, :3, 3:]
        ).mean(dim=0)[:, 0]
        for part in (current, previous)
    )
    found = Sim3(scale, rotation, target - scale * (rotation @ centre))
    distance = float(previous.depth[previous.depth > 0].median()) if chosen.any() else 1.0
    sigma = torch.tensor([0.3 * distance / float(scale)] * 3 + [0.2] * 3 + [0.5])
    return Join(found, False, inliers, sigma.double(), reason)
