# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras by matches between the images, combined with the network: ``pose="sfm"``, ``"refine"``.

The network is run first, for what it alone gives: a focal length to start from, depth, and the
cameras of images that cannot be matched. Then the scene of the matches is put where the network's
is: its first registered camera on the network's, its size that of the network's depth, so that a
metric model stays metric. Where matches do not suffice the network's answer is returned, with the
reason.
"""

import time
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Bool
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.geometry.projection import sample_map
from anyview.geometry.rays import pixel_grid
from anyview.geometry.se3 import invert, to_homogeneous
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras
from anyview.inference.depth_to_points import (
    DepthFactors,
    depth_ratios,
    fit_depth,
    with_depth_factors,
)
from anyview.inference.options import PredictOptions
from anyview.inference.undistortion import UndistortedViews, undistorted
from anyview.sfm.given_scene import GivenScene
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.mapping import reconstruct
from anyview.sfm.priors import LensPriors
from anyview.sfm.refinement import refine
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseResult, SparseScene
from anyview.structures.prediction import Prediction
from anyview.structures.views import ViewSet

if TYPE_CHECKING:
    from anyview.inference.engine import Predictor

RECORD = "pose_source"
"""Key of the record in ``Prediction.provenance``: what was asked for, what came of it."""

_NO_UNIT = "The unit of the scene is arbitrary: hardly any of its points have predicted depth."
_MIN_RATIOS = 20
_MOST_POSITIONS = 8


def check_pose_source(views: ViewSet, options: PredictOptions) -> None:
    """Refuse what matches cannot be used for, before anything is computed.

    Raises:
        OptionError: If poses are given that would have to be found.
        MissingDependencyError: If pycolmap is absent.
    """
    if options.pose == "sfm" and bool(views.posed.any()):
        raise OptionError(
            "pose='sfm' finds the poses itself: leave out the given extrinsics (intrinsics are "
            "used), or take pose='refine', which starts from them."
        )
    with quiet_pycolmap():
        pass


def predict_by_matches(
    predictor: "Predictor", views: ViewSet, options: PredictOptions, *, read_s: float = 0.0
) -> Prediction:
    """Predict a scene whose cameras are found, or refined, by matches between its images.

    Args:
        predictor: An any-view model.
        views: Of one scene.
        options: With ``pose`` ``"sfm"`` or ``"refine"``.
        read_s: Seconds that reading took, for the record.

    Raises:
        OptionError: See ``check_pose_source``.
        MissingDependencyError: If pycolmap is absent.
    """
    check_pose_source(views, options)
    prepared = predictor.prepare(views, options, read_s=read_s)
    output = predictor.run([prepared], options)
    network = predictor.finish(output, prepared, options)
    started = time.perf_counter()
    found = _find(undistorted(views, options.undistort), network, options)
    seconds = time.perf_counter() - started
    if found.result.scene is None:
        return _recorded(network, options, found, None, seconds)
    scene, in_unit = _placed(found.result.scene, network, views.posed)
    given = torch.full_like(scene.intrinsics, torch.nan)
    if views.intrinsics is not None:
        given = views.intrinsics.double().cpu()
    K = torch.where(views.calibrated[:, None, None], given, scene.intrinsics)
    with_cameras = replace(views, extrinsics=scene.cam_from_world, intrinsics=K, rig=None)
    options = replace(options, known_cameras="keep")
    again = predictor.prepare(with_cameras, options, read_s=read_s)
    if options.pose == "sfm" and again.shown != "nothing":
        output = predictor.run([again], options)
    # Refined cameras are near the network's: its depth fits them as it is, and costs nothing.
    prediction = predictor.finish(output, again, options)
    depth = fit_depth(prediction, scene)
    prediction = with_depth_factors(prediction, depth.factors)
    prediction = replace(
        prediction,
        is_metric=network.is_metric and in_unit,
        scale_note=network.scale_note if in_unit else _NO_UNIT,
        provenance=MappingProxyType(
            {
                **prediction.provenance,
                "intrinsics": "matches",
                "cameras_shown_to_network": again.shown,
            }
        ),
    )
    return _recorded(
        prediction, options, replace(found, result=SparseResult(scene)), depth, seconds
    )


@dataclass(frozen=True)
class _Found:
    """What matches gave, and the reprojection error that the network's cameras had."""

    result: SparseResult
    before_px: float | None = None


def _find(flat: UndistortedViews, network: Prediction, options: PredictOptions) -> _Found:
    """Cameras and points; pixels and K are those of the original images."""
    assert network.extrinsics is not None
    priors = _priors(flat.views, network)
    settings = MatchSettings(seed=options.seed)
    if options.pose == "sfm":
        found = _Found(reconstruct(flat.views.views, priors, settings))
    else:
        depth = [_depth_of_image(network, flat, index) for index in range(len(flat.views))]
        given = GivenScene(to_homogeneous(network.extrinsics).double(), priors, depth)
        refinement = refine(flat.views.views, given, settings)
        found = _Found(refinement.result, refinement.before_px)
    scene = found.result.scene
    if scene is None or not any(flat.lenses):
        return found
    original = torch.linalg.inv(flat.maps)
    own = original[scene.observed_view]
    pixels = scene.observed_pixel[:, None] @ own[:, :2, :2].mT
    scene = replace(
        scene,
        intrinsics=original @ scene.intrinsics,
        observed_pixel=pixels[:, 0] + own[:, :2, 2],
    )
    return replace(found, result=SparseResult(scene))


