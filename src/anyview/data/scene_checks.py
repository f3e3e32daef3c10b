# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Everything that is wrong with a scene, as findings that say what to do.

Reading a scene for training refuses impossible cameras and damaged files one at a time; these
checks look at all of it and go on.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.data.findings import Finding
from anyview.data.pose_checks import check_poses
from anyview.data.scene import FloatArray, Frame, Scene
from anyview.data.scene_folder import find_scenes, read_scene
from anyview.geometry.cameras import validate_intrinsics
from anyview.geometry.se3 import camera_centres, validate_extrinsics

PLAUSIBLE_DEPTH_M = (0.02, 500.0)
"""Median depth of a frame outside this range is hardly in metres."""

PLAUSIBLE_SPREAD_M = 20_000.0
"""Cameras of one metric scene further apart than this are hardly in metres."""

MAX_ASPECT_ERROR = 0.01
"""Relative difference of aspect between an image and a map that covers the same image plane."""


def check_folder(
    root: str | os.PathLike[str], *, max_frames: int | None = None
) -> tuple[int, list[Finding]]:
    """Check every scene at or below a folder.

    Args:
        root: A scene's folder or one that holds scenes.
        max_frames: Open the pictures of at most this many frames of a scene, evenly spread; None
            for all.

    Returns:
        How many scenes there are, and the findings of all.

    Raises:
        InputError: If there is no scene.
    """
    folders = find_scenes(root)
    findings = []
    for folder in folders:
        findings += check_scene_folder(folder, max_frames=max_frames)
    return len(folders), findings


def check_scene_folder(
    folder: str | os.PathLike[str], *, max_frames: int | None = None
) -> list[Finding]:
    """Check one scene on disk; a ``scene.json`` that cannot be read is one finding.

    Args:
        folder: The scene's.
        max_frames: As in ``check_folder``.
    """
    try:
        scene = read_scene(folder, check_cameras=False)
    except InputError as error:
        return [
            Finding(
                "error",
                "scene-file",
                str(folder),
                str(error),
                "Write the scene again, or mend the field by docs/reference/training-data.md.",
            )
        ]
    return check_scene(scene, where=str(Path(folder)), max_frames=max_frames)


def check_scene(
    scene: Scene, *, where: str | None = None, max_frames: int | None = None
) -> list[Finding]:
    """Check a scene, its pictures, cameras, and whether depth and poses agree.

    Args:
        scene: Read with ``check_cameras=False`` to have bad cameras reported rather than refused.
        where: Start of the findings' paths; the scene's name by default.
        max_frames: As in ``check_folder``.
    """
    where = where or scene.name
    findings = [*_of_scene(scene, where)]
    for frame in scene.frames:
        findings += _of_cameras(frame, f"{where}: {frame.name}")
    opened = list(scene.frames)
    if max_frames is not None and len(opened) > max_frames:
        index = np.linspace(0, len(opened) - 1, max(1, max_frames)).round().astype(int)
        opened = [scene.frames[i] for i in sorted(set(index.tolist()))]
    for frame in opened:
        findings += _of_pictures(scene, frame, f"{where}: {frame.name}")
    findings += _of_teachers(scene, where, {frame.name for frame in opened})
    if not any(finding.severity == "error" for finding in findings):
        # Only sound cameras and maps can be asked whether they agree.
        try:
            findings += check_poses(scene)
        except InputError as error:
            findings.append(_unreadable(where, error))
    return findings


def _of_scene(scene: Scene, where: str) -> Iterator[Finding]:
    has_depth = any(f.read_depth is not None or f.read_sparse is not None for f in scene.frames)
    has_labels = any(labels.is_aligned for labels in scene.teachers.values())
    if has_depth and scene.depth_kind is None:
        yield Finding(
            "error", "depth-kind", where, "Frames have depth but depth_kind is null.",
            'Say what it is: "exact", "measured", "sparse" or "teacher".',
        )  # fmt: skip
    if scene.depth_kind is not None and not (has_depth or has_labels):
        yield Finding(
            "error", "depth-kind", where,
            f"depth_kind is {scene.depth_kind!r} but no frame has depth.", "Set it to null.",
        )  # fmt: skip
    if scene.origin.licence.strip().lower() in ("", "unknown"):
        yield Finding(
            "warning", "licence", where, "The licence of the data is not known.",
            "Write it into origin.licence before weights trained on it leave the house.",
        )  # fmt: skip
    poses = [f.cam_from_world for f in scene.frames if f.cam_from_world is not None]
    if len(poses) > 1 and np.isfinite(poses).all():
        centres = camera_centres(torch.from_numpy(np.stack(poses)))
        spread = float((centres - centres.mean(dim=0)).norm(dim=-1).max())
        if spread < 1e-9:
            yield Finding(
                "warning", "no-baseline", where, "All cameras are at one place.",
                "Right for a camera that only turns; otherwise translations were lost.",
            )  # fmt: skip
        if scene.is_metric and spread > PLAUSIBLE_SPREAD_M:
            yield Finding(
                "warning", "unit", where,
                f"is_metric is true but cameras are {spread:.3g} m from their middle.",
                "Convert translations (and depth) to metres, or set is_metric to false.",
            )  # fmt: skip


