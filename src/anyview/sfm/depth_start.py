# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras to start a refinement from: matches give the places in the image, depth the points.

A network's depth is often better than its cameras. Views are placed one after another against the
points that depth gives the features of those already placed (perspective-n-point with RANSAC).
"""

from dataclasses import dataclass
from types import ModuleType

import torch
from jaxtyping import Bool, Float64
from torch import Tensor

from anyview.geometry.projection import sample_map
from anyview.geometry.se3 import invert, to_homogeneous, transform_points
from anyview.sfm.given_scene import GivenScene
from anyview.sfm.matching import Matches, camera_of
from anyview.sfm.settings import MatchSettings
from anyview.sfm.tracks import Track

MIN_PLACED = 12
"""A view is placed by at least so many points that agree."""

_MAX_ERROR_SHARE = 2e-2


@dataclass(frozen=True)
class Placement:
    """Cameras, and points of the features of each view.

    Attributes:
        cam_from_world: World-to-camera.
        placed: Views that have been placed; the others are as they were given.
        points: Of each view, where depth puts its features in the world; NaN without depth.
    """

    cam_from_world: Float64[Tensor, "V 4 4"]
    placed: Bool[Tensor, " V"]
    points: tuple[Float64[Tensor, "_ 3"], ...]


def points_in_cameras(matches: Matches, given: GivenScene) -> list[Float64[Tensor, "_ 3"]]:
    """Where depth puts the features of each view in its own camera; NaN without depth."""
    found = []
    for view, features in enumerate(matches.features):
        lens, depth = matches.lens_of(view), given.depth[view].double()
        pixels = features.pixels.double()
        size = pixels.new_tensor([lens.width, lens.height])
        grid = pixels.new_tensor([depth.shape[1], depth.shape[0]])
        usable = torch.where(depth.isfinite() & (depth > 0), depth, torch.nan)
        z = sample_map(usable[None], (pixels * grid / size)[None])[0, 0]
        ones = torch.ones(len(pixels), 1, dtype=torch.float64)
        rays = torch.cat((pixels, ones), dim=-1) @ torch.linalg.inv(lens.intrinsics).mT
        found.append(rays * z[:, None])
    return found


def as_given(matches: Matches, given: GivenScene) -> Placement:
    """The given cameras, with points by their own depth."""
    world_from_cam = invert(given.cam_from_world)
    points = points_in_cameras(matches, given)
    return Placement(
        given.cam_from_world,
        torch.ones(len(points), dtype=torch.bool),
        tuple(
            transform_points(pose, own) for pose, own in zip(world_from_cam, points, strict=True)
        ),
    )


def placed_by_depth(
    matches: Matches,
    tracks: list[Track],
    given: GivenScene,
    settings: MatchSettings,
    pycolmap: ModuleType,
) -> Placement:
    """Cameras by depth and matches; the view with most sightings stays where it is given.

    The depth of each view is brought to the scale of those before it, so that depth maps in
    different units do no harm.
    """
    own = points_in_cameras(matches, given)
    cameras = given.cam_from_world.clone()
    points = [torch.full_like(part, torch.nan) for part in own]
    placed = torch.zeros(len(own), dtype=torch.bool)
    refused: set[int] = set()
    counts = torch.bincount(
        torch.tensor([view for track in tracks for view, _ in track]), minlength=len(own)
    )
    first = int(counts.argmax())
    placed[first] = True
    points[first] = transform_points(invert(cameras[first]), own[first])
    while True:
        known = _known_points(tracks, points, placed)
        waiting = {view: k for view, k in known.items() if view not in refused}
        if not waiting:
            return Placement(cameras, placed, tuple(points))
        view = max(waiting, key=lambda v: (len(waiting[v]), -v))
        pose = _pose(view, waiting[view], matches, settings, pycolmap)
        if pose is None:
            refused.add(view)
            continue
        features, targets = _pairs(waiting[view])
        there = transform_points(pose, targets)[:, 2]
        ratio = (there / own[view][features, 2]).nanmedian()
        scale = float(ratio) if bool(ratio > 0) else 1.0
        cameras[view], placed[view] = pose, True
        points[view] = transform_points(invert(pose), scale * own[view])
        refused.clear()  # new points may place what could not be placed before


def _known_points(
    tracks: list[Track], points: list[Tensor], placed: Tensor
) -> dict[int, dict[int, Tensor]]:
    """Of each view that is not placed, world points of its features that placed views know."""
    known: dict[int, dict[int, Tensor]] = {}
    for track in tracks:
        seen = [points[view][feature] for view, feature in track if bool(placed[view])]
        seen = [point for point in seen if bool(point.isfinite().all())]
        if not seen:
            continue
        mean = torch.stack(seen).mean(0)
        for view, feature in track:
            if not bool(placed[view]):
                known.setdefault(view, {})[feature] = mean
    return known


def _pairs(known: dict[int, Tensor]) -> tuple[Tensor, Float64[Tensor, "N 3"]]:
    return torch.tensor(list(known)), torch.stack(list(known.values()))


def _pose(
    view: int,
    known: dict[int, Tensor],
    matches: Matches,
    settings: MatchSettings,
    pycolmap: ModuleType,
) -> Float64[Tensor, "4 4"] | None:
    """World-to-camera of a view from points that its features see; None if too few agree."""
    if len(known) < MIN_PLACED:
        return None
    lens = matches.lens_of(view)
    features, targets = _pairs(known)
    options = pycolmap.AbsolutePoseEstimationOptions()
    options.ransac.max_error = _MAX_ERROR_SHARE * max(lens.height, lens.width)
    options.ransac.random_seed = settings.seed
    found = pycolmap.estimate_and_refine_absolute_pose(
        matches.features[view].pixels[features].double().numpy(),
        targets.numpy(),
        camera_of(lens, pycolmap, 1),
        options,
    )
    if found is None or found["num_inliers"] < MIN_PLACED:
        return None
    return to_homogeneous(torch.from_numpy(found["cam_from_world"].matrix().copy()))
