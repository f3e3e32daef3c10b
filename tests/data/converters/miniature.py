# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A plane with a bright spot, seen by cameras: small data sets are written from it by each test.

The spot is a known 3-D point. A converted frame is right if the bright pixels of its image lie
where its own K and pose project that point, and its depth there is the point's z. All of it is
numpy, written apart from the code under test.
"""

from dataclasses import dataclass

import numpy as np

SPOT = np.array([0.15, -0.1, 3.0])
NORMAL = np.array([0.2, -0.1, 1.0])  # the plane n . (X - SPOT) = 0


@dataclass(frozen=True)
class Camera:
    """OpenCV axes, centres of pixels at +0.5; ``rays`` overrides K for distorted images."""

    K: np.ndarray
    cam_from_world: np.ndarray
    height: int = 48
    width: int = 64

    @property
    def centre(self) -> np.ndarray:
        return -self.cam_from_world[:3, :3].T @ self.cam_from_world[:3, 3]

    def pixel_centres(self) -> np.ndarray:
        y, x = np.mgrid[: self.height, : self.width] + 0.5
        return np.stack([x, y], axis=-1)

    def rays(self) -> np.ndarray:
        """[H, W, 3] in the camera's frame, z = 1."""
        homogeneous = np.concatenate([self.pixel_centres(), np.ones((*self.shape, 1))], -1)
        return homogeneous @ np.linalg.inv(self.K).T

    @property
    def shape(self) -> tuple[int, int]:
        return self.height, self.width

    def spot(self) -> tuple[np.ndarray, float]:
        """Pixel of the spot without distortion, and its z."""
        cam = self.cam_from_world[:3, :3] @ SPOT + self.cam_from_world[:3, 3]
        pixel = self.K @ cam
        return pixel[:2] / pixel[2], float(cam[2])


def look(offset: tuple[float, float, float], turn_deg: tuple[float, float, float]) -> np.ndarray:
    """A pose near the origin, looking roughly along +z."""
    x, y, z = np.deg2rad(turn_deg)
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    pose = np.eye(4)
    pose[:3, :3] = about_z @ about_y @ about_x
    pose[:3, 3] = offset
    return pose


POSES = (
    look((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    look((0.3, -0.1, 0.2), (4.0, -6.0, 10.0)),
    look((-0.2, 0.15, -0.3), (-3.0, 7.0, -20.0)),
)
K = np.array([[60.0, 0, 31.0], [0, 62.0, 25.5], [0, 0, 1]])


def cameras(intrinsics: np.ndarray = K) -> list[Camera]:
    return [Camera(intrinsics, pose) for pose in POSES]


def depth_along(camera: Camera, rays: np.ndarray) -> np.ndarray:
    """z-depth of the plane along rays [H, W, 3] with z = 1."""
    world = rays @ camera.cam_from_world[:3, :3]
    return (NORMAL @ (SPOT - camera.centre)) / (world @ NORMAL)


def spot_image(pixel: np.ndarray, shape: tuple[int, int], sigma: float = 1.6) -> np.ndarray:
    """[H, W, 3] uint8, black but for a spot at a pixel position."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    bright = np.exp(-((x - pixel[0]) ** 2 + (y - pixel[1]) ** 2) / (2 * sigma**2))
    return np.repeat(np.rint(255 * bright).astype(np.uint8)[..., None], 3, axis=-1)


def centroid(image: np.ndarray) -> np.ndarray:
    """(x, y) of the bright pixels."""
    weight = image[..., 0].astype(float)
    y, x = np.mgrid[: image.shape[0], : image.shape[1]] + 0.5
    assert weight.sum() > 0, "the spot is not in the image"
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


def check_frame(frame, *, scale: float = 1.0, world=None, tolerance_px: float = 0.15) -> None:
    """The frame's image, K, pose and depth agree about the spot.

    Args:
        frame: A converted frame.
        scale: Units of the frame's world for one of ours.
        world: [4, 4] from our world to the frame's, before the scale; None: the same.
        tolerance_px: Between the bright pixels and the projected point.
    """
    world = np.eye(4) if world is None else world
    point = scale * (world[:3, :3] @ SPOT + world[:3, 3])
    cam = frame.cam_from_world[:3, :3] @ point + frame.cam_from_world[:3, 3]
    projected = frame.intrinsics @ cam
    pixel = projected[:2] / projected[2]
    image = frame.read_image()
    assert image.shape == (*frame.size, 3)
    np.testing.assert_allclose(centroid(image), pixel, atol=tolerance_px)
    if frame.read_depth is not None:
        depth = frame.read_depth()
        grid = pixel * np.array(depth.shape[::-1]) / np.array(frame.size[::-1])
        column, row = np.floor(grid).astype(int)
        np.testing.assert_allclose(depth[row, column], cam[2], rtol=0.02)
