# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Binary files of COLMAP models, little-endian, as of COLMAP 3.x and 4.x.

Every count is compared with the bytes that are left before anything is made of its size, so a
damaged or hostile file costs no more memory than it has itself.
"""

import struct
from collections.abc import Iterable

import numpy as np
from jaxtyping import Int64

from anyview.core.errors import InputError
from anyview.io.colmap_records import (
    CAMERA_MODELS,
    ColmapCamera,
    ColmapFrame,
    ColmapImage,
    ColmapPoints,
    ColmapPose,
    ColmapRig,
)

_NAME_OF_MODEL = {number: name for name, (number, _) in CAMERA_MODELS.items()}
_CAMERA = 0
"""Number of the type of sensor; others are of no concern here."""

_FEATURE = np.dtype([("xy", "<f8", 2), ("point", "<i8")])
_POINT = np.dtype(
    [("id", "<i8"), ("xyz", "<f8", 3), ("rgb", "u1", 3), ("error", "<f8"), ("length", "<u8")]
)
_SIGHTING_BYTES = 8


class _Bytes:
    """A file's bytes, read from the front."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        size = struct.calcsize(layout)
        self.need(size)
        values = struct.unpack_from(layout, self.data, self.place)
        self.place += size
        return values

    def whole(self, layout: str) -> int:
        """One whole number."""
        (value,) = self.take("<" + layout)
        return int(value)

    def real(self, count: int) -> tuple[float, ...]:
        return tuple(float(value) for value in self.take(f"<{count}d"))

    def pose(self) -> ColmapPose:
        w, x, y, z, a, b, c = self.real(7)
        return ColmapPose((w, x, y, z), (a, b, c))

    def count(self, least_bytes: int) -> int:
        """A number of records of at least so many bytes each, which must still be there."""
        number = self.whole("Q")
        self.need(number * least_bytes)
        return number

    def need(self, size: int) -> None:
        left = len(self.data) - self.place
        if size > left:
            raise InputError(
                f"cut off or damaged at byte {self.place:,}: {size:,} bytes more are announced, "
                f"{left:,} are there"
            )

    def name(self) -> str:
        end = self.data.find(b"\0", self.place)
        if end < 0:
            raise InputError(f"damaged at byte {self.place:,}: a name without an end")
        raw = self.data[self.place : end]
        self.place = end + 1
        return raw.decode("utf-8", errors="surrogateescape")

    def finish(self) -> None:
        if self.place != len(self.data):
            raise InputError(f"damaged: {len(self.data) - self.place:,} bytes too many")


def cameras_from_bytes(data: bytes) -> list[ColmapCamera]:
    """Content of cameras.bin.

    Raises:
        InputError: If it is damaged; without the file's name, like all of this module.
    """
    file = _Bytes(data)
    cameras = []
    for _ in range(file.count(24)):
        camera_id, model, width, height = file.take("<IiQQ")
        name = _NAME_OF_MODEL.get(int(model))
        if name is None:
            raise InputError(
                f"camera {camera_id} has the model number {model}; known are 0 to "
                f"{max(_NAME_OF_MODEL)}"
            )
        params = file.real(CAMERA_MODELS[name][1])
        cameras.append(ColmapCamera(int(camera_id), name, int(width), int(height), params))
    file.finish()
    return cameras


def bytes_from_cameras(cameras: Iterable[ColmapCamera]) -> bytes:
    """Content of cameras.bin."""
    parts = [
        struct.pack(
            f"<IiQQ{len(camera.params)}d",
            camera.id,
            CAMERA_MODELS[camera.model][0],
            camera.width,
            camera.height,
            *camera.params,
        )
        for camera in cameras
    ]
    return struct.pack("<Q", len(parts)) + b"".join(parts)


def images_from_bytes(data: bytes) -> list[ColmapImage]:
    """Content of images.bin.

    Raises:
        InputError: If it is damaged.
    """
    file = _Bytes(data)
    images = []
    for _ in range(file.count(73)):
        image_id = file.whole("I")
        pose = file.pose()
        camera_id = file.whole("I")
        name = file.name()
        count = file.count(_FEATURE.itemsize)
        features = np.frombuffer(data, _FEATURE, count, file.place)
        file.place += count * _FEATURE.itemsize
        # Copies: a view would keep the whole file in memory, and cannot be written to.
        xy, ids = features["xy"].astype(np.float64), features["point"].astype(np.int64)
        images.append(ColmapImage(image_id, name, camera_id, pose, xy, ids))
    file.finish()
    return images


