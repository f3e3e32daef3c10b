# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of each view by semi-global matching (Hirschmueller 2008) with one other view.

Both images are warped so that the step between the cameras lies along the rows: a turn of each
camera, whatever the direction of the step, as long as it is not straight ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.structures.views import View

_MOST_ANGLE_DEG = 50.0
_MOST_FORWARD = 0.85
"""Share of a step that may point along the viewing axis: more puts the epipole into the image."""

_MOST_CANVAS = 2.0
_BLOCK = 5

_LEAST_DISPARITY_PX = 0.5
"""Smaller disparities are mostly error, and their depth is without bounds."""

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class StereoSettings:
    """Sizes.

    Attributes:
        max_side: Longer images are made smaller first, pixels.
        max_disparity: In pixels of the images that are matched.
    """

    max_side: int
    max_disparity: int


@dataclass(frozen=True)
class _Rectified:
    """Two images whose rows correspond.

    Attributes:
        images: Grey, of one height and width.
        focal: In pixels, of both.
        first_from_view: Homography from pixels of the first view (centres at +0.5).
        plane_from_first: From pixels of the first canvas to directions in the rectified frame.
        cam_from_rectified: Turn back to the first camera.
        shift: Disparity of points at infinity, pixels.
        baseline: Distance of the cameras.
    """

    images: tuple[Array, Array]
    focal: float
    first_from_view: Array
    plane_from_first: Array
    cam_from_rectified: Array
    shift: float
    baseline: float


def stereo_depth(
    views: Sequence[View],
    intrinsics: Float64[Tensor, "V 3 3"],
    cam_from_world: Float64[Tensor, "V 4 4"],
    settings: StereoSettings,
    cv2: ModuleType,
) -> tuple[Float[Tensor, "h w"] | None, ...]:
    """Depth of each view; None where no other view is good for stereo.

    Args:
        views: Pinhole images.
        intrinsics: K in pixels of each image, centres at +0.5.
        cam_from_world: World-to-camera; NaN where not known.
        settings: Sizes.
        cv2: The library.

    Returns:
        z-depth in the unit of the cameras, on grids over the whole images; 0 where unknown.
    """
    small = [_grey(view, settings.max_side, cv2) for view in views]
    K = intrinsics.numpy().copy()
    for index, (view, image) in enumerate(zip(views, small, strict=True)):
        K[index, 0] *= image.shape[1] / view.width
        K[index, 1] *= image.shape[0] / view.height
    poses = cam_from_world.numpy()
    found: list[Tensor | None] = []
    for number in range(len(views)):
        depth = None
        for other in _partners(number, poses):
            step = poses[other] @ np.linalg.inv(poses[number])
            pair = _rectify((small[number], small[other]), (K[number], K[other]), step, cv2)
            if pair is not None:
                depth = _match(pair, small[number].shape, settings, cv2)
                break
        found.append(None if depth is None else torch.from_numpy(depth))
    return tuple(found)


def _grey(view: View, max_side: int, cv2: ModuleType) -> Array:
    image = np.ascontiguousarray(view.image.permute(1, 2, 0).numpy())
    grey: Array = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    factor = max_side / max(grey.shape)
    if factor >= 1:
        return grey
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    resized: Array = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return resized


def _partners(view: int, poses: Array) -> list[int]:
    """Other views from good to bad: looking the same way, standing beside, not too far."""
    if np.isnan(poses[view]).any():
        return []
    steps = {
        other: poses[other] @ np.linalg.inv(poses[view])
        for other in range(len(poses))
        if other != view and not np.isnan(poses[other]).any()
    }
    centres = {other: -step[:3, :3].T @ step[:3, 3] for other, step in steps.items()}
    lengths = {other: float(np.linalg.norm(centre)) for other, centre in centres.items()}
    ranked = sorted(other for other in lengths if lengths[other] > 0)
    ranked.sort(key=lengths.__getitem__)
    scored = []
    for rank, other in enumerate(ranked):
        angle = np.rad2deg(np.arccos(np.clip(steps[other][2, 2], -1, 1)))
        forward = abs(centres[other][2]) / lengths[other]
        if angle <= _MOST_ANGLE_DEG and forward <= _MOST_FORWARD:
            scored.append((angle / 20 + forward + rank / 2, other))
    return [other for _, other in sorted(scored)]


