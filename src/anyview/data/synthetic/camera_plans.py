# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The cameras of a scene: paths proposed until enough of their views are good."""

from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic.camera_checks import look, overlap_with_first, usable
from anyview.data.synthetic.camera_paths import PATHS, Stage, cam_from_world, propose
from anyview.data.synthetic.lens import sample_intrinsics
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.world import Camera, World

LEAST_OVERLAP = 0.25
"""Every view shares so much of what it sees with the first one."""
TRIES = 12
CALM_TRIES = 8
"""Afterwards: paths of small motions, which fit nearly anywhere."""
SPARE = 5
"""Poses proposed beyond those wanted, so that a bad one costs no new path."""

_ANY = {
    "orbit": 0.20, "walk": 0.10, "drive": 0.03, "handheld": 0.08, "turn": 0.06, "wide": 0.40,
    "roll": 0.04, "dolly": 0.05, "stereo": 0.04,
}  # fmt: skip
_WEIGHTS = {
    "street": _ANY | {"drive": 1.1, "walk": 0.4, "roll": 0.03},
    "tabletop": _ANY | {"drive": 0.0, "walk": 0.0, "orbit": 0.3},
    "clutter": _ANY | {"drive": 0.0},
    "aerial": _ANY | {"drive": 0.15, "turn": 0.0},
}
"""Kind of world -> how often each path is taken; ``_ANY`` for other kinds."""


@dataclass(frozen=True)
class Framing:
    """What images are wanted.

    Attributes:
        width: Pixels.
        height: Pixels.
        views: How many.
        fov_range: Smallest and largest angle of view along the longer side, degrees.
    """

    width: int
    height: int
    views: int
    fov_range: tuple[float, float] = (30.0, 120.0)


@dataclass(frozen=True)
class CameraPlan:
    """Cameras along a path, the first one being the reference view."""

    path: str
    cameras: list[Camera]


def plan_cameras(
    world: World, caster: Raycaster, framing: Framing, rng: np.random.Generator
) -> CameraPlan | None:
    """Cameras that see the world well, or None if it has no room for any.

    Args:
        world: The world; its box, focus points and size guide the paths.
        caster: Of this world.
        framing: What images are wanted.
        rng: Everything random comes from it.
    """
    weights = _WEIGHTS.get(world.kind, _ANY)
    shares = np.array([weights[name] for name in PATHS])
    kind = str(rng.choice(list(PATHS), p=shares / shares.sum()))
    for attempt in range(TRIES):
        if attempt == TRIES // 2:
            kind = str(rng.choice(list(PATHS), p=shares / shares.sum()))
        cameras = _try(kind, world, caster, framing, rng)
        if cameras is not None:
            return CameraPlan(kind, cameras)
    for _ in range(CALM_TRIES):
        kind = str(rng.choice(("handheld", "turn", "stereo")))
        cameras = _try(kind, world, caster, framing, rng)
        if cameras is not None:
            return CameraPlan(kind, cameras)
    return None


def _try(
    kind: str, world: World, caster: Raycaster, framing: Framing, rng: np.random.Generator
) -> list[Camera] | None:
    """One path; None if too few of its views are good."""
    count, size = framing.views + SPARE, (framing.width, framing.height)
    intrinsics = sample_intrinsics(size, framing.fov_range, count, rng)
    stage = Stage(
        low=world.camera_low.astype(np.float64),
        high=world.camera_high.astype(np.float64),
        focus=world.focus.astype(np.float64),
        size_m=world.size_m,
        fov_rad=2 * float(np.arctan(0.5 * min(size) / intrinsics[0, 0, 0])),
    )
    proposed = propose(kind, stage, count, rng)
    poses = np.stack(
        [
            cam_from_world(eye, float(yaw), float(pitch), float(roll))
            for eye, yaw, pitch, roll in zip(
                proposed.eyes, proposed.yaw, proposed.pitch, proposed.roll, strict=True
            )
        ]
    )
    seen = look(caster, intrinsics, poses, size)
    good = usable(world, caster, seen)
    if good[0] and good.sum() >= framing.views:
        good &= overlap_with_first(caster, seen, intrinsics, poses, size) >= LEAST_OVERLAP
    chosen = np.flatnonzero(good)[: framing.views]
    if len(chosen) < framing.views or chosen[0] != 0:
        return None
    return [
        Camera(intrinsics[i].astype(np.float32), poses[i], framing.height, framing.width)
        for i in chosen
    ]
