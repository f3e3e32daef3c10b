# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How people and machines move a camera: nine kinds of path as places and directions.

A path is a proposal: ``camera_plans`` checks its poses with rays and leaves out the bad ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.world import FloatArray

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stage:
    """Where a path may go.

    Attributes:
        low: Lower corner of the box for cameras, metres.
        high: Upper corner.
        focus: [M, 3] points worth looking at.
        size_m: Typical distance to what is looked at.
        fov_rad: Full angle of view along the image's shorter side; turns stay within it.
    """

    low: Array
    high: Array
    focus: Array
    size_m: float
    fov_rad: float


@dataclass(frozen=True)
class Poses:
    """N places and directions of a path.

    Attributes:
        eyes: [N, 3], metres.
        yaw: [N] radians, 0 looks along +x, a quarter turn along +y.
        pitch: [N] radians above the horizon.
        roll: [N] radians, clockwise as the camera sees itself.
    """

    eyes: Array
    yaw: Array
    pitch: Array
    roll: Array


def cam_from_world(eye: Array, yaw: float, pitch: float, roll: float) -> FloatArray:
    """[4, 4] of a camera at ``eye`` (metres) with angles in radians as in ``Poses``."""
    level = np.array([np.cos(yaw), np.sin(yaw), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    forward = np.cos(pitch) * level + np.sin(pitch) * up
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    down = np.cross(forward, right)
    right, down = (
        np.cos(roll) * right + np.sin(roll) * down,
        np.cos(roll) * down - np.sin(roll) * right,
    )
    pose = np.eye(4)
    pose[:3, :3] = (right, down, forward)
    pose[:3, 3] = -pose[:3, :3] @ eye
    return pose.astype(np.float32)


def propose(kind: str, stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """``count`` poses along a path, the first one being the reference view.

    Args:
        kind: A name of ``PATHS``.
        stage: Where.
        count: How many.
        rng: Everything random comes from it.
    """
    poses = PATHS[kind](stage, count, rng)
    # Photographers seldom look up steeply, though things worth a look may be high.
    upwards = rng.uniform(0.2, 0.5) if rng.random() < 0.65 else 1.0
    pitch = np.where(poses.pitch > 0, upwards * poses.pitch, poses.pitch)
    pitch = pitch + rng.normal(0, np.deg2rad(1.2), count)
    roll = poses.roll + rng.normal(0, np.deg2rad(1.0), count)
    return Poses(poses.eyes, poses.yaw, np.clip(pitch, -1.5, 1.5), roll)


def _aim(eyes: Array, targets: Array) -> tuple[Array, Array]:
    """Yaw and pitch from each eye to its target."""
    away = np.broadcast_to(targets, eyes.shape) - eyes
    return np.arctan2(away[:, 1], away[:, 0]), np.arctan2(away[:, 2], np.hypot(*away[:, :2].T))


def _start(stage: Stage, rng: np.random.Generator) -> tuple[Array, Array]:
    """A place in the box and something to look at from there, at about the world's size."""
    eye = rng.uniform(stage.low, stage.high)
    away = np.linalg.norm(stage.focus - eye, axis=1) / stage.size_m
    liking = np.exp(-0.5 * np.log(np.maximum(away, 1e-3)) ** 2 / 0.6**2) + 1e-6
    target = stage.focus[rng.choice(len(stage.focus), p=liking / liking.sum())]
    return eye, target + rng.normal(0, 0.06 * stage.size_m, 3) * (1, 1, 0.5)


def _into(stage: Stage, eyes: Array) -> Array:
    return np.clip(eyes, stage.low, stage.high)


def _shuffled_from_middle(count: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """An order of an arc whose middle comes first, so that both ends overlap the reference."""
    if rng.random() < 0.4:
        return np.arange(count)
    middle = count // 2
    others = np.array([i for i in range(count) if i != middle], dtype=np.intp)
    return np.concatenate(([middle], rng.permutation(others)))


def _orbit(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """Around a thing, looking at it."""
    eye, target = _start(stage, rng)
    arc = np.deg2rad(rng.uniform(30, 120)) * rng.choice((-1, 1))
    angles = np.linspace(-0.5, 0.5, count) * arc + rng.normal(0, 0.02, count)
    angles = (angles - angles[0])[:, None]
    away = eye - target
    turned = away * np.cos(angles) + np.cross((0, 0, 1), away) * np.sin(angles)
    eyes = target + turned * rng.uniform(0.93, 1.07, (count, 1))
    eyes[:, 2] = eye[2] + np.cumsum(rng.normal(0, 0.03 * stage.size_m, count))
    eyes = _into(stage, eyes)[_shuffled_from_middle(count, rng)]
    yaw, pitch = _aim(eyes, target)
    return Poses(eyes, yaw + rng.normal(0, 0.03, count), pitch, np.zeros(count))


def _wide(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """From all over the place at one thing: large baselines, as in photo collections."""
    eye, target = _start(stage, rng)
    angles = rng.uniform(-1, 1, count) * np.deg2rad(rng.uniform(20, 65))
    angles[0] = 0
    away = eye - target
    turned = away * np.cos(angles)[:, None] + np.cross((0, 0, 1), away) * np.sin(angles)[:, None]
    eyes = target + turned * np.exp(rng.normal(0, 0.25, (count, 1)))
    eyes[:, 2] += rng.normal(0, 0.12 * stage.size_m, count)
    eyes = _into(stage, eyes)
    targets = target + rng.normal(0, 0.12 * stage.size_m, (count, 3))
    yaw, pitch = _aim(eyes, targets)
    return Poses(eyes, yaw, pitch, rng.normal(0, np.deg2rad(3), count))


def _walk(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """On foot: forwards with sway, looking ahead or at something passed by."""
    eye, target = _start(stage, rng)
    yaw0, _ = _aim(eye[None], target[None])
    yaw0 = yaw0 + rng.normal(0, 0.3)
    turn = np.cumsum(rng.normal(0, np.deg2rad(4), count)) + np.arange(count) * rng.normal(0, 0.04)
    turn -= turn[0]
    step = stage.size_m * rng.uniform(0.03, 0.16)
    heading = np.stack((np.cos(yaw0 + turn), np.sin(yaw0 + turn), np.zeros(count)), axis=1)
    eyes = eye + step * (np.cumsum(heading, axis=0) - heading[0])
    eyes[:, 2] += 0.02 * stage.size_m * np.sin(np.arange(count) * rng.uniform(1, 3))
    eyes = _into(stage, eyes)
    if rng.random() < 0.35:
        yaw, pitch = _aim(eyes, target)
    else:
        yaw, pitch = yaw0 + turn, np.full(count, rng.normal(-0.05, 0.06))
    return Poses(eyes, yaw + rng.normal(0, 0.03, count), pitch, np.zeros(count))


def _drive(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """On wheels along the long side of the box: straight, level, gentle bends."""
    eye, _ = _start(stage, rng)
    span = stage.high - stage.low
    along = 0 if span[0] >= span[1] else 1
    sign = rng.choice((-1, 1))
    yaw0 = (0.0 if sign > 0 else np.pi) if along == 0 else sign * np.pi / 2
    yaw0 += rng.normal(0, np.deg2rad(4))
    step = min(rng.uniform(0.2, 2.0), 0.08 * stage.size_m)
    # The whole drive has to fit: clipping to the box would stop the car.
    back, front = sorted((eye[along], eye[along] + sign * step * count))
    shift = max(stage.low[along] - back, 0) - max(front - stage.high[along], 0)
    eye[along] = np.clip(eye[along] + shift, stage.low[along], stage.high[along])
    bend = np.arange(count) * rng.normal(0, np.deg2rad(1.2))
    yaw = yaw0 + bend + rng.normal(0, np.deg2rad(0.4), count)
    heading = np.stack((np.cos(yaw), np.sin(yaw), np.zeros(count)), axis=1)
    eyes = _into(stage, eye + step * (np.cumsum(heading, axis=0) - heading[0]))
    side = rng.choice((0.0, 0.0, 0.0, 0.0, np.pi / 2, -np.pi / 2, np.pi))  # other cameras of a car
    return Poses(eyes, yaw + side, np.full(count, rng.normal(-0.01, 0.025)), np.zeros(count))


def _handheld(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """Video out of hand: small steps and turns, each continuing the last."""
    eye, target = _start(stage, rng)
    step = stage.size_m * rng.uniform(0.008, 0.05)
    drift = rng.normal(0, 1, 3) * (1, 1, 0.4)
    noise = rng.normal(0, 0.5, (count, 3)) * (1, 1, 0.6)
    eyes = _into(stage, eye + step * np.cumsum(drift + noise, axis=0))
    yaw, pitch = _aim(eyes[:1], target[None])
    turn = np.deg2rad(rng.uniform(0.5, 4)) * (rng.normal(0, 1) + rng.normal(0, 0.5, count))
    nod = np.deg2rad(rng.uniform(0.2, 1.5)) * (rng.normal(0, 1) + rng.normal(0, 0.5, count))
    roll = np.cumsum(rng.normal(0, np.deg2rad(0.8), count))
    return Poses(eyes, yaw + np.cumsum(turn), pitch + np.cumsum(nod), roll)


def _turn(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """A panorama: the camera turns in place."""
    eye, target = _start(stage, rng)
    yaw, pitch = _aim(eye[None], target[None])
    most = min(0.65 * stage.fov_rad, np.deg2rad(60))
    angles = rng.uniform(-1, 1, count) * most
    if rng.random() < 0.6:
        angles = np.linspace(0, rng.uniform(0.3, 1) * most * rng.choice((-1, 1)), count)
    angles[0] = 0
    nod = rng.normal(0, 0.08, count)
    return Poses(np.repeat(eye[None], count, 0), yaw + angles, pitch + nod, np.zeros(count))


def _roll(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """A camera held askew, moved a little."""
    poses = _handheld(stage, count, rng)
    most = np.deg2rad(rng.choice((15, 40, 90), p=(0.5, 0.4, 0.1)))
    return Poses(poses.eyes, poses.yaw, poses.pitch, rng.uniform(-most, most, count))


def _dolly(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """Towards a thing or away from it."""
    eye, target = _start(stage, rng)
    share = np.linspace(1, rng.uniform(0.5, 0.85), count)
    if rng.random() < 0.4:
        share = share[::-1]
    eyes = target + (eye - target) * share[:, None]
    eyes[:, 2] = eye[2] + 0.3 * (eyes[:, 2] - eye[2])
    eyes = _into(stage, eyes + rng.normal(0, 0.006 * stage.size_m, (count, 3)))
    yaw, pitch = _aim(eyes, target)
    return Poses(eyes, yaw + rng.normal(0, 0.015, count), pitch, np.zeros(count))


def _stereo(stage: Stage, count: int, rng: np.random.Generator) -> Poses:
    """Side by side and parallel, as a stereo rig moved sideways."""
    eye, target = _start(stage, rng)
    yaw, pitch = _aim(eye[None], target[None])
    right = np.array([np.sin(yaw[0]), -np.cos(yaw[0]), 0.0])
    baseline = stage.size_m * rng.uniform(0.015, 0.08) * rng.choice((-1, 1))
    eyes = eye + right * baseline * np.arange(count)[:, None]
    eyes = _into(stage, eyes + rng.normal(0, 0.002 * stage.size_m, (count, 3)))
    spread = rng.normal(0, np.deg2rad(0.5), count)
    return Poses(eyes, yaw + spread, np.repeat(pitch, count), np.zeros(count))


PATHS: dict[str, Callable[[Stage, int, np.random.Generator], Poses]] = {
    "orbit": _orbit,
    "walk": _walk,
    "drive": _drive,
    "handheld": _handheld,
    "turn": _turn,
    "wide": _wide,
    "roll": _roll,
    "dolly": _dolly,
    "stereo": _stereo,
}
"""Name -> poses of a path on a stage."""
