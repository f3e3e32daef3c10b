# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a COLMAP model holds: cameras, images, points with tracks, rigs and their frames.

Conventions are COLMAP's, which are ours: camera axes of OpenCV, world-to-camera poses, pixel
centres at +0.5. Numbers are kept as the files have them, so reading and writing change no bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import torch
from jaxtyping import Float64, Int64, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.rotations import matrix_from_quaternion_wxyz, quaternion_wxyz_from_matrix
from anyview.geometry.se3 import rigid_transform

NO_POINT = -1
"""Id of the 3-D point of a feature that has none."""

CAMERA_MODELS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "SIMPLE_PINHOLE": (0, 3),
        "PINHOLE": (1, 4),
        "SIMPLE_RADIAL": (2, 4),
        "RADIAL": (3, 5),
        "OPENCV": (4, 8),
        "OPENCV_FISHEYE": (5, 8),
        "FULL_OPENCV": (6, 12),
        "FOV": (7, 5),
        "SIMPLE_RADIAL_FISHEYE": (8, 4),
        "RADIAL_FISHEYE": (9, 5),
        "THIN_PRISM_FISHEYE": (10, 12),
        "RAD_TAN_THIN_PRISM_FISHEYE": (11, 16),
        "SIMPLE_DIVISION": (12, 4),
        "DIVISION": (13, 5),
        "SIMPLE_FISHEYE": (14, 3),
        "FISHEYE": (15, 4),
        "EUCM": (16, 6),
        "EQUIRECTANGULAR": (17, 2),
    }
)
"""Number in binary files and count of parameters of each camera model, as of COLMAP 4.2."""


@dataclass(frozen=True)
class ColmapCamera:
    """One physical camera.

    Attributes:
        id: Positive.
        model: A name of ``CAMERA_MODELS``.
        width: Pixels.
        height: Pixels.
        params: In COLMAP's order for the model.

    Raises:
        InputError: If there is no such model, or its parameters are not as many, or not finite.
    """

    id: int
    model: str
    width: int
    height: int
    params: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the model's name, its parameters and the size."""
        if self.model not in CAMERA_MODELS:
            raise InputError(
                f"COLMAP camera {self.id} has the model {self.model!r}; known are "
                f"{', '.join(CAMERA_MODELS)}."
            )
        count = CAMERA_MODELS[self.model][1]
        if len(self.params) != count or not np.isfinite(self.params).all():
            raise InputError(
                f"COLMAP camera {self.id} of model {self.model} needs {count} finite parameters, "
                f"has {list(self.params)}."
            )
        if not (0 < self.width < 2**31 and 0 < self.height < 2**31):
            raise InputError(
                f"COLMAP camera {self.id} has the size {self.width} x {self.height}; both sides "
                "must be positive."
            )


@dataclass(frozen=True)
class ColmapPose:
    """A rigid transform as COLMAP stores it.

    Attributes:
        rotation_wxyz: Quaternion, w first, of any length but zero.
        translation: In the unit of the model.
    """

    rotation_wxyz: tuple[float, float, float, float]
    translation: tuple[float, float, float]

    @classmethod
    def of(cls, target_from_source: Float64[Tensor, "4 4"]) -> "ColmapPose":
        """From a matrix."""
        w, x, y, z = quaternion_wxyz_from_matrix(target_from_source[:3, :3]).tolist()
        a, b, c = target_from_source[:3, 3].tolist()
        return cls((w, x, y, z), (a, b, c))

    @property
    def matrix(self) -> Float64[Tensor, "4 4"]:
        """As a matrix; NaN if the quaternion is zero or a number is not finite."""
        quaternion = torch.tensor(self.rotation_wxyz, dtype=torch.float64)
        translation = torch.tensor(self.translation, dtype=torch.float64)
        return rigid_transform(matrix_from_quaternion_wxyz(quaternion), translation)


@dataclass(frozen=True)
class ColmapImage:
    """A registered image.

    Attributes:
        id: Positive.
        name: Path below the folder of images, ``/`` between folders.
        camera_id: Its camera.
        pose: World-to-camera.
        points_xy: Positions of features in pixels.
        point_ids: Id of the 3-D point of each feature, -1 for none.
    """

    id: int
    name: str
    camera_id: int
    pose: ColmapPose
    points_xy: Float64[np.ndarray, "N 2"] = field(default_factory=lambda: np.zeros((0, 2)))
    point_ids: Int64[np.ndarray, " N"] = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True)
class ColmapPoints:
    """Points and who sees them; the tracks of all points lie behind each other.

    Attributes:
        ids: Unique, positive.
        xyz: World coordinates.
        rgb: Colours.
        errors: Mean reprojection error in pixels; -1 if never computed.
        track_lengths: Sightings of each point.
        tracks: For each sighting the image's id and the number of the feature in that image.
    """

    ids: Int64[np.ndarray, " N"]
    xyz: Float64[np.ndarray, "N 3"]
    rgb: UInt8[np.ndarray, "N 3"]
    errors: Float64[np.ndarray, " N"]
    track_lengths: Int64[np.ndarray, " N"]
    tracks: Int64[np.ndarray, "M 2"]

    @classmethod
    def none(cls) -> "ColmapPoints":
        """No points."""
        whole, real = np.zeros(0, np.int64), np.zeros((0, 3))
        return cls(whole, real, real.astype(np.uint8), real[:, 0], whole, whole.reshape(0, 2))

    def __post_init__(self) -> None:
        """Check that the tracks are as long as they say."""
        if int(self.track_lengths.sum()) != len(self.tracks):
            raise InputError(
                f"The tracks of COLMAP points have {len(self.tracks)} sightings, their lengths "
                f"add up to {int(self.track_lengths.sum())}."
            )

    def __len__(self) -> int:
        """Number of points."""
        return len(self.ids)


@dataclass(frozen=True)
class ColmapRig:
    """Cameras that are fixed to each other, since COLMAP 3.12.

    Attributes:
        id: Of the rig.
        cam_from_rig: By camera id; None where it is not known. The reference camera's is the
            identity. Sensors other than cameras are left out.
    """

    id: int
    cam_from_rig: Mapping[int, ColmapPose | None]


@dataclass(frozen=True)
class ColmapFrame:
    """What a rig took at one moment.

    Attributes:
        id: Of the frame.
        rig_id: Of the rig.
        image_ids: Images of its cameras, registered or not.
    """

    id: int
    rig_id: int
    image_ids: tuple[int, ...]


@dataclass(frozen=True)
class ColmapModel:
    """A reconstruction.

    Attributes:
        cameras: By id.
        images: By id, in the order of the file.
        points: Empty if they were not read.
        rigs: By id; empty for models of before COLMAP 3.12.
        frames: Empty likewise.

    Raises:
        InputError: If an image's camera is not there.
    """

    cameras: Mapping[int, ColmapCamera]
    images: Mapping[int, ColmapImage]
    points: ColmapPoints = field(default_factory=ColmapPoints.none)
    rigs: Mapping[int, ColmapRig] = field(default_factory=lambda: MappingProxyType({}))
    frames: tuple[ColmapFrame, ...] = ()

    def __post_init__(self) -> None:
        """Check that every image has its camera."""
        for image in self.images.values():
            if image.camera_id not in self.cameras:
                raise InputError(
                    f"COLMAP image {image.id} ({image.name}) is of camera {image.camera_id}, "
                    "which the model does not have."
                )