def _rectify(
    images: tuple[Array, Array], K: tuple[Array, Array], step: Array, cv2: ModuleType
) -> _Rectified | None:
    """Turn both cameras until their rows correspond; None if that tears the images apart."""
    rotation = step[:3, :3]
    centre = -rotation.T @ step[:3, 3]  # of the second camera in the first one's frame
    baseline = float(np.linalg.norm(centre))
    right = centre / baseline
    ahead = np.array([0.0, 0.0, 1.0]) + rotation.T @ np.array([0.0, 0.0, 1.0])
    down = np.cross(ahead, right)
    down /= np.linalg.norm(down)
    turn = np.stack((right, down, np.cross(right, down)))  # rectified from first camera
    focal = float(np.mean([K[0][0, 0], K[0][1, 1], K[1][0, 0], K[1][1, 1]]))
    planes = [
        turn @ np.linalg.inv(K[0]),
        turn @ rotation.T @ np.linalg.inv(K[1]),
    ]
    boxes = [_box(plane, image.shape) for plane, image in zip(planes, images, strict=True)]
    if boxes[0] is None or boxes[1] is None:
        return None
    top, bottom = max(b[0, 1] for b in boxes), min(b[1, 1] for b in boxes)  # type: ignore[index]
    width = int(np.ceil(focal * max(b[1, 0] - b[0, 0] for b in boxes)))  # type: ignore[index]
    height = int(np.ceil(focal * (bottom - top)))
    most = _MOST_CANVAS * max(max(image.shape) for image in images)
    if not (16 <= height <= most and 16 <= width <= most):
        return None
    warped, maps = [], []
    for plane, box, image in zip(planes, boxes, images, strict=True):
        to_canvas = np.array(
            [[focal, 0, -focal * box[0, 0]], [0, focal, -focal * top], [0, 0, 1]]  # type: ignore[index]
        )
        homography = to_canvas @ plane
        maps.append((to_canvas, homography))
        # OpenCV has pixel centres at whole numbers.
        half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        own = np.linalg.inv(half) @ homography @ half
        warped.append(cv2.warpPerspective(image, own, (width, height), flags=cv2.INTER_LINEAR))
    return _Rectified(
        images=(warped[0], warped[1]),
        focal=focal,
        first_from_view=maps[0][1],
        plane_from_first=np.linalg.inv(maps[0][0]),
        cam_from_rectified=turn.T,
        shift=float(maps[0][0][0, 2] - maps[1][0][0, 2]),
        baseline=baseline,
    )


def _box(plane: Array, shape: tuple[int, ...]) -> Array | None:
    """Smallest and largest x and y of an image's corners on the plane at distance 1."""
    height, width = shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1.0]])
    rays = corners @ plane.T
    if rays[:, 2].min() <= 0.1 * np.linalg.norm(rays, axis=1).max():
        return None
    flat = rays[:, :2] / rays[:, 2:]
    box: Array = np.stack((flat.min(0), flat.max(0)))
    return box


def _match(
    pair: _Rectified, shape: tuple[int, ...], settings: StereoSettings, cv2: ModuleType
) -> Array:
    """z-depth on the grid of the first view, 0 where unknown."""
    least = int(np.floor(pair.shift))
    count = -(-settings.max_disparity // 16) * 16
    matcher = cv2.StereoSGBM_create(
        minDisparity=least,
        numDisparities=count,
        blockSize=_BLOCK,
        P1=8 * _BLOCK**2,
        P2=32 * _BLOCK**2,
        disp12MaxDiff=1,
        uniquenessRatio=10,
        speckleWindowSize=100,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )
    # It matches no pixel whose whole range does not lie inside: make room on both sides.
    left, right = max(0, least + count), max(0, -least)
    padded = [cv2.copyMakeBorder(i, 0, 0, left, right, cv2.BORDER_REPLICATE) for i in pair.images]
    width = pair.images[0].shape[1]
    raw = matcher.compute(*padded)[:, left : left + width]
    disparity = raw.astype(np.float64) / 16 - pair.shift
    known = (raw > (least - 1) * 16) & (disparity >= _LEAST_DISPARITY_PX)
    z_rectified = np.where(known, pair.focal * pair.baseline / np.where(known, disparity, 1), 0)
    # Of every pixel of the view: where it lies on the canvas, and its ray.
    height, columns = shape[:2]
    v, u = np.mgrid[0:height, 0:columns] + 0.5
    on_canvas = np.stack((u, v, np.ones_like(u)), -1) @ pair.first_from_view.T
    canvas = on_canvas[..., :2] / on_canvas[..., 2:]
    x, y = (np.floor(canvas[..., axis]).astype(np.int64) for axis in (0, 1))
    inside = (x >= 0) & (x < raw.shape[1]) & (y >= 0) & (y < raw.shape[0])
    z = np.where(inside, z_rectified[y.clip(0, raw.shape[0] - 1), x.clip(0, raw.shape[1] - 1)], 0)
    pixels = np.concatenate((canvas, np.ones_like(canvas[..., :1])), -1)
    rays = pixels @ (pair.cam_from_rectified @ pair.plane_from_first).T
    depth = z * rays[..., 2]
    result: Array = np.where(depth > 0, depth, 0).astype(np.float32)
    return result
