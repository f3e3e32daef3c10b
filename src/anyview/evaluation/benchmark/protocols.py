# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a protocol consists of, as data: which parts of an answer are scored, and how.

``protocol_table.PROTOCOLS`` has one for each suite.
"""

from dataclasses import dataclass
from typing import Literal

from anyview.metrics.depth import DepthAlignment

LengthUnit = Literal["truth", "median-depth"]
"""Unit of a protocol's lengths: that of the truth, or the median true depth of the scene."""

CameraFit = Literal["centres", "cameras"]
"""How predicted cameras are brought to the true ones: RANSAC and Umeyama's similarity of the
centres, as published; or of centres and orientations together, which two views determine."""

Fusion = Literal["tsdf", "points", "consistent-points"]
"""How depth becomes a surface: a truncated signed distance field; all pixels as points; the means
of points that several views agree on."""

FrameChoice = Literal["seeded-draw", "even"]
"""Which frames of a long scene are taken: the first ones of a list that Python's generator
shuffles from seed 42, as published; or frames spread evenly."""

Subset = Literal["first", "middle"]
"""Which of the frames a smaller view count takes: the first ones, or a window in the middle."""


@dataclass(frozen=True)
class EvalCrop:
    """The window of an image that is scored, as shares of its height and width in [0, 1]."""

    top: float
    bottom: float
    left: float
    right: float


EIGEN_CROP = EvalCrop(45 / 480, 471 / 480, 41 / 640, 601 / 640)
"""NYU: rows 45 to 471 and columns 41 to 601 of 480 x 640 (Eigen et al., 2014)."""

GARG_CROP = EvalCrop(0.40810811, 0.99189189, 0.03594771, 0.96405229)
"""KITTI (Garg et al., 2016)."""


@dataclass(frozen=True)
class DepthSpec:
    """How depth is scored.

    Attributes:
        alignment: What is taken out of each view for the numbers ``depth/...``.
        least: True depth from here on counts, in the unit of the truth.
        most: True depth up to here counts.
        clamps: Whether aligned depth is brought into [least, most] before it is compared.
        crop: Window that counts; None for the whole image.
    """

    alignment: DepthAlignment = "median"
    least: float = 1e-3
    most: float = float("inf")
    clamps: bool = False
    crop: EvalCrop | None = None


@dataclass(frozen=True)
class PoseSpec:
    """How relative poses of all pairs of views are scored.

    Attributes:
        min_baseline_share: True cameras nearer to each other than this share of the median true
            depth have no direction that is scored.
    """

    min_baseline_share: float = 0.0


@dataclass(frozen=True)
class ReconstructionSpec:
    """How the surface that depth and cameras make is scored. Lengths are in ``unit``.

    Attributes:
        threshold: Distance within which a point is right; None for protocols without F1.
        voxel: Side of a voxel of the distance field.
        truncation: Of the distance field.
        unit: Of all lengths here.
        max_depth: Farther depth is left out.
        samples: Points drawn from a mesh, and most points of a fusion without mesh.
        thinning: Points within voxels of this side become their mean before they are compared;
            0 for none.
        camera_fit: How predicted cameras are brought to the true ones.
        fusion: With predicted cameras.
        posed_fusion: With given cameras.
        consistency: Of ``"consistent-points"``: points of views nearer than this agree.
        consistent_views: Of the same: as many views must agree.
        box_margin: Predicted points farther than this outside the box of the truth are left out;
            None leaves none out.
        outlier: Distances from here on are left out of means; None leaves none out.
    """

    threshold: float | None
    voxel: float
    truncation: float
    unit: LengthUnit = "truth"
    max_depth: float = float("inf")
    samples: int = 1_000_000
    thinning: float = 0.0
    camera_fit: CameraFit = "centres"
    fusion: Fusion = "tsdf"
    posed_fusion: Fusion = "tsdf"
    consistency: float = 0.0
    consistent_views: int = 1
    box_margin: float | None = None
    outlier: float | None = None


@dataclass(frozen=True)
class FrameSpec:
    """Which frames of a scene are used.

    Attributes:
        most: At most so many; None for all.
        choice: Which, if there are more.
        view_counts: Numbers of views that each scene is asked with; 0 stands for all.
        subset: Which frames a smaller number takes.
        image_side: Images are shrunk until their longer side has so many pixels; None: never.
    """

    most: int | None = 100
    choice: FrameChoice = "seeded-draw"
    view_counts: tuple[int, ...] = (0,)
    subset: Subset = "middle"
    image_side: int | None = None


@dataclass(frozen=True)
class DataSource:
    """Where data comes from and how it must lie.

    Attributes:
        title: Of the data set.
        url: Where it is to be had.
        licence: Its terms, short.
        release: Which release the reader follows.
        layout: Files below the root, one a line.
    """

    title: str
    url: str
    licence: str
    release: str
    layout: tuple[str, ...]


@dataclass(frozen=True)
class ProtocolSpec:
    """A protocol.

    Attributes:
        suite: The suite that it belongs to.
        source: Its data.
        frames: Which frames are used.
        depth: How depth is scored; None: it is not.
        pose: The same of relative poses.
        trajectory: Whether the absolute trajectory error is taken.
        reconstruction: The same of surfaces.
        lens: Whether fields of view are scored.
        images: Whether images are scored that a prediction's points make in its own views.
    """

    suite: str
    source: DataSource
    frames: FrameSpec = FrameSpec()
    depth: DepthSpec | None = None
    pose: PoseSpec | None = None
    trajectory: bool = False
    reconstruction: ReconstructionSpec | None = None
    lens: bool = False
    images: bool = False
