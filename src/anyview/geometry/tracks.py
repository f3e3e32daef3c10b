# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points that several depth maps agree on, and the pixels that see them: tracks.

Every view is sampled on a grid. The point of a sample is looked up in the other views; where their
depth says the same, they observe it. The point of a track is the mean of what its views say, so the
distance between its projection and the pixels that observe it measures how far they agree. A piece
of surface that several views sampled is told once (``track_choice``).
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Float64, Int
from torch import Tensor

from anyview.geometry import se3
from anyview.geometry.projection import project, project_world, sample_map
from anyview.geometry.track_choice import SampleGrid, chosen_tracks

_WIDEST_DEG = 90.0
"""Rays that meet at more than this see a thin thing from both sides, not the same surface."""

_SAMPLES_A_TRACK = 2  # surfaces that are seen often leave about this share of samples
_NEIGHBOUR_GRID = 8
_ROUNDS = 3


@dataclass(frozen=True)
class TrackRules:
    """What makes a track.

    Attributes:
        max_tracks: Most tracks, spread evenly over views and image area.
        min_length: Views that must agree. With 1 everything sampled is a track, whatever the angle.
        depth_tolerance: Largest difference of two depths, a share of the smaller.
        max_error_px: Largest distance of an observation from the projected point.
        min_angle_deg: The widest of a track's rays must meet the ray of the view that the track was
            sampled in at this angle at least: rays that are nearly parallel fix no point.
        max_neighbours: Views that each view is compared with, those with most in common.
    """

    max_tracks: int = 100_000
    min_length: int = 2
    depth_tolerance: float = 0.02
    max_error_px: float = 1.0
    min_angle_deg: float = 1.0
    max_neighbours: int = 32


@dataclass(frozen=True)
class Tracks:
    """Points in the world frame and their observations, ordered by track, then view.

    Attributes:
        points: World positions.
        error_px: Mean distance of a point's projections from its observations.
        track: Index into ``points`` of each observation.
        view: View of each observation; no view twice in one track.
        pixels: Where it is seen (x, y), pixel centres at +0.5.
    """

    points: Float64[Tensor, "N 3"]
    error_px: Float64[Tensor, " N"]
    track: Int[Tensor, " M"]
    view: Int[Tensor, " M"]
    pixels: Float64[Tensor, "M 2"]

    def __len__(self) -> int:
        """Number of tracks."""
        return int(self.points.shape[0])

    @property
    def lengths(self) -> Int[Tensor, " N"]:
        """Observations of each track."""
        return torch.bincount(self.track, minlength=len(self))


@dataclass(frozen=True)
class _Observations:
    """What views say of samples: one row for each sample and view that agree.

    Attributes:
        sample: Index of the sample.
        view: The view that sees it.
        is_own: Whether it is the view that was sampled.
        pixels: Where.
        points: The world point that this view's depth gives there.
        weight: How much it counts in the mean.
    """

    sample: Int[Tensor, " M"]
    view: Int[Tensor, " M"]
    is_own: Bool[Tensor, " M"]
    pixels: Float64[Tensor, "M 2"]
    points: Float64[Tensor, "M 3"]
    weight: Float64[Tensor, " M"]

    def where(self, kept: Bool[Tensor, " M"]) -> "_Observations":
        """The rows that are ``kept``."""
        return _Observations(**{name: value[kept] for name, value in vars(self).items()})


def find_tracks(
    depth: Float[Tensor, "V H W"],
    cam_from_world: Float[Tensor, "V 4 4"],
    intrinsics: Float[Tensor, "V 3 3"],
    conf: Float[Tensor, "V H W"] | None = None,
    rules: TrackRules | None = None,
) -> Tracks:
    """Find points on which views agree.

    Permuting the views permutes the result, and the unit of depth and translations does not matter.

    Args:
        depth: z-depth; pixels that are not positive and finite are left out.
        cam_from_world: World-to-camera, translations in the unit of depth.
        intrinsics: K in pixels of the depth maps.
        conf: Weight of each depth in the mean, and of two equal tracks the surer is kept.
        rules: What makes a track.

    Returns:
        At most ``rules.max_tracks`` tracks, perhaps none.
    """
    rules = rules or TrackRules()
    scene = _Scene(depth, cam_from_world.double(), intrinsics.double(), conf)
    views, height, width = depth.shape
    most = max(views, min(_SAMPLES_A_TRACK * rules.max_tracks, depth.numel()))
    grid = SampleGrid.with_at_most(most, views, height, width)
    seen = _observe(scene, grid, rules)
    seen = _agreeing(seen, scene, grid, rules)
    sureness = None if conf is None else conf.flatten()[grid.pixel_ranks()]
    kept = chosen_tracks(seen.sample, seen.view, seen.pixels, grid, rules.max_tracks, sureness)
    return _tracks(seen.where(kept[seen.sample]), scene, len(kept))


