# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Point clouds and triangle meshes: what exporters write."""

from dataclasses import dataclass

from jaxtyping import Float, Int, UInt8
from torch import Tensor


@dataclass(frozen=True)
class PointCloud:
    """Coloured points in the world frame of a prediction.

    Attributes:
        points: Positions, OpenCV axes (x right, y down, z forward) of the world frame.
        colors: RGB, 0 to 255.
        conf: Confidence of each point as the network gives it, or None.
        view_index: The view that each point comes from, or None.
    """

    points: Float[Tensor, "N 3"]
    colors: UInt8[Tensor, "N 3"]
    conf: Float[Tensor, " N"] | None = None
    view_index: Int[Tensor, " N"] | None = None

    def __len__(self) -> int:
        """Number of points."""
        return int(self.points.shape[0])


@dataclass(frozen=True)
class Mesh:
    """A triangle mesh with a colour per vertex.

    Attributes:
        vertices: Positions, same frame as ``PointCloud.points``.
        faces: Vertex indices, counter-clockwise seen from outside.
        colors: RGB per vertex, 0 to 255.
    """

    vertices: Float[Tensor, "N 3"]
    faces: Int[Tensor, "F 3"]
    colors: UInt8[Tensor, "N 3"]
