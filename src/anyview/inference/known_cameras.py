# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Known camera poses: how they are given to the network, and its answer moved to their frame.

The network sees poses relative to the first view, divided by their spread. Its own cameras come
back near them but not on them, so the answer is moved by the similarity that takes the predicted
cameras to the given ones. All views count, with their orientations: two views and straight paths
are well posed (a fit of camera centres alone is not).
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.geometry.cameras import normalize_known_cameras
from anyview.geometry.se3 import camera_centres, invert
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras

MAX_DISAGREEMENT_DEG = 30.0
"""Predicted orientations farther off the given ones (root mean square) say nothing of the scale."""

MIN_BASELINE_SHARE = 1e-6
"""Camera centres nearer than this share of their distance to the origin are one point."""


@dataclass(frozen=True)
class KnownPoses:
    """Given poses, in their own frame and as the network gets them.

    Attributes:
        extrinsics: World-to-camera, in the caller's world frame and unit.
        normalized: Relative to the first view, translations divided by ``spread``.
        spread: What they were divided by, in the caller's unit.
    """

    extrinsics: Float64[Tensor, "V 4 4"]
    normalized: Float[Tensor, "V 4 4"]
    spread: float

    @property
    def has_baseline(self) -> bool:
        """Whether the cameras stand in different places, so that there is a unit of length."""
        centres = camera_centres(self.extrinsics)
        farthest = (centres - centres[:1]).norm(dim=-1).max()
        return bool(farthest > MIN_BASELINE_SHARE * centres.norm(dim=-1).max())


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
    """
    extrinsics = extrinsics.detach().cpu().double()
    normalized, spread = normalize_known_cameras(extrinsics)
    return KnownPoses(extrinsics, normalized.float(), float(spread))


def place(
    predicted: Float[Tensor, "V 4 4"], known: KnownPoses, network_scale: float = 1.0
) -> Placement:
    """Find the similarity from the network's world to the caller's; never fails.

    Where predicted cameras do not determine it (they coincide, or contradict the given ones), the
    network is taken at its word: its world is the first camera's, at the scale that the poses
    were given to it.

    Args:
        predicted: World-to-camera in the network's frame.
        known: The given poses of the same views.
        network_scale: What the network multiplied its lengths by (nested networks: to metres).
    """
    baseline = known.has_baseline
    result = align_cameras(predicted.double(), known.extrinsics, with_scale=baseline)
    placed = result.sim3.to(dtype=torch.float64)
    assert result.angle_rms_rad is not None
    off_deg = math.degrees(float(result.angle_rms_rad))
    found = bool(result.ok) and off_deg <= MAX_DISAGREEMENT_DEG
    if found and (not baseline or bool(result.scale_ok)):
        if baseline:
            return Placement(
                placed,
                True,
                "Depth is in the unit of the given poses; the network's own cameras lie "
                f"{float(result.rms):.3g} units and "
                f"{off_deg:.2g} degrees off them.",
            )
        return Placement(placed, False, _without_baseline(len(predicted)))
    world_from_first = invert(known.extrinsics[0])
    scale = known.spread / network_scale if baseline else 1.0
    anchored = Sim3(
        torch.tensor(scale, dtype=torch.float64), world_from_first[:3, :3], world_from_first[:3, 3]
    )
    if not baseline:
        return Placement(anchored, False, _without_baseline(len(predicted)))
    # Up to the colon: what follows is what the solver assumed, which is not used here.
    cause = result.reason.partition(":")[0] or f"orientations differ by {off_deg:.0f} degrees"
    return Placement(
        anchored,
        True,
        "Depth is in the unit of the given poses, at the scale at which they were shown to the "
        f"network: its own cameras could not be aligned to them ({cause}).",
    )


def _without_baseline(views: int) -> str:
    many = "One pose fixes" if views == 1 else "Poses that share one camera centre fix"
    return f"{many} no scale: depth keeps the network's own."