class _Scene:
    """Depth maps and cameras, in the form that sampling needs.

    Disparity is what is interpolated: on a plane it is linear in the pixel, so that is exact.
    """

    def __init__(
        self,
        depth: Float[Tensor, "V H W"],
        cam_from_world: Float64[Tensor, "V 4 4"],
        intrinsics: Float64[Tensor, "V 3 3"],
        conf: Float[Tensor, "V H W"] | None,
    ) -> None:
        known = torch.isfinite(depth) & (depth > 0)
        self.disparity = torch.where(known, 1 / depth, torch.nan)
        self.cam_from_world = cam_from_world
        self.intrinsics = intrinsics
        self.conf = conf
        self.centres = se3.camera_centres(cam_from_world)
        self._pixels_to_rays = torch.linalg.inv(intrinsics)

    def depth_at(self, views: Int[Tensor, " K"], pixels: Tensor) -> Float64[Tensor, "K n"]:
        """Interpolated depth, NaN outside and beside pixels that are left out."""
        sampled = sample_map(self.disparity[views][:, None], pixels[:, None])[:, 0, 0]
        return 1 / sampled.double()

    def lift(
        self, view: Int[Tensor, " M"], pixels: Float64[Tensor, "M 2"], depth: Float64[Tensor, " M"]
    ) -> Float64[Tensor, "M 3"]:
        """World points of pixels of several views."""
        rays = torch.nn.functional.pad(pixels, (0, 1), value=1.0)[:, None]
        rays = rays @ self._pixels_to_rays[view].mT
        points = (rays[:, 0] * depth[:, None])[:, None]
        return se3.transform_points(se3.invert(self.cam_from_world)[view], points)[:, 0]

    def see(
        self, view: Int[Tensor, " M"], points: Float64[Tensor, "M 3"]
    ) -> tuple[Float64[Tensor, "M 2"], Float64[Tensor, " M"]]:
        """Where views see points, one point for each, NaN behind the camera; and its depth."""
        points_cam = se3.transform_points(self.cam_from_world[view], points[:, None])
        return project(points_cam[:, 0], self.intrinsics[view])


def _observe(scene: _Scene, grid: SampleGrid, rules: TrackRules) -> _Observations:
    """Every sample in its own view, and in those whose depth says the same, both ways."""
    views = len(scene.disparity)
    others = _neighbours(scene, rules)
    found = []
    for own in range(views):
        samples, pixels = grid.samples_of(own)
        disparity = scene.disparity[own][pixels[:, 1].long(), pixels[:, 0].long()].double()
        known = ~disparity.isnan()
        samples, pixels, disparity = samples[known], pixels[known], disparity[known]
        own_views = torch.full_like(samples, own)
        points = scene.lift(own_views, pixels, 1 / disparity)
        found.append((samples, own_views, pixels, points, 1 / disparity))
        found.append(_seen_by(scene, own, others[own], (samples, points), rules))
    sample, view, pixels, points, depth = (torch.cat(parts) for parts in zip(*found, strict=True))
    # Errors of depth grow with depth: what a near view says counts more.
    weight = 1 / depth.square()
    if scene.conf is not None:
        height, width = scene.conf.shape[1:]
        column = pixels[:, 0].long().clamp(0, width - 1)
        row = pixels[:, 1].long().clamp(0, height - 1)
        weight = weight * scene.conf[view, row, column].double().nan_to_num(0).clamp(min=1e-6)
    order = (sample * views + view).argsort(stable=True)
    is_own = view == grid.view_of(sample)
    rows = (sample, view, is_own, pixels, points, weight)
    return _Observations(*(part[order] for part in rows))


