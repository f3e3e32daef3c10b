# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What miniatures of data sets are written with."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform

HEIGHT, WIDTH = 24, 32


def picture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> torch.Tensor:
    """Random colours, RGB planes."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (3, height, width), generator=generator, dtype=torch.uint8)


def save_picture(path: Path, image: torch.Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = "PNG" if path.suffix == ".png" else "BMP"  # lossless; contents decide how it is read
    pixels = image.permute(1, 2, 0) if image.ndim == 3 else image
    Image.fromarray(pixels.contiguous().numpy()).save(path, format=kind)


def save_levels(path: Path, levels) -> None:
    """16-bit grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(levels).astype(np.uint16)).save(path)


def camera(number: int) -> torch.Tensor:
    """World-to-camera of a view of a path."""
    turn = torch.tensor([0.05 * number, 0.1 * number, -0.02 * number], dtype=torch.float64)
    place = torch.tensor([0.3 * number, -0.1, 0.05 * number**2], dtype=torch.float64)
    return rigid_transform(rotation_from_axis_angle(turn), place)


def rows(matrix: torch.Tensor) -> str:
    """A matrix as lines of text."""
    return "\n".join(" ".join(repr(float(value)) for value in row) for row in matrix) + "\n"


def quad_ply(path: Path) -> None:
    """A square of two triangles in the plane z = 2, corners at (+-1, +-1)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n"
        "property float z\nelement face 2\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_text(head + "-1 -1 2\n1 -1 2\n1 1 2\n-1 1 2\n3 0 1 2\n3 0 2 3\n")


def points_ply(path: Path, points) -> None:
    """A cloud."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        f"ply\nformat ascii 1.0\nelement vertex {len(points)}\nproperty float x\n"
        "property float y\nproperty float z\nend_header\n"
    )
    path.write_text(head + "".join(f"{x} {y} {z}\n" for x, y, z in points))


def options(**chosen) -> SuiteOptions:
    return SuiteOptions(**chosen)
