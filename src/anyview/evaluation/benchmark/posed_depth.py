# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An answer's depth and cameras in the frame of the truth: what a reconstruction is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.evaluation.benchmark.pose_scores import known_rows
from anyview.evaluation.benchmark.protocols import CameraFit
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import on_depth_grid, on_grid
from anyview.geometry import se3
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.sim3 import Sim3
from anyview.geometry.umeyama import align_cameras, align_points_robust

GUESSED_FOV_DEG = 60.0
"""Along the longer side, of answers without K."""

LEAST_DENSE_SHARE = 0.05
"""True depth at a smaller share of the pixels is sparse: it masks nothing."""


@dataclass(frozen=True)
class PosedDepth:
    """One depth map in the frame and unit of the truth.

    Attributes:
        depth: z-depth, 0 where unknown or masked.
        intrinsics: K in pixels of the depth map.
        cam_from_world: World-to-camera.
    """

    depth: Float[Tensor, "h w"]
    intrinsics: Float64[Tensor, "3 3"]
    cam_from_world: Float64[Tensor, "4 4"]


def posed_depth(
    answer: Answer,
    truth: Truth,
    sizes: Sequence[tuple[int, int]],
    fit: CameraFit,
    *,
    given: bool = False,
) -> list[PosedDepth]:
    """Bring depth and cameras of an answer to the truth.

    Predicted cameras are moved by one similarity. Where they leave its scale open (one view, pure
    rotation) and the protocol fits whole cameras, the ratio of median depths is the scale.

    Args:
        answer: With depth, and cameras unless they are given.
        truth: With cameras.
        sizes: Height and width of the images.
        fit: How cameras are aligned.
        given: Whether the true cameras were given: they are then used, and the answer's own, if
            there are any, say its scale alone.

    Returns:
        The views that have depth and a camera, without those of which nothing is left; empty if
        the similarity is not determined.
    """
    if answer.depth is None or truth.cam_from_world is None:
        return []
    views = [i for i, depth in enumerate(answer.depth) if depth is not None]
    known = known_rows(truth.cam_from_world)
    if answer.cam_from_world is None:
        if not given:
            return []
        scale = _depth_scale(answer, truth)
        sim3 = None if scale is None else _scaling(scale)
    else:
        both = known & known_rows(answer.cam_from_world)
        sim3 = similarity(answer, truth, both.nonzero()[:, 0].tolist(), fit)
        known = known if given else both
    if sim3 is None:
        return []
    found = []
    for i in views:
        if not bool(known[i]):
            continue
        depth = _masked(answer, truth, i) * float(sim3.scale)
        if not bool((depth > 0).any()):
            continue
        K, camera = _camera(answer, truth, i, sizes[i], given=given)
        if not given:
            camera = sim3.apply_to_cameras(camera)
        height, width = depth.shape
        found.append(
            PosedDepth(
                depth, resize_intrinsics(K, width / sizes[i][1], height / sizes[i][0]), camera
            )
        )
    return found


def similarity(answer: Answer, truth: Truth, views: Sequence[int], fit: CameraFit) -> Sim3 | None:
    """Truth from answer by the cameras of some views; None if it is not determined.

    Args:
        answer: With cameras.
        truth: With cameras.
        views: Whose cameras both know.
        fit: Of centres, as published, or of whole cameras. Centres of fewer than three cameras,
            or of cameras on a line, fall back to whole cameras.
    """
    assert answer.cam_from_world is not None, "an answer without cameras has no similarity"
    assert truth.cam_from_world is not None, "a truth without cameras has no similarity"
    if not views:
        return None
    source, target = answer.cam_from_world[views], truth.cam_from_world[views]
    if fit == "centres":
        found = align_points_robust(se3.camera_centres(source), se3.camera_centres(target))
        if bool(found.ok):
            return found.sim3
    found = align_cameras(source, target)
    if not bool(found.ok):
        return None
    if bool(found.scale_ok):
        return found.sim3
    scale = _depth_scale(answer, truth)
    if scale is None:
        return None
    # Turns stay as they are; the first camera is put where the true one stands.
    rotation = found.sim3.rotation
    here, there = (se3.camera_centres(cameras)[0] for cameras in (source, target))
    return Sim3(here.new_tensor(scale), rotation, there - scale * (rotation @ here[:, None])[:, 0])


def _scaling(scale: float) -> Sim3:
    plain = Sim3.identity(dtype=torch.float64)
    return Sim3(plain.scale * scale, plain.rotation, plain.translation)


def _depth_scale(answer: Answer, truth: Truth) -> float | None:
    """True over predicted median depth, of the pixels that both know; None if there are none."""
    said, real = [], []
    for depth, exact in zip(answer.depth or (), truth.depth or (), strict=False):
        if depth is None or exact is None:
            continue
        own = on_depth_grid(depth, (int(exact.shape[0]), int(exact.shape[1])))
        both = own.isfinite() & exact.isfinite() & (exact > 0)
        said.append(own[both])
        real.append(exact[both])
    if not said or not sum(len(part) for part in said):
        return None
    return float(torch.cat(real).median() / torch.cat(said).median())


def _masked(answer: Answer, truth: Truth, view: int) -> Tensor:
    """Depth of a view on its own grid, 0 where unknown and where the mask leaves it out."""
    assert answer.depth is not None, "there is depth"
    depth = answer.depth[view]
    assert depth is not None, "the view has depth"
    depth = torch.where(depth.isfinite() & (depth > 0), depth.float(), 0.0)
    mask = None if truth.masks is None else truth.masks[view]
    if mask is None and truth.depth is not None and truth.depth[view] is not None:
        exact = truth.depth[view]
        assert exact is not None, "asked just now"
        mask = exact.isfinite() & (exact > 0)
        # Of depth at single points (sparse truth) no mask can be made.
        if float(mask.float().mean()) < LEAST_DENSE_SHARE:
            mask = None
    if mask is None:
        return depth
    grid = (int(depth.shape[0]), int(depth.shape[1]))
    return torch.where(on_grid(mask.float(), grid, smooth=False) > 0, depth, 0.0)


def _camera(
    answer: Answer, truth: Truth, view: int, size: tuple[int, int], *, given: bool
) -> tuple[Tensor, Tensor]:
    """K in pixels of the image, and the camera before alignment."""
    assert truth.cam_from_world is not None, "there are cameras"
    sources = (truth, answer) if given else (answer, truth)
    cameras = sources[0].cam_from_world
    assert cameras is not None, "there are cameras"
    # An answer without K has no other than the truth's, or else a guess.
    for source in sources:
        K = source.intrinsics
        if K is not None and bool(K[view].isfinite().all()):
            return K[view].double(), cameras[view]
    height, width = size
    half = torch.deg2rad(torch.tensor(GUESSED_FOV_DEG / 2, dtype=torch.float64))
    focal = float(max(height, width) / 2 / torch.tan(half))
    K = torch.tensor(
        [[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]], dtype=torch.float64
    )
    return K, cameras[view]