def _priors(flat: ViewSet, network: Prediction) -> LensPriors:
    """Given K as it is, else the focal length of EXIF, else that of the network."""
    predicted = network.original_intrinsics
    assert predicted is not None
    matrices = predicted.double()
    for index, view in enumerate(flat.views):
        if view.focal_px is not None:
            f, width, height = view.focal_px, view.width, view.height
            rows = [[f, 0.0, width / 2], [0.0, f, height / 2], [0.0, 0.0, 1.0]]
            matrices[index] = torch.tensor(rows, dtype=torch.float64)
    known = flat.calibrated
    return LensPriors(torch.where(known[:, None, None], flat.original_intrinsics, matrices), known)


def _depth_of_image(network: Prediction, flat: UndistortedViews, index: int) -> Tensor:
    """Depth on a grid that covers exactly an image, NaN where a crop cut it off."""
    assert network.processed_from_original is not None
    original_from_flat = torch.linalg.inv(flat.maps[index])
    affine = network.processed_from_original[index].double() @ original_from_flat
    view = flat.views.views[index]
    rows = max(1, round(view.height * float(affine[1, 1])))
    columns = max(1, round(view.width * float(affine[0, 0])))
    grid = pixel_grid(rows, columns, dtype=torch.float64)
    pixels = grid * grid.new_tensor([view.width / columns, view.height / rows])
    pixels = pixels @ affine[:2, :2].mT + affine[:2, 2]
    return sample_map(network.depth[index].double()[None], pixels)[0]


def _placed(
    scene: SparseScene, network: Prediction, posed: Bool[Tensor, " V"]
) -> tuple[SparseScene, bool]:
    """The scene where the network's is, and whether it is in the network's unit.

    With given poses it lies where they do; else its first registered camera is the network's, and
    its unit is that of the network's depth.
    """
    assert network.extrinsics is not None
    theirs = to_homogeneous(network.extrinsics).double()
    both = scene.registered
    anchors = both & posed
    if int(anchors.sum()) > 1:
        fit = align_cameras(scene.cam_from_world[anchors], theirs[anchors])
        if bool(fit.ok) and bool(fit.scale_ok):
            return _moved(scene, fit.sim3), True
    ratios = depth_ratios(network, scene)
    ratios = ratios[ratios.isfinite()]
    in_unit = len(ratios) >= _MIN_RATIOS
    scale = ratios.quantile(0.5) if in_unit else torch.tensor(1.0, dtype=torch.float64)
    chosen = anchors if bool(anchors.any()) else both
    first = int(chosen.nonzero()[0])
    # world_from_cam of the network after scaling the camera's own frame.
    own, target = scene.cam_from_world[first], invert(theirs[first])
    rotation = target[:3, :3] @ own[:3, :3]
    shift = target[:3, :3] @ (scale * own[:3, 3]) + target[:3, 3]
    return _moved(scene, Sim3(scale, rotation, shift)), in_unit


def _moved(scene: SparseScene, move: Sim3) -> SparseScene:
    """All of a scene in another frame and unit."""
    known = scene.registered
    cameras = scene.cam_from_world.clone()
    cameras[known] = move.apply_to_cameras(cameras[known])
    return replace(scene, cam_from_world=cameras, points=move.apply(scene.points))


def _recorded(
    prediction: Prediction,
    options: PredictOptions,
    found: _Found,
    depth: DepthFactors | None,
    seconds: float,
) -> Prediction:
    """The prediction with a sentence on its cameras, and the same for programs."""
    scene = found.result.scene
    record: dict[str, Any] = {"asked": options.pose, "views": len(prediction)}
    if scene is None or depth is None:
        record |= {"used": "camera", "reason": found.result.reason}
        way = "be found by" if options.pose == "sfm" else "be refined by"
        note = f"Cameras could not {way} matches, the network's are kept: {found.result.reason}."
    else:
        registered = scene.registered
        record |= {
            "used": options.pose,
            "registered": int(registered.sum()),
            "points": len(scene.points),
            "median_error_px": round(scene.median_error_px, 4),
            "median_error_before_px": None
            if found.before_px is None
            else round(found.before_px, 4),
            "depth_factor_spread": round(depth.spread, 4),
            "unregistered": (~registered).nonzero()[:, 0].tolist(),
        }
        note = _note(record)
    record |= {"note": note, "seconds": round(seconds, 4)}
    return replace(
        prediction,
        scale_note=f"{prediction.scale_note} {note}".strip(),
        provenance=MappingProxyType({**prediction.provenance, RECORD: record}),
    )


def _note(record: dict[str, Any]) -> str:
    how = "by structure from motion" if record["used"] == "sfm" else "refined by bundle adjustment"
    error = f"{record['median_error_px']:.2f} px"
    if record["median_error_before_px"] is not None:
        error += f" (before: {record['median_error_before_px']:.2f} px)"
    note = (
        f"Cameras {how}: {record['registered']} of {record['views']} views, {record['points']} "
        f"points, median reprojection error {error}. The depth of each view is scaled to the "
        f"points, by factors up to {record['depth_factor_spread']:.2f} apart."
    )
    lost = record["unregistered"]
    if lost:
        named = ", ".join(str(index) for index in lost[:_MOST_POSITIONS])
        more = ", ..." if len(lost) > _MOST_POSITIONS else ""
        note += f" Views at position {named}{more} (from 0) keep the network's cameras, aligned."
    return note
