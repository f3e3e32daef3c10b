# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Structure from motion: cameras and points from matches alone (Schoenberger and Frahm 2016)."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from anyview.sfm.adjustment import SELF_CALIBRATING_VIEWS, Part, adjust, drop_outliers
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.matching import Matches, match_views
from anyview.sfm.priors import LensPriors, shared_lenses
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseResult, SparseScene, scene_of
from anyview.structures.views import View

MIN_MATCHES = 30
"""Fewer matches in all are what unrelated images have by chance."""

MIN_POINTS = 30
"""Scenes of fewer points are not trusted."""

MIN_ANGLE_DEG = 1.0
"""Scenes whose points are seen at smaller angles (median) have no depth: the camera stood still."""

_MOST_MODELS = 4
_POLISH_PX = 1.0
_POLISH_ROUNDS = 2
_SMALL_FIRST_ANGLE_DEG = 2.0


def reconstruct(
    views: Sequence[View], priors: LensPriors, settings: MatchSettings | None = None
) -> SparseResult:
    """Find cameras and points of images; of several models that do not hang together the largest.

    Args:
        views: Images of one scene.
        priors: What is known of their lenses. Focal lengths that are not fixed are refined, from
            three views on.
        settings: How to match.

    Returns:
        The scene, or why there is none.

    Raises:
        MissingDependencyError: If pycolmap is absent.
    """
    settings = settings or MatchSettings()
    with quiet_pycolmap() as pycolmap, tempfile.TemporaryDirectory(prefix="anyview-sfm-") as name:
        if len(views) < 2:
            return SparseResult.failed("one image has nothing to be matched with")
        folder = Path(name)
        matches = match_views(views, shared_lenses(views, priors), folder, settings, pycolmap)
        if matches.num_matches < MIN_MATCHES:
            return SparseResult.failed(few_matches(matches))
        models = _map(matches, folder, settings, pycolmap)
        if not models:
            return SparseResult.failed(
                f"no two images could be placed by their matches ({matches.num_matches} in all)"
            )
        best = max(models, key=lambda model: (model.num_reg_images(), model.num_points3D()))
        # The mapper stops early: cameras drift along a sequence by what this takes out.
        several = best.num_reg_images() >= SELF_CALIBRATING_VIEWS
        for _ in range(_POLISH_ROUNDS):
            part: Part = "all" if several else "poses"
            adjust(best, matches.lenses, _POLISH_PX, settings, pycolmap, part=part)
            drop_outliers(best, _POLISH_PX, pycolmap)
        return checked(scene_of(best, matches.lenses))


def few_matches(matches: Matches) -> str:
    """Why matches do not suffice."""
    counts = sorted(len(found) for found in matches.features)
    return (
        f"only {matches.num_matches} matches between the images (of {counts[0]} to {counts[-1]} "
        "features each): too little texture, blur, or no overlap"
    )


def checked(scene: SparseScene) -> SparseResult:
    """A scene unless it is too poor to be trusted."""
    registered = int(scene.registered.sum())
    if registered < 2:
        return SparseResult.failed("fewer than two images could be placed by their matches")
    if len(scene.points) < MIN_POINTS:
        return SparseResult.failed(f"only {len(scene.points)} points could be triangulated")
    angle = float(scene.angles_deg.quantile(0.5))
    if angle < MIN_ANGLE_DEG:
        return SparseResult.failed(
            f"the points are seen at {angle:.2g} degrees from view to view: the camera hardly moved"
        )
    return SparseResult(scene)


def _map(
    matches: Matches, folder: Path, settings: MatchSettings, pycolmap: ModuleType
) -> list[Any]:
    """Models of a first attempt with usual limits; of a second too if that left many views out."""
    models: list[Any] = []
    for attempt in ("usual", "any-first-pair"):
        options = _options(matches, settings, pycolmap)
        if attempt != "usual":
            # A car that drives straight on has no pair with sideways motion or wide angles.
            options.mapper.init_max_forward_motion = 1.0
            options.mapper.init_min_tri_angle = _SMALL_FIRST_ANGLE_DEG
            options.mapper.init_min_num_inliers = MIN_MATCHES
        output = folder / attempt
        output.mkdir()
        found = pycolmap.incremental_mapping(matches.database, folder, output, options)
        models += found.values()
        if any(2 * model.num_reg_images() >= len(matches.features) for model in models):
            break
    return models


def _options(matches: Matches, settings: MatchSettings, pycolmap: ModuleType) -> Any:
    options = pycolmap.IncrementalPipelineOptions()
    options.num_threads = settings.num_threads
    options.random_seed = settings.seed
    options.extract_colors = False
    options.min_model_size = 2
    options.max_num_models = _MOST_MODELS
    views = len(matches.features)
    # Two views leave the focal length free, and all of their points are seen by two.
    options.ba_refine_focal_length = views >= SELF_CALIBRATING_VIEWS
    options.mapper.abs_pose_refine_focal_length = options.ba_refine_focal_length
    options.triangulation.ignore_two_view_tracks = views >= SELF_CALIBRATING_VIEWS
    options.constant_cameras = {
        number for number, lens in enumerate(matches.lenses, start=1) if lens.is_fixed
    }
    return options
