# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A synthetic prediction with exact depth, and the world points that every format must give."""

import hashlib
import math
from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pytest
import torch

from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

HEIGHT, WIDTH, VIEWS = 18, 24, 3
KEEP_ALL = {"conf_percentile": 0.0, "edge_threshold": 0.0, "drop_sky": False}


def _cameras() -> tuple[np.ndarray, np.ndarray]:
    """Three cameras that look into the room: world-to-camera [V, 3, 4] and K, float64."""
    extrinsics, intrinsics = [], []
    for view, (yaw, center) in enumerate(
        [(0.0, (0.0, 0.0, 0.0)), (0.3, (-1.0, 0.2, 0.5)), (-0.4, (1.2, -0.3, 0.1))]
    ):
        c, s = math.cos(yaw), math.sin(yaw)
        world_from_cam = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        extrinsics.append(np.c_[world_from_cam.T, -world_from_cam.T @ np.array(center)])
        focal = 20.0 + view
        intrinsics.append([[focal, 0, WIDTH / 2 + 0.7], [0, focal * 1.1, HEIGHT / 2], [0, 0, 1]])
    return np.stack(extrinsics), np.array(intrinsics)


def _room_points(extrinsics: np.ndarray, intrinsics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Depth [V, H, W] and world points [V, H, W, 3] of a box room, by plain loops."""
    low, high = np.array([-3.0, -1.5, -2.0]), np.array([3.0, 1.5, 4.0])
    depth = np.zeros((VIEWS, HEIGHT, WIDTH))
    points = np.zeros((VIEWS, HEIGHT, WIDTH, 3))
    for view in range(VIEWS):
        rotation, translation = extrinsics[view, :, :3], extrinsics[view, :, 3]
        center, k = -rotation.T @ translation, intrinsics[view]
        for row in range(HEIGHT):
            for column in range(WIDTH):
                ray = np.array(
                    [
                        (column + 0.5 - k[0, 2]) / k[0, 0],
                        (row + 0.5 - k[1, 2]) / k[1, 1],
                        1.0,
                    ]
                )
                direction = rotation.T @ ray
                with np.errstate(divide="ignore"):
                    wall = np.where(direction > 0, high, low)
                    depth[view, row, column] = np.min((wall - center) / direction)
                points[view, row, column] = center + depth[view, row, column] * direction
    return depth, points


@pytest.fixture(scope="session")
def truth() -> np.ndarray:
    """World points [V, H, W, 3] of the room, float64."""
    return _room_points(*_cameras())[1]


@pytest.fixture(scope="session")
def room() -> Prediction:
    """The room with every field of a prediction filled."""
    extrinsics, intrinsics = _cameras()
    depth, _ = _room_points(extrinsics, intrinsics)
    random = torch.Generator().manual_seed(7)
    grid = (VIEWS, HEIGHT, WIDTH)
    resized = torch.tensor([[0.5, 0, 0], [0, 0.25, 1.0], [0, 0, 1]])
    return Prediction(
        depth=torch.from_numpy(depth).float(),
        images=torch.randint(256, (VIEWS, 3, HEIGHT, WIDTH), generator=random, dtype=torch.uint8),
        names=("front", "left view", "right/ü"),
        conf=1 + torch.rand(grid, generator=random),
        extrinsics=torch.from_numpy(extrinsics).float(),
        intrinsics=torch.from_numpy(intrinsics).float(),
        sky=0.2 * torch.rand(grid, generator=random),
        valid=torch.ones(grid, dtype=torch.bool),
        ray_map=torch.rand((VIEWS, 6, 8, 6), generator=random),
        ray_conf=1 + torch.rand((VIEWS, 6, 8), generator=random),
        gaussians=Gaussians(
            means=torch.rand((5, 3), generator=random),
            scales=torch.rand((5, 3), generator=random),
            rotations_wxyz=torch.rand((5, 4), generator=random),
            harmonics=torch.rand((5, 3, 9), generator=random),
            opacities=torch.rand(5, generator=random),
        ),
        features=MappingProxyType({11: torch.rand((VIEWS, 2, 3, 4), generator=random)}),
        original_sizes=torch.tensor([[72, 48]] * VIEWS),
        processed_from_original=resized.expand(VIEWS, 3, 3).clone(),
        is_metric=True,
        scale_note="metres, from the test",
        provenance=MappingProxyType({"model": "nano", "options": {"seed": 0, "layers": [1, 2]}}),
    )


@pytest.fixture(scope="session")
def mono(room: Prediction) -> Prediction:
    """One view without cameras or confidence, as monocular models give it."""
    return Prediction(depth=room.depth[:1], images=room.images[:1], names=("photo",))


@pytest.fixture(scope="session")
def fingerprint() -> Callable[[Prediction], str]:
    """A hash of everything that a prediction holds."""

    def of(prediction: Prediction) -> str:
        digest = hashlib.sha256()
        for name, array in prediction.numpy().items():
            digest.update(f"{name} {array.dtype} {array.shape}".encode())
            digest.update(array.tobytes())
        rest = (prediction.names, prediction.is_metric, prediction.scale_note)
        digest.update(repr((rest, dict(prediction.provenance))).encode())
        return digest.hexdigest()

    return of
