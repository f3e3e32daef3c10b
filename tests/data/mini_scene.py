# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A miniature scene with exact truth, from views of the example room."""

from dataclasses import replace

import numpy as np

from anyview.data.scene import Frame, Held, Origin, Scene, SparseDepth
from anyview.render.raycast import RenderedViews


def scene_of(views: RenderedViews, name: str = "room") -> Scene:
    """Dense exact depth (0 in the sky), cameras and masks."""
    frames = []
    for index in range(len(views.images)):
        depth = views.depth[index].numpy()
        ids = views.object_ids[index].numpy()
        frames.append(
            Frame(
                name=f"view {index}",
                size=(depth.shape[0], depth.shape[1]),
                read_image=Held(views.images[index].permute(1, 2, 0).numpy()),
                intrinsics=views.intrinsics[index].double().numpy(),
                cam_from_world=views.cam_from_world[index].double().numpy(),
                read_depth=Held(np.where(np.isfinite(depth), depth, 0).astype(np.float32)),
                masks={"sky": Held(ids < 0), "objects": Held(ids > 12)},
            )
        )
    return Scene(
        name=name,
        frames=tuple(frames),
        origin=Origin("example room", "Apache-2.0", note="ray cast"),
        depth_kind="exact",
        is_metric=True,
        is_ordered=True,
    )


def with_sparse(scene: Scene, *, ids: bool = True, count: int = 400) -> Scene:
    """The same with points that several views see, instead of dense depth."""
    points = np.concatenate([_world_points(frame)[:: 84 * 112 // 100] for frame in scene.frames])
    frames = []
    for frame in scene.frames:
        pixels, z = _projected(frame, points)
        height, width = frame.size
        inside = (z > 0) & (pixels >= 0).all(1) & (pixels < [width, height]).all(1)
        column, row = np.floor(np.where(inside[:, None], pixels, 0)).astype(int).T
        surface = frame.read_depth()[row, column]
        seen = (inside & (np.abs(z - surface) < 0.01 * surface)).nonzero()[0][:count]
        sparse = SparseDepth(
            pixels[seen].astype(np.float32), z[seen].astype(np.float32), seen if ids else None
        )
        frames.append(replace(frame, read_depth=None, read_sparse=Held(sparse)))
    return replace(scene, frames=tuple(frames), depth_kind="sparse")


def _world_points(frame: Frame) -> np.ndarray:
    depth = frame.read_depth()
    rows, columns = (depth > 0).nonzero()
    pixels = np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))], -1)
    cam = pixels @ np.linalg.inv(frame.intrinsics).T * depth[rows, columns][:, None]
    rotation, translation = frame.cam_from_world[:3, :3], frame.cam_from_world[:3, 3]
    return (cam - translation) @ rotation


def _projected(frame: Frame, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cam = points @ frame.cam_from_world[:3, :3].T + frame.cam_from_world[:3, 3]
    z = cam[:, 2]
    pixels = (cam @ frame.intrinsics.T)[:, :2] / np.where(z > 0, z, 1)[:, None]
    return pixels, z
