# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Do depth and poses agree, and if not, under which other convention would they?

Points of one view are carried into another by depth, K and poses, and compared with what that
view holds. Poses that were written the wrong way round, with OpenGL axes, in another unit, or
depth that is measured along the ray all fail that test, and each is mended by its own change:
the change after which the views agree names the mistake.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from anyview.data.findings import Finding
from anyview.data.posed_depth import PosedDepth, known_pixels, land, lift, posed_depth
from anyview.data.scene import Frame, Scene, SparseDepth
from anyview.geometry.projection import project

TOLERANCE = 0.05
"""Share of depth by which two views may differ and still agree."""

GOOD_SHARE = 0.5
"""Agreement above this passes: occlusion and noise cost the rest."""

CLEAR_GAIN = 0.25
"""Another convention is named if it explains this much more than the given one."""

_MIN_POINTS, _MIN_LANDED = 30, 0.02  # fewer landed points, or a smaller share, say nothing
_MAX_FRAMES = 16
_POINTS = 800
_FINE = 0.01  # as TOLERANCE, where depth along the ray has to be told from z-depth
_RAY = "Depth is measured along the ray; divide it by the length of K^-1 (u, v, 1)."
_PIXEL_SHARE = 0.01  # of the image's diagonal: distance at which a tracked point is found again
_NO_IDS = np.zeros(0, dtype=np.int64)
_FLIP = torch.diag(torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64))

_AXES: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "as given": (lambda pose: pose, ""),
    "camera-to-world": (
        torch.linalg.inv,
        "cam_from_world holds camera-to-world poses; store their inverses.",
    ),
    "OpenGL camera axes": (
        lambda pose: _FLIP @ pose,
        "cam_from_world has OpenGL camera axes (y up, z backward); negate its rows 1 and 2.",
    ),
    "camera-to-world with OpenGL axes": (
        lambda pose: _FLIP @ torch.linalg.inv(pose),
        "cam_from_world holds camera-to-world poses with OpenGL axes (NeRF's transform_matrix); "
        "negate columns 1 and 2 and store the inverse.",
    ),
}


@dataclass(frozen=True)
class Agreement:
    """How well views agree.

    Attributes:
        share: Of points that fell where the other view knows depth, those that lie on its
            surface; 0 if too few did.
        num_points: How many fell there.
    """

    share: float
    num_points: int


@dataclass(frozen=True)
class _View:
    """What one view brings: points with depth, and what it holds of other views' points."""

    pixels: Tensor
    depth: Tensor
    intrinsics: Tensor
    pose: Tensor
    dense: Tensor | None
    ids: npt.NDArray[np.int64]
    tolerance_px: float
    every: int = 1  # of its points is tested


def pose_agreement(scene: Scene) -> Agreement:
    """Agreement of depth and poses between views that lie near each other in order.

    Dense depth where there is any, else points with numbers. Scenes with neither give no points.

    Raises:
        InputError: If a depth file cannot be read.
    """
    views = _views(scene)
    return _agreement(views, _pairs(len(views)))


def check_poses(scene: Scene) -> list[Finding]:
    """Findings about poses that contradict depth; at most one.

    Raises:
        InputError: If a depth file cannot be read.
    """
    views = _views(scene)
    pairs = _pairs(len(views))
    given = _agreement(views, pairs)
    if not pairs:
        return []
    if given.share >= GOOD_SHARE:
        # Depth along the ray passes at the usual tolerance: it differs near the borders only.
        given = _agreement(views, pairs, tolerance=_FINE)
        best = _agreement([_along_ray(view) for view in views], pairs, tolerance=_FINE)
        if best.share < given.share + CLEAR_GAIN:
            return []
        fix = _RAY
    else:
        best, fix = _best_change(views, pairs)
    if best.share >= given.share + CLEAR_GAIN:
        return [
            Finding(
                "error",
                "pose-convention",
                scene.name,
                f"Depth and poses contradict each other: {given.share:.0%} of {given.num_points} "
                f"points are found again in neighbouring views, {best.share:.0%} after one change.",
                fix,
            )
        ]
    if given.num_points == 0:
        return []  # no overlap under any convention: nothing to judge by
    return [
        Finding(
            "warning",
            "pose-depth",
            scene.name,
            f"Only {given.share:.0%} of {given.num_points} points are found again in neighbouring "
            "views, and no usual convention explains it.",
            "Look at the clouds of two frames together; check K, the unit of depth and whether "
            "poses and depth belong to the same frames.",
        )
    ]


