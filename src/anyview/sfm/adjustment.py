# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Bundle adjustment with a robust loss, and what it finds to be wrong left out."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Literal

from anyview.sfm.priors import SharedLens
from anyview.sfm.settings import MatchSettings

SELF_CALIBRATING_VIEWS = 3
"""Fewer views leave the focal length free."""

Part = Literal["points", "poses", "all"]
"""What is adjusted: points; points and poses; these and focal lengths that are not fixed."""

_KEPT_SCALES = 3.0
_ITERATIONS = 100


def adjust(
    model: Any,
    lenses: Sequence[SharedLens],
    loss_scale: float,
    settings: MatchSettings,
    pycolmap: ModuleType,
    *,
    part: Part = "all",
) -> None:
    """Move points and cameras of a reconstruction to where sightings want them, in place.

    Args:
        model: COLMAP's; camera n + 1 is lens n.
        lenses: Those that are fixed stay.
        loss_scale: Of Cauchy's loss, pixels: sightings that are farther off pull less.
        settings: Threads.
        pycolmap: The library.
        part: What may move.
    """
    options = pycolmap.BundleAdjustmentOptions()
    options.print_summary = False
    options.refine_focal_length = part == "all"
    options.refine_extra_params = False
    options.refine_rig_from_world = part != "points"
    options.ceres.loss_function_type = pycolmap.LossFunctionType.CAUCHY
    options.ceres.loss_function_scale = loss_scale
    options.ceres.solver_options.max_num_iterations = _ITERATIONS
    options.ceres.solver_options.num_threads = settings.num_threads
    config = pycolmap.BundleAdjustmentConfig()
    for image_id in sorted(model.images):
        if model.image(image_id).has_pose:
            config.add_image(image_id)
    for number, lens in enumerate(lenses, start=1):
        if lens.is_fixed:
            config.set_constant_cam_intrinsics(number)
    if part != "points":
        config.fix_gauge(pycolmap.BundleAdjustmentGauge.TWO_CAMS_FROM_WORLD)
    pycolmap.create_default_bundle_adjuster(options, config, model).solve()


def drop_outliers(model: Any, loss_scale: float, pycolmap: ModuleType) -> None:
    """Leave out sightings that are far off, and points that are left with one, in place."""
    pycolmap.ObservationManager(model).filter_all_points3D(_KEPT_SCALES * loss_scale, 0.0)