def bytes_from_images(images: Iterable[ColmapImage]) -> bytes:
    """Content of images.bin."""
    parts = []
    for image in images:
        pose = (*image.pose.rotation_wxyz, *image.pose.translation)
        features = np.empty(len(image.point_ids), _FEATURE)
        features["xy"], features["point"] = image.points_xy, image.point_ids
        parts.append(
            struct.pack("<I7dI", image.id, *pose, image.camera_id)
            + image.name.encode("utf-8", errors="surrogateescape")
            + b"\0"
            + struct.pack("<Q", len(features))
            + features.tobytes()
        )
    return struct.pack("<Q", len(parts)) + b"".join(parts)


def points_from_bytes(data: bytes) -> ColmapPoints:
    """Content of points3D.bin.

    Raises:
        InputError: If it is damaged.
    """
    file = _Bytes(data)
    count = file.count(_POINT.itemsize)
    starts = np.empty(count, np.int64)
    length_at = _POINT.fields["length"][1] if _POINT.fields else 0
    for row in range(count):
        file.need(_POINT.itemsize)
        starts[row] = file.place
        (length,) = struct.unpack_from("<Q", data, file.place + length_at)
        file.place += _POINT.itemsize
        file.need(length * _SIGHTING_BYTES)
        file.place += length * _SIGHTING_BYTES
    file.finish()
    raw = np.frombuffer(data, np.uint8)
    heads = raw[starts[:, None] + np.arange(_POINT.itemsize)].reshape(-1).view(_POINT)
    lengths = heads["length"].astype(np.int64)
    places = _sighting_places(starts + _POINT.itemsize, lengths)
    tracks = raw[places[:, None] + np.arange(_SIGHTING_BYTES)].reshape(-1).view("<u4")
    return ColmapPoints(
        ids=heads["id"].astype(np.int64),
        xyz=heads["xyz"].astype(np.float64),
        rgb=heads["rgb"].astype(np.uint8),
        errors=heads["error"].astype(np.float64),
        track_lengths=lengths,
        tracks=tracks.reshape(-1, 2).astype(np.int64),
    )


def bytes_from_points(points: ColmapPoints) -> bytes:
    """Content of points3D.bin."""
    heads = np.empty(len(points), _POINT)
    heads["id"], heads["xyz"], heads["rgb"] = points.ids, points.xyz, points.rgb
    heads["error"], heads["length"] = points.errors, points.track_lengths
    sizes = _POINT.itemsize + _SIGHTING_BYTES * points.track_lengths
    starts = np.cumsum(sizes) - sizes
    raw = np.empty(int(sizes.sum()), np.uint8)
    raw[starts[:, None] + np.arange(_POINT.itemsize)] = heads.view(np.uint8).reshape(
        len(points), _POINT.itemsize
    )
    places = _sighting_places(starts + _POINT.itemsize, points.track_lengths)
    sightings = points.tracks.astype("<u4").view(np.uint8).reshape(-1, _SIGHTING_BYTES)
    raw[places[:, None] + np.arange(_SIGHTING_BYTES)] = sightings
    return struct.pack("<Q", len(points)) + raw.tobytes()


def rigs_from_bytes(data: bytes) -> list[ColmapRig]:
    """Content of rigs.bin.

    Raises:
        InputError: If it is damaged.
    """
    file = _Bytes(data)
    rigs = []
    for _ in range(file.count(8)):
        rig_id, sensors = file.whole("I"), file.whole("I")
        cameras: dict[int, ColmapPose | None] = {}
        for sensor in range(sensors):
            kind, sensor_id = file.whole("i"), file.whole("I")
            pose: ColmapPose | None = ColmapPose((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
            if sensor > 0:  # the first one is the reference
                pose = file.pose() if file.whole("B") else None
            if kind == _CAMERA:
                cameras[sensor_id] = pose
        rigs.append(ColmapRig(rig_id, cameras))
    file.finish()
    return rigs


def frames_from_bytes(data: bytes) -> list[ColmapFrame]:
    """Content of frames.bin.

    Raises:
        InputError: If it is damaged.
    """
    file = _Bytes(data)
    frames = []
    for _ in range(file.count(68)):
        frame_id, rig_id = file.whole("I"), file.whole("I")
        file.pose()
        images = []
        for _ in range(file.whole("I")):
            kind, _sensor, image_id = file.take("<iIQ")
            if kind == _CAMERA:
                images.append(int(image_id))
        frames.append(ColmapFrame(frame_id, rig_id, tuple(images)))
    file.finish()
    return frames


def _sighting_places(
    firsts: Int64[np.ndarray, " N"], lengths: Int64[np.ndarray, " N"]
) -> Int64[np.ndarray, " M"]:
    """Byte of each sighting, from the byte of the first one of each point."""
    number_in_track = np.arange(int(lengths.sum())) - np.repeat(
        np.cumsum(lengths) - lengths, lengths
    )
    places: Int64[np.ndarray, " M"] = np.repeat(firsts, lengths) + _SIGHTING_BYTES * number_in_track
    return places
