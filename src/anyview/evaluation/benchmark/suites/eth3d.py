# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""ETH3D: photographs of 24 megapixels with laser-scanned depth.

Layout of the training archives ``multi_view_training_dslr_jpg`` and ``..._dslr_depth``, which
eth3d.zip of DA3-BENCH has too, with ``combined_mesh.ply`` beside. As published, the distortion of
the lenses is ignored (K alone is used), and of five scenes the views that the published protocol
leaves out are left out.
"""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import missing, sample_mesh_file
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    image_reader,
)
from anyview.evaluation.benchmark.suites.model_frames import pinhole_of_camera
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Truth
from anyview.io.colmap_model import read_colmap_model
from anyview.io.colmap_records import ColmapCamera
from anyview.io.images import read_image

SCENES = (
    *("courtyard", "electro", "kicker", "pipes", "relief", "delivery_area", "facade", "office"),
    *("playground", "relief_2", "terrains"),
)
"""Of the published protocol: the training scenes without terrace and meadow."""

INDOOR = ("delivery_area", "kicker", "office", "pipes", "relief", "relief_2", "terrains")

LEFT_OUT = {
    "delivery_area": range(711, 715),
    "electro": (*range(9289, 9294), 9298),
    "playground": range(587, 593),
    "relief": range(427, 439),
    "relief_2": range(458, 469),
}
"""Ends of the numbers of images that the published protocol leaves out."""

OCCLUDED = 1
"""Level of mask images."""


def open_eth3d(root: Path, options: SuiteOptions) -> ListedSuite:
    """Scenes of many views.

    Args:
        root: Holds the scenes.
        options: Which tasks.
    """
    return ListedSuite("eth3d", protocol_of("eth3d"), options, partial(_scenes, root))


def open_eth3d_mono(root: Path, options: SuiteOptions) -> ListedSuite:
    """Every image of every scene alone.

    Args:
        root: Holds the scenes.
        options: Which tasks.
    """
    return ListedSuite("eth3d-mono", protocol_of("eth3d-mono"), options, partial(_images, root))


def _tags(scene: str) -> tuple[str, ...]:
    return ("indoor" if scene in INDOOR else "outdoor",)


def _scenes(root: Path) -> list[SceneFiles]:
    found = [
        SceneFiles(
            name,
            _tags(name),
            partial(_posed_frames, root / name),
            read_surface=partial(_surface, root / name / "combined_mesh.ply"),
        )
        for name in SCENES
        if (root / name / "dslr_calibration_jpg").is_dir()
    ]
    if not found:
        raise missing(root, protocol_of("eth3d"), f"{SCENES[0]}/dslr_calibration_jpg")
    return found


def _images(root: Path) -> list[SceneFiles]:
    found = [
        SceneFiles(
            f"{folder.parents[1].name}_{image.stem}",
            _tags(folder.parents[1].name),
            partial(_single, folder.parents[1], f"dslr_images/{image.name}"),
            num_frames=1,
            posed=False,
        )
        for folder in sorted(root.glob("*/images/dslr_images"))
        for image in sorted(folder.glob("*.JPG"))
    ]
    if not found:
        raise missing(root, protocol_of("eth3d-mono"), "<scene>/images/dslr_images/*.JPG")
    return found


def is_left_out(scene: str, name: str) -> bool:
    """Whether the published protocol leaves an image out."""
    stem = Path(name).stem
    return any(stem.endswith(str(number)) for number in LEFT_OUT.get(scene, ()))


def _posed_frames(folder: Path) -> list[FrameFiles]:
    model = read_colmap_model(folder / "dslr_calibration_jpg", read_points=False)
    frames = []
    for record in model.images.values():
        path = folder / "images" / record.name
        if is_left_out(folder.name, record.name) or not path.is_file():
            continue
        camera = model.cameras[record.camera_id]
        frames.append(_frame(folder, record.name, camera, record.pose.matrix))
    return frames


def _single(folder: Path, name: str) -> list[FrameFiles]:
    camera = None
    if (folder / "dslr_calibration_jpg" / "cameras.txt").is_file():
        model = read_colmap_model(folder / "dslr_calibration_jpg", read_points=False)
        ids = [record.camera_id for record in model.images.values() if record.name == name]
        camera = model.cameras[ids[0]] if ids else None
    return [_frame(folder, name, camera, None)]


def _frame(folder: Path, name: str, camera: ColmapCamera | None, pose: Tensor | None) -> FrameFiles:
    path = folder / "images" / name
    depth = folder / "ground_truth_depth" / name
    mask = (folder / "masks_for_images" / name).with_suffix(".png")
    return FrameFiles(
        name=Path(name).stem,
        read_image=image_reader(path),
        source=str(path),
        cam_from_world=pose,
        intrinsics=None if camera is None else pinhole_of_camera(camera),
        read_depth=partial(read_depth, depth, mask, path) if depth.is_file() else None,
    )


def read_depth(path: Path, mask: Path, image: Path) -> Float[Tensor, "H W"]:
    """Depth in metres, 0 where the scanner saw nothing and where the mask says occluded.

    Args:
        path: Float32 numbers row by row, without a header; infinite where unknown.
        mask: Of the image, or a file that is not there.
        image: Says the size.

    Raises:
        InputError: If the file is not of the size of its image.
    """
    _, height, width = read_image(image).image.shape
    numbers = np.fromfile(path, dtype="<f4")
    if len(numbers) != height * width:
        raise InputError(
            f"{path}: {height * width} float32 numbers are wanted for its image of {width} x "
            f"{height} pixels, there are {len(numbers)}."
        )
    depth = torch.from_numpy(numbers.astype(np.float32)).reshape(int(height), int(width))
    depth = torch.where(depth.isfinite() & (depth > 0), depth, 0.0)
    if not mask.is_file():
        return depth
    levels = read_image(mask).image[0]
    if levels.shape != depth.shape:
        raise InputError(f"{mask}: not of the size of its image.")
    return torch.where(levels == OCCLUDED, 0.0, depth)


def _surface(mesh: Path, truth: Truth) -> SurfaceTruth:  # noqa: ARG001 - the mesh is the truth
    return SurfaceTruth(sample_mesh_file(mesh))
