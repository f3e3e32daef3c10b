# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Given cameras made to agree with matches: robust bundle adjustment from their side.

Cameras start where they are given, or where given depth and the matches put them if that is nearer
to the matches; points start where given depth puts them. The loss is narrowed step by step, so that
matches which are far off at first still pull.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.geometry.rotations import rotation_angle
from anyview.sfm.adjustment import SELF_CALIBRATING_VIEWS, Part, adjust, drop_outliers
from anyview.sfm.depth_start import Placement, as_given, placed_by_depth
from anyview.sfm.given_scene import GivenScene
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.mapping import MIN_MATCHES, checked, few_matches
from anyview.sfm.matching import Matches, camera_of, match_views, view_name
from anyview.sfm.priors import shared_lenses
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseResult, SparseScene, scene_of
from anyview.sfm.tracks import Track, join_matches
from anyview.structures.views import View

MIN_SIGHTINGS = 20
"""Views with fewer sightings are not refined."""

MIN_VIEWS = 2
"""Views that must be left."""

MIN_KEPT = 0.4
"""Share of its sightings that a view, and the scene, must keep."""

MAX_TURN_DEG = 45.0
"""Cameras that turned more than this to each other (median over pairs) are not a refinement."""

MAX_FOCAL_CHANGE = 2.0
"""The same of focal lengths."""

MAX_ERROR_SHARE = 1e-3
"""Accepted median reprojection error, as a share of the longer side of the image."""

_LOSS_SHARES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-3)
"""Scale of the robust loss in each round, as a share of the longer side of the image."""

_DROP_FROM_ROUND = 3
_FOCAL_FROM_ROUND = 4
_NO_FIT = "the matches do not fit any cameras near the given ones"


@dataclass(frozen=True)
class Refinement:
    """What bundle adjustment made of given cameras.

    Attributes:
        result: The refined scene, or why the given cameras are better kept.
        before_px: Median reprojection error of the same sightings with the given cameras, their
            points at the best place for them; NaN where there was nothing to compare.
    """

    result: SparseResult
    before_px: float = float("nan")


def refine(
    views: Sequence[View], given: GivenScene, settings: MatchSettings | None = None
) -> Refinement:
    """Adjust cameras to matches between the images.

    Args:
        views: Images of one scene.
        given: Where to start.
        settings: How to match.

    Returns:
        The refined scene in about the given frame; its scale may have drifted.

    Raises:
        MissingDependencyError: If pycolmap is absent.
    """
    settings = settings or MatchSettings()
    with quiet_pycolmap() as pycolmap, tempfile.TemporaryDirectory(prefix="anyview-sfm-") as name:
        if len(views) < 2:
            return Refinement(SparseResult.failed("one image has nothing to be matched with"))
        lenses = shared_lenses(views, given.priors)
        matches = match_views(views, lenses, Path(name), settings, pycolmap)
        if matches.num_matches < MIN_MATCHES:
            return Refinement(SparseResult.failed(few_matches(matches)))
        tracks = join_matches([len(found) for found in matches.features], matches.pairs)
        tracks = _connected(tracks, len(views))
        if not tracks:
            return Refinement(
                SparseResult.failed("no two images share enough matches that agree with each other")
            )
        side = max(max(view.height, view.width) for view in views)
        before, model = _better_start(matches, tracks, given, settings, pycolmap)
        for number, share in enumerate(_LOSS_SHARES):
            several = model.num_reg_images() >= SELF_CALIBRATING_VIEWS
            part: Part = "all" if number >= _FOCAL_FROM_ROUND and several else "poses"
            adjust(model, matches.lenses, side * share, settings, pycolmap, part=part)
            if number >= _DROP_FROM_ROUND:
                drop_outliers(model, side * share, pycolmap)
                _drop_views(model, before)
                if model.num_reg_images() < MIN_VIEWS:
                    return Refinement(SparseResult.failed(_NO_FIT), before.median_error_px)
        refined = scene_of(model, matches.lenses)
        return Refinement(_judged(before, refined, side), before.median_error_px)


def _connected(tracks: list[Track], num_views: int) -> list[Track]:
    """Tracks of the largest group of views that hang together, each with enough sightings."""
    kept = set(range(num_views))
    while True:
        tracks = [part for track in tracks if len(part := _only(track, kept)) > 1]
        group = _largest_group(tracks)
        counts = np.bincount([view for track in tracks for view, _ in track], minlength=num_views)
        remaining = {view for view in group if counts[view] >= MIN_SIGHTINGS}
        if remaining == kept:
            return tracks
        if len(remaining) < 2:
            return []
        kept = remaining