def _best_change(views: list[_View], pairs: list[tuple[int, int]]) -> tuple[Agreement, str]:
    """The convention under which most points agree, and the advice that goes with it.

    Scales of the translations, which cost most, are tried only if nothing else explains the data.
    """
    best = (Agreement(0.0, 0), "")
    turned = {
        axes: [replace(view, pose=change(view.pose)) for view in views]
        for axes, (change, _) in _AXES.items()
    }
    for axes, changed in turned.items():
        advice = _AXES[axes][1]
        along = [_along_ray(view) for view in changed]
        for candidate, fix in ((changed, advice), (along, f"{advice} {_RAY}".strip())):
            result = _agreement(candidate, pairs)
            if result.share > best[0].share:
                best = (result, fix)
    if best[0].share >= GOOD_SHARE:
        return best
    for axes, changed in turned.items():
        factor = _best_factor(changed, pairs)
        result = _agreement(changed, pairs, factor)
        if result.share > best[0].share + TOLERANCE:
            unit = f"translations have another unit than depth; multiply them by {factor:.3g}."
            best = (result, f"{_AXES[axes][1]} The {unit}".strip())
        if best[0].share >= GOOD_SHARE:
            break
    return best


def _best_factor(views: list[_View], pairs: list[tuple[int, int]]) -> float:
    """Factor of the translations by which most points agree, to a few percent, 1/3000 to 3000."""
    few = pairs[:: -(-len(pairs) // 24)]
    thinned = [replace(view, every=4) for view in views]
    coarse = torch.logspace(-3.5, 3.5, 180, dtype=torch.float64)
    start = coarse[_scores(thinned, few, coarse).argmax()]
    fine = start * torch.logspace(-0.05, 0.05, 31, dtype=torch.float64)
    scores = _scores(thinned, few, fine)
    # Many factors agree equally well; their middle is the likeliest.
    factor = float(fine[scores >= scores.max() - 0.01].log().mean().exp())
    power = 10.0 ** round(np.log10(factor))
    return power if abs(factor / power - 1) < 0.05 else factor


def _agreement(
    views: list[_View],
    pairs: list[tuple[int, int]],
    factor: float = 1.0,
    tolerance: float = TOLERANCE,
) -> Agreement:
    one = torch.tensor([factor], dtype=torch.float64)
    landed = [int(_compared(views[i], views[j], one, tolerance)[0]) for i, j in pairs]
    share = float(_shares(views, pairs, one, tolerance)) if pairs else 0.0
    return Agreement(share, sum(landed))


def _scores(views: list[_View], pairs: list[tuple[int, int]], factors: Tensor) -> Tensor:
    """[F] as ``_shares``, but in doubt for factors by which many points land."""
    landed, agreeing, tested = _counts(views, pairs, factors, TOLERANCE)
    return agreeing / (landed + _MIN_LANDED * tested)


def _shares(
    views: list[_View],
    pairs: list[tuple[int, int]],
    factors: Tensor,
    tolerance: float = TOLERANCE,
) -> Tensor:
    """[F] share of landed points that agree, with translations times each factor."""
    landed, agreeing, tested = _counts(views, pairs, factors, tolerance)
    enough = (landed >= _MIN_POINTS) & (landed >= _MIN_LANDED * tested)
    return torch.where(enough, agreeing / landed.clamp_min(1), 0.0)


def _counts(
    views: list[_View], pairs: list[tuple[int, int]], factors: Tensor, tolerance: float
) -> tuple[Tensor, Tensor, int]:
    """[F] points that landed, [F] those that agree, and how many were tested."""
    landed, agreeing = torch.zeros(len(factors)), torch.zeros(len(factors))
    tested = 0
    for i, j in pairs:
        fell, agreed = _compared(views[i], views[j], factors, tolerance)
        landed, agreeing = landed + fell, agreeing + agreed
        tested += len(views[i].depth[:: views[i].every])
    return landed, agreeing, tested


def _compared(
    source: _View, target: _View, factors: Tensor, tolerance: float
) -> tuple[Tensor, Tensor]:
    """[F] how many points of one view fell where the other knows depth, and how many agree."""
    eye = torch.eye(4, dtype=torch.float64)
    chosen = slice(None, None, source.every)
    if target.dense is None:
        _, mine, theirs = np.intersect1d(
            source.ids[chosen], target.ids, assume_unique=True, return_indices=True
        )
        points = lift(source.pixels[mine], source.depth[mine], source.intrinsics, eye)
    else:
        points = lift(source.pixels[chosen], source.depth[chosen], source.intrinsics, eye)
    # Scaling all translations scales that of the relative pose and nothing else.
    relative = target.pose @ torch.linalg.inv(source.pose)
    moved = points @ relative[:3, :3].mT + factors[:, None, None] * relative[:3, 3]
    if target.dense is not None:
        view = PosedDepth(target.dense, target.intrinsics, eye)
        z, found = (x.view(len(factors), -1) for x in land(moved.flatten(0, 1), view))
        agree = (z - found).abs() <= tolerance * found
        return found.isfinite().sum(dim=1), agree.sum(dim=1)
    pixels, z = project(moved, target.intrinsics)
    away = (pixels - target.pixels[theirs]).norm(dim=-1)
    found = target.depth[theirs]
    agree = (away <= target.tolerance_px) & ((z - found).abs() <= tolerance * found)
    return torch.full((len(factors),), len(mine)), agree.sum(dim=1)


def _pairs(count: int) -> list[tuple[int, int]]:
    """Each view with the next and the one after, both ways."""
    near = [(i, i + gap) for gap in (1, 2) for i in range(count - gap)]
    return near + [(j, i) for i, j in near]


def _views(scene: Scene) -> list[_View]:
    """Up to 16 posed frames with depth: all, or runs of three that follow each other."""
    frames = [f for f in scene.posed if f.read_depth is not None]
    dense = len(frames) > 1
    if not dense:
        frames = [f for f in scene.posed if f.read_sparse is not None]
    if len(frames) > _MAX_FRAMES:
        starts = np.linspace(0, len(frames) - 4, _MAX_FRAMES // 4).astype(int)
        frames = [frames[start + k] for start in starts for k in range(4)]
    generator = torch.Generator().manual_seed(0)
    if dense:
        return [_dense_view(frame, generator) for frame in frames]
    views = []
    for frame in frames:
        assert frame.read_sparse is not None, "chosen for its points"
        sparse = frame.read_sparse()
        if sparse.point_ids is not None:
            views.append(_sparse_view(frame, sparse, sparse.point_ids))
    return views


def _dense_view(frame: Frame, generator: torch.Generator) -> _View:
    view = posed_depth(frame)
    pixels, depth = known_pixels(view, _POINTS, generator)
    return _View(pixels, depth, view.intrinsics, view.cam_from_world, view.depth, _NO_IDS, 0.0)


def _sparse_view(frame: Frame, sparse: SparseDepth, ids: npt.NDArray[np.int64]) -> _View:
    assert frame.intrinsics is not None, "frame is posed"
    assert frame.cam_from_world is not None, "frame is posed"
    unique, first = np.unique(ids, return_index=True)
    return _View(
        torch.from_numpy(sparse.pixels[first].astype(np.float64)),
        torch.from_numpy(sparse.depth[first].astype(np.float64)),
        torch.from_numpy(frame.intrinsics),
        torch.from_numpy(frame.cam_from_world),
        None,
        unique,
        _PIXEL_SHARE * float(np.hypot(*frame.size)),
    )


def _along_ray(view: _View) -> _View:
    """Depth taken for distance along the ray, turned into z-depth."""
    inverse = torch.linalg.inv(view.intrinsics)
    ones = torch.ones_like(view.depth)[:, None]
    depth = view.depth / (torch.cat((view.pixels, ones), dim=-1) @ inverse.mT).norm(dim=-1)
    dense = view.dense
    if dense is not None:
        rows, columns = (torch.arange(n, dtype=dense.dtype) + 0.5 for n in dense.shape)
        v, u = torch.meshgrid(rows, columns, indexing="ij")
        rays = torch.stack((u, v, torch.ones_like(u)), dim=-1) @ inverse.mT
        dense = dense / rays.norm(dim=-1)
    return replace(view, depth=depth, dense=dense)
