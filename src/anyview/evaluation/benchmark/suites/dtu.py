# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""DTU as DA3-BENCH has it: dtu.zip (49 views, MVSNet's layout) and dtu64.zip (64 views, poses).

Lengths are millimetres. The cameras of the files count pixels from centres at whole numbers; here
they lie at +0.5. The view of number 33 comes first, as published. Points are judged where the
scanner could see (``ObsMask``); true points below the table (``Plane``) are left out.
"""

from functools import partial
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import missing, read_mat, read_text, rigid
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Truth
from anyview.geometry.cameras import crop_intrinsics
from anyview.io.images import read_image
from anyview.io.ply import read_ply

SCANS = (1, 4, 9, 10, 11, 12, 13, 15, 23, 24, 29, 32, 33, 34, 48, 49, 62, 75, 77, 110, 114, 118)
SCANS_64 = (105, 114, 118, 122, 24, 37, 40, 55, 63, 65, 69, 83, 97)
FIRST_VIEW = 33
MASK_ABOVE = 10
"""Pixels of ``depth_visual`` above this level are of the object."""

PATCH_MM = 60.0
"""Predicted points count up to this far below the box of the mask, and twice as far above it."""


def open_dtu(root: Path, options: SuiteOptions) -> ListedSuite:
    """Reconstruction from 49 views.

    Args:
        root: Holds ``Rectified``, ``Cameras``, ``Points`` and the rest.
        options: Which tasks.
    """
    return ListedSuite("dtu", protocol_of("dtu"), options, partial(_scans, root))


def open_dtu64(root: Path, options: SuiteOptions) -> ListedSuite:
    """Poses of 64 views.

    Args:
        root: Holds ``Cameras`` and the scans.
        options: Which tasks.
    """
    return ListedSuite("dtu64", protocol_of("dtu64"), options, partial(_scans_64, root))


def _scans(root: Path) -> list[SceneFiles]:
    found = []
    for number in SCANS:
        if (root / "Rectified" / f"scan{number}").is_dir():
            found.append(
                SceneFiles(
                    f"scan{number}",
                    ("object",),
                    partial(_frames, root, number),
                    read_surface=partial(_surface, root, number),
                    is_metric=False,
                )
            )
    if not found:
        raise missing(root, protocol_of("dtu"), f"Rectified/scan{SCANS[0]}")
    return found


def _scans_64(root: Path) -> list[SceneFiles]:
    found = [
        SceneFiles(f"scan{n}", ("object",), partial(_frames_64, root, n), is_metric=False)
        for n in SCANS_64
        if (root / f"scan{n}" / "image").is_dir()
    ]
    if not found:
        raise missing(root, protocol_of("dtu64"), f"scan{SCANS_64[0]}/image")
    return found


def _frames(root: Path, scan: int) -> list[FrameFiles]:
    frames = []
    for image in _with_reference_first(root / "Rectified" / f"scan{scan}"):
        view = _number(image.stem.split("_")[1:2], image) - 1
        mask = root / "depth_raw" / "Depths" / f"scan{scan}" / f"depth_visual_{view:04d}.png"
        frames.append(_frame(image, root / "Cameras", view, mask if mask.is_file() else None))
    return frames


def _frames_64(root: Path, scan: int) -> list[FrameFiles]:
    images = _with_reference_first(root / f"scan{scan}" / "image")
    return [_frame(image, root / "Cameras", _number([image.stem], image)) for image in images]


def _with_reference_first(folder: Path) -> list[Path]:
    images = sorted(folder.glob("*.png"))
    if len(images) <= FIRST_VIEW:
        return images
    return [images[FIRST_VIEW], *images[:FIRST_VIEW], *images[FIRST_VIEW + 1 :]]


def _number(words: list[str], image: Path) -> int:
    if not words or not words[0].isdecimal():
        raise InputError(f"{image}: its name does not say the number of its view.")
    return int(words[0])


def _frame(image: Path, cameras: Path, view: int, mask: Path | None = None) -> FrameFiles:
    camera, K = read_camera(cameras / f"{view:08d}_cam.txt")
    return FrameFiles(
        name=f"{view:08d}",
        read_image=image_reader(image),
        source=str(image),
        cam_from_world=camera,
        intrinsics=crop_intrinsics(K, -0.5, -0.5),
        read_mask=None if mask is None else partial(_mask, mask),
    )


def read_camera(path: Path) -> tuple[Float64[Tensor, "4 4"], Float64[Tensor, "3 3"]]:
    """World-to-camera and K of a file of MVSNet, as they stand there.

    Raises:
        InputError: If it is absent or something else.
    """
    words = read_text(path).split()
    try:
        start, middle = words.index("extrinsic") + 1, words.index("intrinsic") + 1
        camera = [float(word) for word in words[start : start + 16]]
        K = [float(word) for word in words[middle : middle + 9]]
        matrix = torch.tensor(camera, dtype=torch.float64).reshape(4, 4)
        return rigid(matrix, str(path)), torch.tensor(K, dtype=torch.float64).reshape(3, 3)
    except (ValueError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: 'extrinsic' with 16 numbers and 'intrinsic' with 9 are wanted ({error})."
        ) from error


def _mask(path: Path) -> Bool[Tensor, "H W"]:
    return read_image(path).image[0] > MASK_ABOVE


def _surface(root: Path, scan: int, truth: Truth) -> SurfaceTruth:  # noqa: ARG001 - scanned
    points = read_ply(root / "Points" / "stl" / f"stl{scan:03d}_total.ply").points
    folder = root / "SampleSet" / "mvs_data" / "ObsMask"
    plane_file = folder / f"Plane{scan}.mat"
    plane = torch.as_tensor(read_mat(plane_file, ("P",))["P"].astype("float64")).reshape(-1)
    if len(plane) != 4:
        raise InputError(f"{plane_file}: P must be four numbers, is {len(plane)}.")
    above = points.double() @ plane[:3] + plane[3] > 0
    return SurfaceTruth(points[above], read_observed(folder / f"ObsMask{scan}_10.mat"))


class ObservedVolume:
    """Which points the scanner could see.

    Args:
        mask: Voxels that it saw.
        corners: Two corners of the box of the voxels, mm.
        step: Side of a voxel, mm.
    """

    def __init__(
        self, mask: Bool[Tensor, "X Y Z"], corners: Float64[Tensor, "2 3"], step: float
    ) -> None:
        self._mask, self._corners, self._step = mask, corners, step

    def __call__(self, points: Float[Tensor, "P 3"]) -> Bool[Tensor, " P"]:
        """Whether each point lies in a voxel that was seen."""
        low, high = self._corners
        wide = points.double()
        near = ((wide >= low - PATCH_MM) & (wide < high + 2 * PATCH_MM)).all(-1)
        cells = ((wide - low) / self._step).round().long()
        shape = torch.tensor(self._mask.shape)
        near &= ((cells >= 0) & (cells < shape)).all(-1)
        x, y, z = torch.where(near[:, None], cells, 0).unbind(-1)
        return near & self._mask[x, y, z]


def read_observed(path: Path) -> ObservedVolume:
    """The volume of a file ``ObsMask<scan>_10.mat``.

    Raises:
        InputError: If it is absent or something else.
    """
    content = read_mat(path, ("ObsMask", "BB", "Res"))
    mask = torch.as_tensor(content["ObsMask"].astype(bool))
    corners = torch.as_tensor(content["BB"].astype("float64"))
    step = float(content["Res"].reshape(-1)[0])
    if mask.ndim != 3 or corners.shape != (2, 3) or not step > 0:
        raise InputError(f"{path}: ObsMask must have three axes, BB be 2 x 3 and Res positive.")
    return ObservedVolume(mask, corners, step)
