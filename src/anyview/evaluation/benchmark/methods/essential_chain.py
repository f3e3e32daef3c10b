# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of a sequence by essential matrices (Nister 2004) of pairs, chained view by view.

A pair leaves the length of its step free. It is taken from points that the pair shares with the
one before: their depth in the view in the middle must be the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.structures.views import View

_RATIO = 0.8  # Lowe 2004
_LEAST_INLIERS = 15
_LEAST_SHARED = 5
_CONFIDENCE = 0.9999
_FAR = 1e3  # times the baseline: recoverPose counts points up to here

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class ChainSettings:
    """Limits.

    Attributes:
        max_features: Of an image.
        threshold_px: Distance from an epipolar line up to which a match fits.
        look_back: How many earlier views a view is matched with until one fits.
    """

    max_features: int
    threshold_px: float
    look_back: int


@dataclass(frozen=True)
class Chain:
    """Cameras of a sequence.

    Attributes:
        cam_from_world: World-to-camera, the first view at the origin; NaN where not placed.
        unscaled_links: Steps whose length no shared point gave; theirs is that of the last step.
    """

    cam_from_world: Float64[Tensor, "V 4 4"]
    unscaled_links: int

    @property
    def num_placed(self) -> int:
        """Views with a pose."""
        return int((~self.cam_from_world[:, 0, 0].isnan()).sum())


@dataclass(frozen=True)
class _Pair:
    """Relative pose with a step of length 1, and points by feature of the second view."""

    second_from_first: Array
    depth_first: dict[int, float]
    depth_second: dict[int, float]


def chain_cameras(
    views: Sequence[View],
    intrinsics: Float64[Tensor, "V 3 3"],
    settings: ChainSettings,
    cv2: ModuleType,
) -> Chain:
    """Place views one after the other, each by the nearest earlier view that it matches.

    Args:
        views: In the order of the sequence.
        intrinsics: K in pixels of each image, centres at +0.5.
        settings: Limits.
        cv2: The library.
    """
    K = intrinsics.numpy()
    features = [_features(view, settings, cv2) for view in views]
    poses = np.full((len(views), 4, 4), np.nan)
    poses[0] = np.eye(4)
    # Of each placed view: depth of its features in the chain's unit.
    depths: dict[int, dict[int, float]] = {0: {}}
    unscaled, last_step = 0, 1.0
    for view in range(1, len(views)):
        for earlier in range(view - 1, max(-1, view - 1 - settings.look_back), -1):
            if earlier not in depths:
                continue
            pair = _pair(features[earlier], features[view], K[earlier], K[view], settings, cv2)
            if pair is None:
                continue
            shared = sorted(pair.depth_first.keys() & depths[earlier].keys())
            ratios = [depths[earlier][i] / pair.depth_first[i] for i in shared]
            if len(ratios) >= _LEAST_SHARED:
                last_step = float(np.median(ratios))
            elif len(depths) > 1:
                unscaled += 1
            step = pair.second_from_first.copy()
            step[:3, 3] *= last_step
            poses[view] = step @ poses[earlier]
            depths[view] = {i: z * last_step for i, z in pair.depth_second.items()}
            scaled = {i: z * last_step for i, z in pair.depth_first.items()}
            depths[earlier] = {**scaled, **depths[earlier]}
            break
    return Chain(torch.from_numpy(poses), unscaled)


def _features(view: View, settings: ChainSettings, cv2: ModuleType) -> tuple[Array, Array | None]:
    """Pixels with centres at +0.5, and descriptors."""
    grey = cv2.cvtColor(
        np.ascontiguousarray(view.image.permute(1, 2, 0).numpy()), cv2.COLOR_RGB2GRAY
    )
    mask = None
    if view.mask is not None:
        mask = np.where(view.mask.numpy(), 0, 255).astype(np.uint8)
    sift = cv2.SIFT_create(nfeatures=settings.max_features)
    found, descriptors = sift.detectAndCompute(grey, mask)
    pixels = np.array([point.pt for point in found], dtype=np.float64).reshape(-1, 2)
    return pixels + 0.5, descriptors


def _matches(first: Array | None, second: Array | None, cv2: ModuleType) -> Array:
    """[M, 2] features that are each other's nearest, clearly nearer than the next."""
    if first is None or second is None or min(len(first), len(second)) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    matcher = cv2.BFMatcher(cv2.NORM_L2)

    def nearest(query: Array, train: Array) -> dict[int, int]:
        found = matcher.knnMatch(query, train, k=2)
        return {a.queryIdx: a.trainIdx for a, b in found if a.distance < _RATIO * b.distance}

    there, back = nearest(first, second), nearest(second, first)
    both = [(i, j) for i, j in there.items() if back.get(j) == i]
    return np.array(both, dtype=np.int64).reshape(-1, 2)


def _pair(
    first: tuple[Array, Array | None],
    second: tuple[Array, Array | None],
    K_first: Array,
    K_second: Array,
    settings: ChainSettings,
    cv2: ModuleType,
) -> _Pair | None:
    """The relative pose of two views, or None if their matches do not give one."""
    rows = _matches(first[1], second[1], cv2)
    if len(rows) < _LEAST_INLIERS:
        return None
    # On the plane at distance 1, where two different lenses are one.
    a = _on_plane(first[0][rows[:, 0]], K_first)
    b = _on_plane(second[0][rows[:, 1]], K_second)
    focal = float(np.mean([K_first[0, 0], K_first[1, 1], K_second[0, 0], K_second[1, 1]]))
    essential, inliers = cv2.findEssentialMat(
        a, b, np.eye(3), cv2.RANSAC, _CONFIDENCE, settings.threshold_px / focal
    )
    # Several solutions come stacked; the first has most inliers.
    if essential is None or essential.shape[0] < 3 or int(inliers.sum()) < _LEAST_INLIERS:
        return None
    _, R, t, in_front, points = cv2.recoverPose(
        essential[:3], a, b, np.eye(3), distanceThresh=_FAR, mask=inliers.copy()
    )
    kept = in_front[:, 0] > 0
    if int(kept.sum()) < _LEAST_INLIERS:
        return None
    positions = (points[:3] / points[3]).T[kept]
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = R, t[:, 0]
    z_second = positions @ R[2] + t[2, 0]
    return _Pair(
        pose,
        dict(zip(rows[kept, 0].tolist(), positions[:, 2].tolist(), strict=True)),
        dict(zip(rows[kept, 1].tolist(), z_second.tolist(), strict=True)),
    )


def _on_plane(pixels: Array, K: Array) -> Array:
    homogeneous = np.concatenate((pixels, np.ones((len(pixels), 1))), axis=1)
    plane: Array = (np.linalg.inv(K) @ homogeneous.T).T[:, :2]
    return np.ascontiguousarray(plane)
