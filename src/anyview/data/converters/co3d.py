# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""CO3Dv2: turntable videos of common objects with COLMAP cameras and depth.

Layout: README.md and ``co3d/dataset/data_types.py`` of https://github.com/facebookresearch/co3d
(version 2, 2022). Paths are relative to the root above the categories. Cameras are PyTorch3D's:
row vectors, x left, y up, z forward; focal lengths and principal points in normalised device
coordinates. Depth is a 16-bit float in the bits of a 16-bit PNG, times ``scale_adjustment``.
The scale of a sequence is that of its reconstruction, not metric.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FrameMaker
from anyview.data.converters.source_files import MaskFile, grey_levels, image_file
from anyview.data.scene import FloatArray, Frame, MaskKind, Origin
from anyview.geometry import se3
from anyview.geometry.lens import Lens
from anyview.io.json_fields import (
    below,
    field,
    matrix,
    number,
    read_json,
    rows,
    table,
    text,
)

ANNOTATIONS = "frame_annotations.jgz"

FARTHEST_CAMERA = 1e6
"""A few published cameras lie at 1e6 to 1e16 scene units: reconstructions that blew up."""

_FLIP_XY = torch.diag(torch.tensor([-1.0, -1.0, 1.0], dtype=torch.float64))


def find_co3d(source: Path, _options: ConvertOptions) -> Iterator[SceneSource]:
    """The sequences of a category's folder, or of all categories below a root.

    Categories are read one after the other: their annotations fill memory.

    Raises:
        InputError: If there is no category, or one's annotations are damaged.
    """
    if (source / ANNOTATIONS).is_file():
        categories = [source]
    else:
        categories = sorted(path.parent for path in source.glob(f"*/{ANNOTATIONS}"))
    if not categories:
        raise InputError(
            f"{source}: no CO3D category; a folder with {ANNOTATIONS}, or of such folders, is "
            "wanted."
        )
    for category in categories:
        where = str(category / ANNOTATIONS)
        records = rows(read_json(category / ANNOTATIONS), where)
        if not records:
            raise InputError(f"{where}: has no frames.")
        sequences: dict[str, list[dict[str, Any]]] = {}
        for index, record in enumerate(records):
            name = text(record, "sequence_name", f"{where}[{index}]")
            sequences.setdefault(name, []).append(record)
        for name, frames in sequences.items():
            full = f"{category.resolve().name}_{name}"
            yield SceneSource(full, partial(read_sequence, category, full, frames))


def read_sequence(category: Path, name: str, records: list[dict[str, Any]]) -> FoundScene:
    """Read the frames of one sequence, in the order of ``frame_number``.

    Args:
        category: The category's folder.
        name: Of the scene.
        records: Frame annotations of the sequence.

    Raises:
        InputError: If a frame has no number.
    """
    root = category.resolve().parent
    where = f"{category / ANNOTATIONS}: {name}"
    ordered = sorted(records, key=lambda record: number(record, "frame_number", where))
    maker = FrameMaker()
    makers = []
    for record in ordered:
        index = int(number(record, "frame_number", where))
        makers.append(
            (f"{index:06d}", partial(_frame, maker, root, record, f"{where} frame {index}"))
        )
    frames, left_out = gather(makers)
    has_depth = any(frame.read_depth is not None for frame in frames)
    return FoundScene(
        name=name,
        frames=frames,
        origin=Origin(
            source="CO3Dv2",
            licence="CC-BY-NC-4.0",
            url="https://github.com/facebookresearch/co3d",
            note="depth and cameras of COLMAP in the scale of the sequence",
        ),
        depth_kind="measured" if has_depth else None,
        is_metric=False,
        is_ordered=True,
        left_out=left_out,
    )


def _frame(maker: FrameMaker, root: Path, record: dict[str, Any], where: str) -> Frame:
    annotation = table(field(record, "image", where), f"{where} image")
    image = image_file(below(root, text(annotation, "path", where), where))
    height, width = (int(x) for x in matrix(annotation, "size", where, (2,)))
    viewpoint = table(field(record, "viewpoint", where), f"{where} viewpoint")
    return maker.make(
        image,
        lens_of(viewpoint, height, width, where),
        pose_of(viewpoint, where),
        read_depth=_depth(root, record, where),
        masks=_masks(root, record, where),
    )


