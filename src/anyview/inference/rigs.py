# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a known rig adds to a scene: poses beside known ones, a unit, and exact cameras."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.rig_pose import fit_rig
from anyview.geometry.se3 import camera_centres, invert
from anyview.structures.rig import Rig
from anyview.structures.views import ViewSet

MAX_ANGLE_DEG = 2.0
"""Given poses of one frame may differ from the rig by this much."""

MAX_OFFSET_SHARE = 0.05
"""And by this share of the rig's longest baseline."""


@dataclass(frozen=True)
class RigScale:
    """The unit that a rig gives to predicted cameras.

    Attributes:
        factor: Multiplies predicted lengths; 1 where there is none.
        ok: Whether predicted baselines determine it.
        holds: Whether cameras can be put on the rig at that scale, perhaps a wrong one.
        note: One sentence on how it was found or why not.
    """

    factor: float
    ok: bool
    holds: bool
    note: str


def poses_with_rig(views: ViewSet) -> Float64[Tensor, "V 4 4"] | None:
    """Given poses, and those that follow from them by the rig; NaN where unknown.

    A pose of one view of a frame fixes the poses of all views of that frame; what was given stays
    as it is.

    Args:
        views: With a rig or without.

    Returns:
        None if no pose is known.

    Raises:
        InputError: If poses of one frame contradict the rig; names the views.
    """
    posed = views.posed
    if not bool(posed.any()):
        return None
    assert views.extrinsics is not None
    given = views.extrinsics.detach().cpu().double()
    if views.rig is None:
        return given
    _check_agreement(given, views)
    rig = views.rig
    own = rig.cam_from_rig[rig.camera_of_view]
    fit = fit_rig(given[posed], own[posed], rig.frame_of_view[posed], scale=1.0)
    track = torch.full((rig.num_frames, 4, 4), torch.nan, dtype=torch.float64)
    track[: len(fit.rig_from_world)] = fit.rig_from_world
    return torch.where(posed[:, None, None], given, rig.cam_from_world(track))


def rig_scale(predicted: Float[Tensor, "V 4 4"], rig: Rig) -> RigScale:
    """The factor that brings predicted lengths to the unit of the rig.

    Args:
        predicted: World-to-camera of all views.
        rig: Of the same views.
    """
    if not bool(predicted.isfinite().all()):
        note = "The rig gives no scale: a predicted camera is not finite."
        return RigScale(1.0, False, False, note)
    fit = fit_rig(predicted, rig.cam_from_rig[rig.camera_of_view], rig.frame_of_view)
    if not fit.scale_ok:
        holds = _has_pairs(rig)
        held = (
            " Cameras are put on it all the same, at the length of the predicted baselines: do "
            "not trust the scale of depth."
        )
        note = f"The rig gives no scale: {fit.reason}.{held if holds else ''}"
        return RigScale(fit.scale, False, holds, note)
    note = (
        "Depth is in the unit of the rig, whose baselines the predicted ones fit with a median "
        f"deviation of {100 * fit.baseline_spread:.2g} %; the network's own cameras lay "
        f"{fit.rms:.3g} units and {math.degrees(fit.angle_rms_rad):.2g} degrees off the rig."
    )
    return RigScale(fit.scale, True, True, note)


def on_rig(cameras: Float[Tensor, "V 4 4"], rig: Rig) -> Float[Tensor, "V 4 4"]:
    """The nearest cameras that are fixed to each other exactly as the rig says.

    Args:
        cameras: World-to-camera in the unit of the rig; returned as they are if one is not finite.
        rig: Of the same views.
    """
    if not bool(cameras.isfinite().all()):
        return cameras
    own = rig.cam_from_rig[rig.camera_of_view]
    fit = fit_rig(cameras, own, rig.frame_of_view, scale=1.0)
    return rig.cam_from_world(fit.rig_from_world).to(cameras.dtype)


def has_arms(rig: Rig) -> bool:
    """Whether two cameras of the rig stand in different places, so that it has a unit."""
    return _longest_baseline(rig) > 0


def _check_agreement(given: Float64[Tensor, "V 4 4"], views: ViewSet) -> None:
    """Refuse given poses whose motion within a frame is not the rig's."""
    rig, posed = views.rig, views.posed
    assert rig is not None
    longest = _longest_baseline(rig)
    centres = camera_centres(given[posed])
    spread = float((centres - centres.mean(0)).norm(dim=-1).max())
    tolerance = MAX_OFFSET_SHARE * longest if longest > 0 else 0.01 * spread
    own = rig.cam_from_rig[rig.camera_of_view]
    by_frame: dict[int, list[int]] = {}
    for view in posed.nonzero()[:, 0].tolist():
        by_frame.setdefault(int(rig.frame_of_view[view]), []).append(view)
    for frame, (first, *others) in by_frame.items():
        for other in others:
            between = given[other] @ invert(given[first])
            wanted = own[other] @ invert(own[first])
            off = between @ invert(wanted)
            chord = float((off[:3, :3] - torch.eye(3)).norm()) / 8**0.5
            angle = math.degrees(2 * math.asin(min(1.0, chord)))
            offset = float((camera_centres(between) - camera_centres(wanted)).norm())
            if angle <= MAX_ANGLE_DEG and offset <= tolerance:
                continue
            lengths = [float(camera_centres(matrix).norm()) for matrix in (between, wanted)]
            names = " and ".join(repr(views.views[view].name) for view in (first, other))
            raise InputError(
                f"The given poses of views {names}, both of frame {frame}, contradict the rig: "
                f"they differ from it by {angle:.2g} degrees and {offset:.3g} units, with a "
                f"baseline of {lengths[0]:.4g} instead of {lengths[1]:.4g}. Accepted are "
                f"{MAX_ANGLE_DEG:g} degrees and {tolerance:.3g} units. Give poses and rig in one "
                "unit, check which camera took which view, or leave one of the two out."
            )


def _has_pairs(rig: Rig) -> bool:
    """Whether a frame has two views."""
    return bool((torch.bincount(rig.frame_of_view) > 1).any())


def _longest_baseline(rig: Rig) -> float:
    centres = camera_centres(rig.cam_from_rig)
    longest = float(torch.cdist(centres, centres).max())
    return longest if longest > 1e-9 * max(1.0, float(centres.norm(dim=-1).max())) else 0.0