def _only(track: Track, views: set[int]) -> Track:
    return tuple(sighting for sighting in track if sighting[0] in views)


def _largest_group(tracks: list[Track]) -> set[int]:
    """Views that tracks connect; among equals the group of the first view."""
    groups: list[set[int]] = []
    for views in {tuple(view for view, _ in track) for track in tracks}:
        joined = set(views)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return max(groups, key=lambda group: (len(group), -min(group)), default=set())


def _better_start(
    matches: Matches,
    tracks: list[Track],
    given: GivenScene,
    settings: MatchSettings,
    pycolmap: ModuleType,
) -> tuple[SparseScene, Any]:
    """The scene of the given cameras, and the model to adjust: theirs, or by depth if nearer."""
    side = max(max(lens.height, lens.width) for lens in matches.lenses)
    models = []
    for start in (
        as_given(matches, given),
        placed_by_depth(matches, tracks, given, settings, pycolmap),
    ):
        model = _model(matches, tracks, start, pycolmap)
        adjust(model, matches.lenses, side * _LOSS_SHARES[0], settings, pycolmap, part="points")
        models.append(model)
    before, other = (scene_of(model, matches.lenses) for model in models)
    return before, models[int(other.median_error_px < before.median_error_px)]


def _model(matches: Matches, tracks: list[Track], start: Placement, pycolmap: ModuleType) -> Any:
    """Cameras, and the points of tracks where depth puts them, as COLMAP has them."""
    model = pycolmap.Reconstruction()
    seen = {view for track in tracks for view, _ in track}
    for number, lens in enumerate(matches.lenses, start=1):
        model.add_camera_with_trivial_rig(camera_of(lens, pycolmap, number))
        for view in sorted(seen.intersection(lens.views)):
            image = pycolmap.Image(
                view_name(view),
                matches.features[view].keypoints[:, :2].astype(np.float64),
                number,
                view + 1,
            )
            pose = pycolmap.Rigid3d(start.cam_from_world[view, :3].numpy())
            model.add_image_with_trivial_frame(image, pose)
    for track in tracks:
        known = torch.stack([start.points[view][feature] for view, feature in track])
        known = known[known.isfinite().all(-1)]
        if not len(known):
            continue
        elements = [pycolmap.TrackElement(view + 1, feature) for view, feature in track]
        model.add_point3D(known.mean(0).numpy(), pycolmap.Track(elements))
    return model


def _drop_views(model: Any, before: SparseScene) -> None:
    """Leave out views that most of their sightings contradict: theirs is another place."""
    counts = before.num_sightings()
    for image_id in sorted(model.images):
        image = model.image(image_id)
        least = max(MIN_SIGHTINGS, MIN_KEPT * int(counts[image_id - 1]))
        if image.has_pose and image.num_points3D < least:
            model.deregister_frame(image.frame_id)


def _judged(before: SparseScene, after: SparseScene, side: int) -> SparseResult:
    """The refined scene if it is one."""
    before_px, after_px = before.median_error_px, after.median_error_px
    result = checked(after)
    if result.scene is None:
        return result
    if not after_px < before_px:
        return SparseResult.failed(
            f"the reprojection error did not fall ({before_px:.2f} to {after_px:.2f} px)"
        )
    if after_px > MAX_ERROR_SHARE * side:
        return SparseResult.failed(f"{_NO_FIT} ({after_px:.1f} px are left)")
    kept = len(after.observed_view) / max(1, len(before.observed_view))
    if kept < MIN_KEPT:
        return SparseResult.failed(
            f"only {100 * kept:.0f} % of the sightings agree with cameras near the given ones"
        )
    both = after.registered & before.registered
    turn = torch.rad2deg(_relative_turn(before.cam_from_world[both], after.cam_from_world[both]))
    if float(turn) > MAX_TURN_DEG:
        return SparseResult.failed(
            f"the cameras would turn by {float(turn):.0f} degrees to each other"
        )
    focal = (after.intrinsics / before.intrinsics)[both, 0, 0].log().abs().max().exp()
    if float(focal) > MAX_FOCAL_CHANGE:
        return SparseResult.failed(f"the focal length would change {float(focal):.1f}-fold")
    return result


def _relative_turn(
    before: Float64[Tensor, "N 4 4"], after: Float64[Tensor, "N 4 4"]
) -> Float64[Tensor, ""]:
    """Median over pairs of the angle between relative rotations before and after."""
    first, second = torch.combinations(torch.arange(len(before))).unbind(-1)
    old, new = (cameras[second, :3, :3] @ cameras[first, :3, :3].mT for cameras in (before, after))
    return rotation_angle(old.mT @ new).quantile(0.5)