def _of_cameras(frame: Frame, path: str) -> Iterator[Finding]:
    if frame.cam_from_world is not None:
        try:
            validate_extrinsics(torch.from_numpy(frame.cam_from_world), name="cam_from_world")
        except InputError as error:
            yield Finding(
                "error",
                "pose",
                path,
                str(error),
                "Mend the pose, or set it to null to leave it out.",
            )
        if frame.intrinsics is None:
            yield Finding(
                "warning", "intrinsics", path, "It has a pose but no K, so the pose is not used.",
                "Give K in pixels of the image.",
            )  # fmt: skip
    if frame.intrinsics is not None:
        try:
            validate_intrinsics(torch.from_numpy(frame.intrinsics)[None], [frame.size])
        except InputError as error:
            yield Finding(
                "error", "intrinsics", path, str(error),
                "Scale K to the image as it is stored, or set it to null.",
            )  # fmt: skip


def _of_pictures(scene: Scene, frame: Frame, path: str) -> Iterator[Finding]:
    try:
        image = frame.read_image()
        if image.shape[:2] != frame.size:
            yield Finding(
                "error", "image-size", path,
                f"The image is {image.shape[1]}x{image.shape[0]}, size says "
                f"{frame.size[1]}x{frame.size[0]} (width x height).",
                "Store the upright image that K belongs to, and its size.",
            )  # fmt: skip
    except InputError as error:
        yield _unreadable(path, error)
    for kind, read in frame.masks.items():
        try:
            yield from _aspect(read().shape, frame, path, f"{kind} mask")
        except InputError as error:
            yield _unreadable(path, error)
    try:
        yield from _of_dense(scene, frame, path)
        yield from _of_sparse(frame, path)
    except InputError as error:
        yield _unreadable(path, error)


def _of_dense(scene: Scene, frame: Frame, path: str) -> Iterator[Finding]:
    if frame.read_depth is None:
        return
    depth = frame.read_depth()
    yield from _aspect(depth.shape, frame, path, "depth map")
    yield from _values(depth, path, "pixels")
    known = depth[np.isfinite(depth) & (depth > 0)]
    if not len(known):
        yield Finding(
            "warning", "no-depth", path, "The depth map knows no depth at all.",
            "Leave the frame's depth out, or the frame.",
        )  # fmt: skip
        return
    median = float(np.median(known))
    low, high = PLAUSIBLE_DEPTH_M
    if scene.is_metric and not low <= median <= high:
        hint = " That looks like millimetres." if high < median < 1000 * high else ""
        yield Finding(
            "warning", "unit", path,
            f"is_metric is true but the median depth is {median:.3g} m.{hint}",
            "Correct unit_per_step (or convert the file) and the translations, or set is_metric "
            "to false.",
        )  # fmt: skip


def _of_sparse(frame: Frame, path: str) -> Iterator[Finding]:
    if frame.read_sparse is None:
        return
    sparse = frame.read_sparse()
    yield from _values(sparse.depth, path, "points")
    height, width = frame.size
    x, y = sparse.pixels.T
    outside = (x < 0) | (y < 0) | (x > width) | (y > height)
    if outside.any():
        yield Finding(
            "error", "points-outside", path,
            f"{int(outside.sum())} of {len(outside)} points lie outside the image.",
            "Give pixels (x, y) of the stored image, centres at +0.5.",
        )  # fmt: skip
    ids = sparse.point_ids
    if ids is not None and len(np.unique(ids)) < len(ids):
        yield Finding(
            "warning", "points-twice", path, "Some points are seen twice in this image.",
            "Keep one observation of each point_id.",
        )  # fmt: skip


def _of_teachers(scene: Scene, where: str, opened: set[str]) -> Iterator[Finding]:
    frames = {frame.name: frame for frame in scene.frames}
    for labels in scene.teachers.values():
        for name, read in labels.readers.items():
            path = f"{where}: {name}, labels of {labels.teacher}"
            if name not in frames:
                yield Finding(
                    "error", "teacher", path, "The scene has no such frame.",
                    "Make the labels again for this scene.",
                )  # fmt: skip
            elif name in opened:
                try:
                    depth = read()
                    yield from _aspect(depth.shape, frames[name], path, "label")
                    yield from _values(depth, path, "pixels")
                except InputError as error:
                    yield _unreadable(path, error)


def _values(depth: FloatArray, path: str, what: str) -> Iterator[Finding]:
    for bad, name in ((~np.isfinite(depth), "NaN or infinite"), (depth < 0, "negative")):
        if bad.any():
            yield Finding(
                "error", "depth-values", path,
                f"Depth is {name} at {int(bad.sum())} of {bad.size} {what}.",
                "Store 0 where depth is unknown.",
            )  # fmt: skip
    if what == "points" and (depth == 0).any():
        yield Finding(
            "error", "depth-values", path, f"Depth is 0 at {int((depth == 0).sum())} points.",
            "Leave points without depth out.",
        )  # fmt: skip


def _aspect(shape: tuple[int, ...], frame: Frame, path: str, what: str) -> Iterator[Finding]:
    height, width = shape
    # One pixel of rounding of the smaller grid is no mismatch.
    allowed = MAX_ASPECT_ERROR + 1 / min(height, width, *frame.size)
    if abs(width / height / (frame.size[1] / frame.size[0]) - 1) > allowed:
        yield Finding(
            "error", "map-size", path,
            f"The {what} is {width}x{height}, the image {frame.size[1]}x{frame.size[0]}: they "
            "cannot cover the same image plane.",
            "Crop or register it to the image; only its resolution may differ.",
        )  # fmt: skip


def _unreadable(path: str, error: InputError) -> Finding:
    return Finding(
        "error", "unreadable", path, str(error), "Get the file again, or leave the frame out."
    )