def lens_of(viewpoint: dict[str, Any], height: int, width: int, where: str) -> Lens:
    """The pinhole camera of a ``ViewpointAnnotation``.

    ``ndc_isotropic``: the shorter side spans [-1, 1]; ``ndc_norm_image_bounds``: either side does.
    x points left and y up, so the principal point changes sign.

    Args:
        viewpoint: The annotation.
        height: Of the annotated image, pixels.
        width: The same across.
        where: File and place, which starts messages.

    Raises:
        InputError: If the format is another one, or a value is absent.
    """
    if min(height, width) < 1:
        raise InputError(f"{where}: image size {height} x {width} has no pixels.")
    # The default of the data class, which dumps leave out.
    kind = str(viewpoint.get("intrinsics_format") or "ndc_norm_image_bounds").lower()
    half = torch.tensor([width, height], dtype=torch.float64) / 2
    if kind == "ndc_isotropic":
        unit = half.min().expand(2)
    elif kind == "ndc_norm_image_bounds":
        unit = half
    else:
        raise InputError(
            f"{where}: intrinsics_format {kind!r} is not read; accepted are 'ndc_isotropic' and "
            "'ndc_norm_image_bounds'."
        )
    focal = (matrix(viewpoint, "focal_length", where, (2,)) * unit).tolist()
    centre = (half - matrix(viewpoint, "principal_point", where, (2,)) * unit).tolist()
    return Lens(focal[0], focal[1], centre[0], centre[1], height, width)


def pose_of(viewpoint: dict[str, Any], where: str) -> Float64[Tensor, "4 4"]:
    """``cam_from_world`` with our axes: PyTorch3D writes ``x_cam = x_world R + T``.

    Raises:
        InputError: If it is absent, no rigid transform, NaN, or absurdly far away.
    """
    rotation = _FLIP_XY @ matrix(viewpoint, "R", where, (3, 3)).mT
    translation = _FLIP_XY @ matrix(viewpoint, "T", where, (3,))
    pose = se3.rigid_transform(rotation, translation)
    se3.validate_extrinsics(pose, name=f"{where}: R, T")
    if float(translation.norm()) > FARTHEST_CAMERA:
        raise InputError(
            f"{where}: the camera is {float(translation.norm()):.3g} scene units away, more than "
            f"{FARTHEST_CAMERA:g}: its reconstruction failed."
        )
    return pose


@dataclass(frozen=True)
class HalfFloatDepth:
    """Reader of CO3D's depth.

    Attributes:
        path: 16-bit PNG whose bits are a 16-bit float.
        scale: ``scale_adjustment``.
        mask: PNG that is above 0 where depth can be trusted, or None.
    """

    path: Path
    scale: float
    mask: Path | None

    def __call__(self) -> FloatArray:
        """[h, w] float32 z-depth; 0 where it is unknown, not finite, or masked."""
        levels = np.ascontiguousarray(grey_levels(self.path))
        depth = levels.view(np.float16).astype(np.float32) * np.float32(self.scale)
        known = np.isfinite(depth) & (depth > 0)
        if self.mask is not None:
            trusted = MaskFile(self.mask)()
            if trusted.shape != known.shape:
                raise InputError(
                    f"{self.mask}: is {trusted.shape}, its depth {known.shape}; they must agree."
                )
            known &= trusted
        result: FloatArray = np.where(known, depth, 0).astype(np.float32)
        return result


def _depth(root: Path, record: dict[str, Any], where: str) -> HalfFloatDepth | None:
    if record.get("depth") is None:
        return None
    annotation = table(record["depth"], f"{where} depth")
    path = below(root, text(annotation, "path", where), where)
    mask = None
    if annotation.get("mask_path") is not None:
        mask = below(root, text(annotation, "mask_path", where), where)
    for file in (path, mask):
        if file is not None and not file.is_file():
            raise InputError(f"{where}: {file} is not there.")
    scale = number(annotation, "scale_adjustment", where)
    if scale <= 0:
        raise InputError(f"{where}: scale_adjustment must be positive, is {scale}.")
    return HalfFloatDepth(path, scale, mask)


def _masks(root: Path, record: dict[str, Any], where: str) -> dict[MaskKind, MaskFile]:
    """The probability of foreground, cut at one half."""
    if record.get("mask") is None:
        return {}
    annotation = table(record["mask"], f"{where} mask")
    file = below(root, text(annotation, "path", where), where)
    if not file.is_file():
        raise InputError(f"{where}: {file} is not there.")
    return {"objects": MaskFile(file, above=127)}