def _seen_by(
    scene: _Scene,
    own: int,
    others: Int[Tensor, " K"],
    samples: tuple[Int[Tensor, " n"], Float64[Tensor, "n 3"]],
    rules: TrackRules,
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Observations of one view's samples in other views."""
    ranks, points = samples
    count = len(others)
    if count == 0 or len(points) == 0:
        return ranks[:0], ranks[:0], points[:0, :2], points[:0], points[:0, 0]
    spread = points.expand(count, -1, -1)
    pixels, z = project_world(spread, scene.cam_from_world[others], scene.intrinsics[others])
    depth = scene.depth_at(others, pixels)
    same = _close(z, depth, rules.depth_tolerance)
    same &= _angle_deg(scene, own, others, points) <= _WIDEST_DEG
    which, index = same.nonzero(as_tuple=True)
    view = others[which]
    pixels, depth = pixels[which, index], depth[which, index]
    theirs = scene.lift(view, pixels, depth)
    mine = torch.full_like(view, own)
    back, z_back = scene.see(mine, theirs)
    there = scene.depth_at(mine[:1], back[None])[0] if len(mine) else z_back
    both = _close(z_back, there, rules.depth_tolerance)
    return ranks[index[both]], view[both], pixels[both], theirs[both], depth[both]


def _neighbours(scene: _Scene, rules: TrackRules) -> list[Int[Tensor, " K"]]:
    """The views to compare each view with."""
    views, height, width = scene.disparity.shape
    everyone = torch.arange(views)
    if views - 1 <= rules.max_neighbours:
        return [everyone[everyone != own] for own in range(views)]
    grid = SampleGrid.with_at_most(views * _NEIGHBOUR_GRID**2, views, height, width)
    chosen = []
    for own in range(views):
        samples, pixels = grid.samples_of(own)
        disparity = scene.disparity[own][pixels[:, 1].long(), pixels[:, 0].long()].double()
        points = scene.lift(torch.full_like(samples, own), pixels, 1 / disparity)
        spread = points.expand(views, -1, -1)
        seen, z = project_world(spread, scene.cam_from_world, scene.intrinsics)
        same = _close(z, scene.depth_at(everyone, seen), rules.depth_tolerance)
        # A frame that was taken a moment later has most in common and tells nothing.
        same &= _angle_deg(scene, own, everyone, points) >= rules.min_angle_deg
        shared = same.sum(dim=1)
        shared[own] = -1
        chosen.append(shared.topk(rules.max_neighbours).indices.sort().values)
    return chosen


def _agreeing(
    seen: _Observations, scene: _Scene, grid: SampleGrid, rules: TrackRules
) -> _Observations:
    """Without observations too far from their mean, and without tracks that break the rules."""
    for _ in range(_ROUNDS):
        error = _errors(seen, _means(seen, len(grid)), scene)
        seen = seen.where(error <= rules.max_error_px)
    points = _means(seen, len(grid))
    is_far = ~(_errors(seen, points, scene) <= rules.max_error_px)
    good = torch.bincount(seen.sample, minlength=len(grid)) >= rules.min_length
    good[seen.sample[is_far]] = False
    has_own = torch.zeros_like(good)
    has_own[seen.sample[seen.is_own]] = True
    if rules.min_length > 1:
        own = grid.view_of(seen.sample)
        point = points[seen.sample]
        cosine = torch.nn.functional.cosine_similarity(
            point - scene.centres[own], point - scene.centres[seen.view], dim=-1
        )
        is_wide = torch.zeros_like(good)
        is_wide[seen.sample[cosine <= math.cos(math.radians(rules.min_angle_deg))]] = True
        good &= is_wide
    return seen.where((good & has_own)[seen.sample])


def _means(seen: _Observations, count: int) -> Float64[Tensor, "{count} 3"]:
    """Weighted mean of what the views of each sample say; NaN without a view."""
    weighted = torch.cat((seen.points * seen.weight[:, None], seen.weight[:, None]), dim=1)
    sums = torch.zeros(count, 4, dtype=torch.float64).index_add_(0, seen.sample, weighted)
    return sums[:, :3] / sums[:, 3:]


def _errors(
    seen: _Observations, points: Float64[Tensor, "N 3"], scene: _Scene
) -> Float64[Tensor, " M"]:
    pixels, _ = scene.see(seen.view, points[seen.sample])
    return (pixels - seen.pixels).norm(dim=-1)


def _tracks(seen: _Observations, scene: _Scene, count: int) -> Tracks:
    points = _means(seen, count)
    error = _errors(seen, points, scene)
    samples, track = seen.sample.unique(return_inverse=True)
    lengths = torch.bincount(track, minlength=len(samples))
    sums = torch.zeros(len(samples), dtype=torch.float64).index_add_(0, track, error)
    return Tracks(
        points=points[samples],
        error_px=sums / lengths,
        track=track,
        view=seen.view,
        pixels=seen.pixels,
    )


def _close(a: Tensor, b: Tensor, tolerance: float) -> Tensor:
    """Whether two positive depths agree; false for NaN and behind the camera."""
    return (a > 0) & ((a - b).abs() <= tolerance * torch.minimum(a, b))


def _angle_deg(
    scene: _Scene, own: int, others: Int[Tensor, " K"], points: Float64[Tensor, "n 3"]
) -> Float64[Tensor, "K n"]:
    """Angle at each point between the rays from one view and from others."""
    ray = points - scene.centres[own]
    rays = points[None] - scene.centres[others][:, None]
    cosine = torch.nn.functional.cosine_similarity(rays, ray[None], dim=-1)
    return cosine.clamp(-1, 1).acos().rad2deg()
