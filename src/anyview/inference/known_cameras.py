# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Known camera poses: how they are given to the network, and its answer moved to their frame.

The network sees poses relative to the first view, divided by their spread. Its own cameras come
back near them but not on them, so the answer is moved by the similarity that takes the predicted
cameras to the given ones. All views count, with their orientations: two views and straight paths
are well posed (a fit of camera centres alone is not).

Where only some poses are known the network is shown none of them, because it takes cameras of all
views or of none, and the same fit over the known views brings its answer to their frame.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.geometry.cameras import normalize_known_cameras
from anyview.geometry.se3 import camera_centres
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras

MAX_DISAGREEMENT_DEG = 30.0
"""Predicted orientations farther off the given ones (root mean square) say nothing of the scale."""

MIN_BASELINE_SHARE = 1e-6
"""Camera centres nearer than this share of their distance to the origin are one point."""


@dataclass(frozen=True)
class KnownPoses:
    """Given poses, in their own frame and as the network gets them; NaN where unknown.

    Attributes:
        extrinsics: World-to-camera, in the caller's world frame and unit.
        normalized: Relative to the first known view, translations divided by ``spread``.
        spread: What they were divided by, in the caller's unit.
    """

    extrinsics: Float64[Tensor, "V 4 4"]
    normalized: Float[Tensor, "V 4 4"]
    spread: float

    @property
    def known(self) -> Bool[Tensor, " V"]:
        """Which views have a given pose; at least one."""
        return ~self.extrinsics[:, 0, 0].isnan()

    @property
    def complete(self) -> bool:
        """Whether every view has a given pose."""
        return bool(self.known.all())

    @property
    def has_baseline(self) -> bool:
        """Whether the cameras stand in different places, so that there is a unit of length."""
        return _has_baseline(self.extrinsics[self.known])

    def over(self, others: Float[Tensor, "V 4 4"]) -> Float[Tensor, "V 4 4"]:
        """The given pose where there is one, else the other."""
        given = self.extrinsics.to(others.dtype)
        return torch.where(self.known[:, None, None], given, others)


@dataclass(frozen=True)
class Placement:
    """Where the network's world lies in the caller's.

    Attributes:
        given_from_network: The similarity; its scale is 1 where the poses fix no unit.
        in_given_unit: Whether lengths are in the unit of the given poses after the move.
        note: One sentence on how it was found.
    """

    given_from_network: Sim3
    in_given_unit: bool
    note: str


def known_poses(extrinsics: Float[Tensor, "V 4 4"]) -> KnownPoses:
    """Prepare given poses for the network.

    In float64: world origins a thousand kilometres away, as in map coordinates, lose nothing.

    Args:
        extrinsics: World-to-camera, NaN where unknown; at least one is known.
    """
    extrinsics = extrinsics.detach().cpu().double()
    known = ~extrinsics[:, 0, 0].isnan()
    shown, spread = normalize_known_cameras(extrinsics[known])
    normalized = torch.full_like(extrinsics, torch.nan, dtype=torch.float32)
    normalized[known] = shown.float()
    return KnownPoses(extrinsics, normalized, float(spread))


def place(
    predicted: Float[Tensor, "V 4 4"], known: KnownPoses, network_scale: float = 1.0
) -> Placement:
    """Find the similarity from the network's world to the caller's; never fails.

    Where predicted cameras do not determine it (they coincide, or contradict the given ones), the
    network is anchored at the first known view. Its scale is then the one at which the poses were
    shown to it or, where it was shown none, that which makes the known cameras' spreads equal.

    Args:
        predicted: World-to-camera in the network's frame, of all views.
        known: The given poses of the same views, or of some.
        network_scale: What the network multiplied its lengths by (nested networks: to metres).
    """
    baseline, chosen = known.has_baseline, known.known
    source, target = predicted.double()[chosen], known.extrinsics[chosen]
    result = align_cameras(source, target, with_scale=baseline)
    placed = result.sim3.to(dtype=torch.float64)
    assert result.angle_rms_rad is not None
    off_deg = math.degrees(float(result.angle_rms_rad))
    found = bool(result.ok) and off_deg <= MAX_DISAGREEMENT_DEG
    if found and (not baseline or bool(result.scale_ok)):
        if not baseline:
            return Placement(placed, False, _without_baseline(len(source)))
        note = (
            "Depth is in the unit of the given poses; the network's own cameras lie "
            f"{float(result.rms):.3g} units and {off_deg:.2g} degrees off them."
        )
        return Placement(placed, True, note)
    # Up to the colon: what follows is what the solver assumed, which is not used here.
    cause = result.reason.partition(":")[0] or f"orientations differ by {off_deg:.0f} degrees"
    if known.complete:
        scale = known.spread / network_scale if baseline else 1.0
        anchored = _anchored(torch.eye(4, dtype=torch.float64), target[0], scale)
        how = "at the scale at which they were shown to the network"
    else:
        baseline = baseline and bool(source.isfinite().all()) and _has_baseline(source)
        scale = _spread(target) / _spread(source) if baseline else 1.0
        anchored = _anchored(source[0], target[0], scale)
        how = "at the scale that gives the known cameras their spread"
    if not baseline:
        return Placement(anchored, False, _without_baseline(len(source)))
    note = (
        f"Depth is in the unit of the given poses, {how}: the network's own cameras could not be "
        f"aligned to them ({cause})."
    )
    return Placement(anchored, True, note)


def _has_baseline(cam_from_world: Float64[Tensor, "V 4 4"]) -> bool:
    centres = camera_centres(cam_from_world)
    farthest = (centres - centres[:1]).norm(dim=-1).max()
    return bool(farthest > MIN_BASELINE_SHARE * centres.norm(dim=-1).max())


def _spread(cam_from_world: Float64[Tensor, "V 4 4"]) -> float:
    """Root mean square distance of camera centres from their mean."""
    centres = camera_centres(cam_from_world)
    return float((centres - centres.mean(0)).square().sum(-1).mean().sqrt())


def _anchored(source: Float64[Tensor, "4 4"], target: Float64[Tensor, "4 4"], scale: float) -> Sim3:
    """The similarity of a scale that takes one camera to another; from the origin if it is NaN."""
    source = source if bool(source.isfinite().all()) else torch.eye(4, dtype=torch.float64)
    rotation = target[:3, :3].mT @ source[:3, :3]
    shift = camera_centres(target) - scale * (rotation @ camera_centres(source))
    return Sim3(torch.tensor(scale, dtype=torch.float64), rotation, shift)


def _without_baseline(views: int) -> str:
    many = "One pose fixes" if views == 1 else "Poses that share one camera centre fix"
    return f"{many} no scale: depth keeps the network's own."
