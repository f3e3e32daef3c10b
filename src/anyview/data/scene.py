# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What every data set yields: a scene of frames whose pictures are read when they are asked for.

Frames are as in docs/reference/conventions.md: OpenCV camera axes, ``cam_from_world``, K in pixels
of the frame's image with pixel centres at +0.5. Depth is z-depth in the unit of the translations:
metres if the scene is metric, else scene units; 0 is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError

ImageArray = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]
MaskArray = npt.NDArray[np.bool_]
Matrix = npt.NDArray[np.float64]

DepthKind = Literal["exact", "measured", "sparse", "teacher"]
"""Rendered; from a sensor (noise, holes); a few points; a teacher's, aligned. In the order of the
numbers of ``data.batch``."""

MaskKind = Literal["sky", "objects", "ignore"]
"""Sky; things (not walls, ground, sky); pixels that no loss may look at (watermarks, people)."""

DEPTH_KINDS: tuple[DepthKind, ...] = get_args(DepthKind)
MASK_KINDS: tuple[MaskKind, ...] = get_args(MaskKind)

T = TypeVar("T")


@dataclass(frozen=True)
class Held(Generic[T]):
    """A reader of what is in memory already.

    Attributes:
        value: An array, or sparse depth.
    """

    value: T

    def __call__(self) -> T:
        """The value itself."""
        return self.value


@dataclass(frozen=True)
class SparseDepth:
    """Depth at a few points of one image.

    Attributes:
        pixels: [N, 2] positions (x, y) in pixels of the image, centres at +0.5.
        depth: [N] z-depth, positive.
        point_ids: [N] number of the point in the scene, equal in every view that sees it; None
            if unknown.
    """

    pixels: FloatArray
    depth: FloatArray
    point_ids: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        count = len(self.depth)
        ids = self.point_ids
        if self.pixels.shape != (count, 2) or (ids is not None and ids.shape != (count,)):
            raise InputError(
                f"Sparse depth needs pixels [N, 2], depth [N] and point_ids [N] or None; got "
                f"{self.pixels.shape}, {self.depth.shape}, {None if ids is None else ids.shape}."
            )


@dataclass(frozen=True)
class Frame:
    """One view of a scene. Readers are functions without arguments, made to be pickled.

    Attributes:
        name: Unique within the scene.
        size: Height and width of the image in pixels.
        read_image: Gives [H, W, 3] uint8 sRGB, upright.
        intrinsics: [3, 3] K, or None if unknown.
        cam_from_world: [4, 4], or None if unknown.
        read_depth: Gives [h, w] float32 z-depth, 0 = unknown. Its grid covers the same image plane
            as the image and may be coarser.
        read_sparse: Gives depth at points, beside dense depth or instead of it.
        masks: Readers of [h, w] bool masks, on any grid that covers the image plane.
    """

    name: str
    size: tuple[int, int]
    read_image: Callable[[], ImageArray]
    intrinsics: Matrix | None = None
    cam_from_world: Matrix | None = None
    read_depth: Callable[[], FloatArray] | None = None
    read_sparse: Callable[[], SparseDepth] | None = None
    masks: Mapping[MaskKind, Callable[[], MaskArray]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, shape in (("intrinsics", (3, 3)), ("cam_from_world", (4, 4))):
            value = getattr(self, name)
            if value is not None and value.shape != shape:
                raise InputError(f"Frame {self.name}: {name} must be {shape}, got {value.shape}.")
        unknown = sorted(set(self.masks) - set(MASK_KINDS))
        if unknown:
            raise InputError(
                f"Frame {self.name}: unknown masks {', '.join(unknown)}; accepted: "
                f"{', '.join(MASK_KINDS)}."
            )


@dataclass(frozen=True)
class Origin:
    """Where a scene comes from and what may be done with it.

    Attributes:
        source: Name of the data set, or who took the pictures.
        licence: Its name or SPDX identifier; "unknown" is accepted and reported.
        url: Where it can be had.
        note: What was done to it, and what else matters.
    """

    source: str
    licence: str = "unknown"
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class TeacherLabels:
    """Depth that a network predicted for frames of a scene.

    Attributes:
        teacher: Name of the network.
        weights_hash: SHA-256 of its weights file.
        is_aligned: Whether it was brought to the scene's own unit; otherwise it is right up to
            scale and shift.
        readers: By name of the frame, each gives [h, w] float32, 0 = no label.
    """

    teacher: str
    weights_hash: str
    is_aligned: bool
    readers: Mapping[str, Callable[[], FloatArray]]


@dataclass(frozen=True)
class Scene:
    """Frames of one place, in one world frame if their cameras are known.

    Attributes:
        name: For reports.
        frames: At least one.
        origin: Provenance.
        depth_kind: Kind of the frames' dense depth; "sparse" where they have points only; None
            without depth.
        is_metric: Whether depth and translations are in metres.
        is_ordered: Whether frames follow each other in time.
        teachers: Labels by name of the teacher.
    """

    name: str
    frames: tuple[Frame, ...]
    origin: Origin
    depth_kind: DepthKind | None = None
    is_metric: bool = False
    is_ordered: bool = False
    teachers: Mapping[str, TeacherLabels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [frame.name for frame in self.frames]
        if not names:
            raise InputError(f"Scene {self.name}: has no frames.")
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"Scene {self.name}: two frames are called {twice!r}; rename one.")

    @property
    def unit(self) -> str:
        """Unit of depth and translations."""
        return "m" if self.is_metric else "scene units"

    @property
    def posed(self) -> tuple[Frame, ...]:
        """Frames whose K and ``cam_from_world`` are both known."""
        return tuple(
            frame
            for frame in self.frames
            if frame.intrinsics is not None and frame.cam_from_world is not None
        )
