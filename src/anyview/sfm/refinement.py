# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Given cameras made to agree with matches: robust bundle adjustment from their side.

Unlike structure from motion nothing is built up view by view: all cameras start where they are
given, all points where given depth puts them, and the loss is narrowed step by step, so that
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
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.geometry.projection import sample_map
from anyview.geometry.rotations import rotation_angle
from anyview.geometry.se3 import invert, transform_points
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.mapping import MIN_MATCHES, checked, few_matches
from anyview.sfm.matching import Matches, camera_of, match_views, view_name
from anyview.sfm.priors import LensPriors, shared_lenses
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseResult, SparseScene, scene_of
from anyview.sfm.tracks import Track, join_matches
from anyview.structures.views import View

MIN_SIGHTINGS = 20
"""Views with fewer sightings are not refined."""

MAX_TURN_DEG = 45.0
"""Cameras that turned more than this to each other (median over pairs) are not a refinement."""

MAX_FOCAL_CHANGE = 2.0
"""The same of focal lengths."""

MAX_ERROR_SHARE = 2e-3
"""Accepted median reprojection error, as a share of the longer side of the image."""

_LOSS_SHARES = (3e-2, 1e-2, 3e-3, 1e-3)
"""Scale of the robust loss in each round, as a share of the longer side of the image."""

_KEPT_SCALES = 3.0
_FOCAL_FROM_ROUND = 2
_FOCAL_FROM_VIEWS = 3
_ITERATIONS = 50


@dataclass(frozen=True)
class GivenScene:
    """Cameras and depth to start from.

    Attributes:
        cam_from_world: World-to-camera of all views.
        priors: K of all views.
        depth: z-depth of each view on a grid that covers its image, in the unit of the cameras;
            not positive or not finite where unknown.
    """

    cam_from_world: Float64[Tensor, "V 4 4"]
    priors: LensPriors
    depth: Sequence[Float[Tensor, "..."]]


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
        model = _model(matches, tracks, given, pycolmap)
        _adjust(model, matches, side * _LOSS_SHARES[0], settings, pycolmap, only_points=True)
        before = scene_of(model, matches.lenses)
        for number, share in enumerate(_LOSS_SHARES):
            focal = number >= _FOCAL_FROM_ROUND and int(before.registered.sum()) >= (
                _FOCAL_FROM_VIEWS
            )
            _adjust(model, matches, side * share, settings, pycolmap, refine_focal=focal)
            if number >= _FOCAL_FROM_ROUND:
                _drop_outliers(model, _KEPT_SCALES * side * share, pycolmap)
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


def _model(matches: Matches, tracks: list[Track], given: GivenScene, pycolmap: ModuleType) -> Any:
    """The given cameras and the points of tracks where depth puts them, as COLMAP has them."""
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
            pose = pycolmap.Rigid3d(given.cam_from_world[view, :3].numpy())
            model.add_image_with_trivial_frame(image, pose)
    places = [_places(matches, given, view) for view in range(len(matches.features))]
    for track in tracks:
        known = torch.stack([places[view][feature] for view, feature in track])
        known = known[known.isfinite().all(-1)]
        if not len(known):
            continue
        elements = [pycolmap.TrackElement(view + 1, feature) for view, feature in track]
        model.add_point3D(known.mean(0).numpy(), pycolmap.Track(elements))
    return model


def _places(matches: Matches, given: GivenScene, view: int) -> Float64[Tensor, "N 3"]:
    """Where depth puts the features of a view, in the world; NaN without depth."""
    lens, depth = matches.lens_of(view), given.depth[view].double()
    pixels = matches.features[view].pixels.double()
    size = pixels.new_tensor([lens.width, lens.height])
    grid = pixels.new_tensor([depth.shape[1], depth.shape[0]])
    usable = torch.where(depth.isfinite() & (depth > 0), depth, torch.nan)
    z = sample_map(usable[None], (pixels * grid / size)[None])[0, 0]
    ones = torch.ones(len(pixels), 1, dtype=torch.float64)
    rays = torch.cat((pixels, ones), dim=-1) @ torch.linalg.inv(lens.intrinsics).mT
    in_camera = rays * z[:, None]
    return transform_points(invert(given.cam_from_world[view]), in_camera)


def _adjust(
    model: Any,
    matches: Matches,
    loss_scale: float,
    settings: MatchSettings,
    pycolmap: ModuleType,
    *,
    only_points: bool = False,
    refine_focal: bool = False,
) -> None:
    """One bundle adjustment with Cauchy's loss; the first camera stays where it is."""
    options = pycolmap.BundleAdjustmentOptions()
    options.print_summary = False
    options.refine_focal_length = refine_focal
    options.refine_extra_params = False
    options.refine_rig_from_world = not only_points
    options.ceres.loss_function_type = pycolmap.LossFunctionType.CAUCHY
    options.ceres.loss_function_scale = loss_scale
    options.ceres.solver_options.max_num_iterations = _ITERATIONS
    options.ceres.solver_options.num_threads = settings.num_threads
    config = pycolmap.BundleAdjustmentConfig()
    for image_id in sorted(model.images):
        config.add_image(image_id)
    for number, lens in enumerate(matches.lenses, start=1):
        if lens.is_fixed:
            config.set_constant_cam_intrinsics(number)
    if not only_points:
        config.fix_gauge(pycolmap.BundleAdjustmentGauge.TWO_CAMS_FROM_WORLD)
    pycolmap.create_default_bundle_adjuster(options, config, model).solve()


def _drop_outliers(model: Any, limit: float, pycolmap: ModuleType) -> None:
    """Leave out sightings that are far off, and points that are left with one."""
    pycolmap.ObservationManager(model).filter_all_points3D(limit, 0.0)


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
        return SparseResult.failed(
            f"the matches do not fit any cameras near the network's ({after_px:.1f} px are left)"
        )
    kept = len(after.observed_view) / max(1, len(before.observed_view))
    if kept < 0.5:
        return SparseResult.failed(
            f"only {100 * kept:.0f} % of the sightings agree with cameras near the network's"
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
