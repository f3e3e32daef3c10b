# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Text files of COLMAP models: one record a line, two lines an image, ``#`` before comments."""

from collections.abc import Iterable, Iterator

import numpy as np

from anyview.core.errors import InputError
from anyview.io.colmap_records import (
    ColmapCamera,
    ColmapFrame,
    ColmapImage,
    ColmapPoints,
    ColmapPose,
    ColmapRig,
)


class _Words:
    """The words of one line, taken from the front; each problem names the line."""

    def __init__(self, number: int, line: str) -> None:
        self._number = number
        self._words = line.split()
        self._place = 0

    def __bool__(self) -> bool:
        return self._place < len(self._words)

    def take(self) -> str:
        if not self:
            raise self.problem("ends too early")
        self._place += 1
        return self._words[self._place - 1]

    def whole(self) -> int:
        word = self.take()
        try:
            return int(word)
        except ValueError as error:
            raise self.problem(f"has {word!r} where a whole number is wanted") from error

    def real(self) -> float:
        word = self.take()
        try:
            return float(word)
        except ValueError as error:
            raise self.problem(f"has {word!r} where a number is wanted") from error

    def pose(self) -> ColmapPose:
        w, x, y, z, a, b, c = (self.real() for _ in range(7))
        return ColmapPose((w, x, y, z), (a, b, c))

    def rest(self) -> list[str]:
        words, self._place = self._words[self._place :], len(self._words)
        return words

    def finish(self) -> None:
        if self:
            raise self.problem(f"has {self._words[self._place]!r} too many")

    def problem(self, what: str) -> InputError:
        return InputError(f"line {self._number} {what}")


def cameras_from_text(text: str) -> list[ColmapCamera]:
    """Content of cameras.txt.

    Raises:
        InputError: If it is damaged; without the file's name, like all of this module.
    """
    cameras = []
    for line in _records(text):
        camera_id, model = line.whole(), line.take()
        width, height = line.whole(), line.whole()
        params = []
        while line:
            params.append(line.real())
        cameras.append(ColmapCamera(camera_id, model, width, height, tuple(params)))
    return cameras


def text_from_cameras(cameras: Iterable[ColmapCamera]) -> str:
    """Content of cameras.txt."""
    lines = [
        f"{camera.id} {camera.model} {camera.width} {camera.height} {_reals(camera.params)}"
        for camera in cameras
    ]
    return _document("CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]", lines)


def images_from_text(text: str) -> list[ColmapImage]:
    """Content of images.txt.

    Raises:
        InputError: If it is damaged.
    """
    images = []
    lines = _lines(text)
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = _Words(number, line)
        image_id, pose, camera_id = words.whole(), words.pose(), words.whole()
        words.take()
        name = line.strip().split(maxsplit=9)[9]  # it may hold spaces
        # The line of features is there even if it is empty, but for the last image's.
        feature_number, features = next(lines, (number + 1, ""))
        xy, ids = _features(_Words(feature_number, features))
        images.append(ColmapImage(image_id, name, camera_id, pose, xy, ids))
    return images


def text_from_images(images: Iterable[ColmapImage]) -> str:
    """Content of images.txt."""
    lines = []
    for image in images:
        pose = _reals((*image.pose.rotation_wxyz, *image.pose.translation))
        lines.append(f"{image.id} {pose} {image.camera_id} {image.name}")
        features = zip(image.points_xy.tolist(), image.point_ids.tolist(), strict=True)
        lines.append(" ".join(f"{x!r} {y!r} {point}" for (x, y), point in features))
    head = "IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME; then X, Y, POINT3D_ID of each"
    return _document(head, lines)


def points_from_text(text: str) -> ColmapPoints:
    """Content of points3D.txt.

    Raises:
        InputError: If it is damaged.
    """
    ids, xyz, rgb, errors, lengths = [], [], [], [], []
    tracks: list[tuple[int, int]] = []
    for line in _records(text):
        ids.append(line.whole())
        xyz.append([line.real() for _ in range(3)])
        rgb.append([min(max(line.whole(), 0), 255) for _ in range(3)])
        errors.append(line.real())
        before = len(tracks)
        while line:
            tracks.append((line.whole(), line.whole()))
        lengths.append(len(tracks) - before)
    try:
        return ColmapPoints(
            ids=np.array(ids, np.int64),
            xyz=np.array(xyz, np.float64).reshape(-1, 3),
            rgb=np.array(rgb, np.uint8).reshape(-1, 3),
            errors=np.array(errors, np.float64),
            track_lengths=np.array(lengths, np.int64),
            tracks=np.array(tracks, np.int64).reshape(-1, 2),
        )
    except OverflowError as error:
        raise InputError("a whole number in it has more than 64 bits") from error


def text_from_points(points: ColmapPoints) -> str:
    """Content of points3D.txt."""
    lines = []
    first = 0
    rows = zip(
        points.ids.tolist(),
        points.xyz.tolist(),
        points.rgb.tolist(),
        points.errors.tolist(),
        points.track_lengths.tolist(),
        strict=True,
    )
    tracks = points.tracks.tolist()
    for point_id, xyz, rgb, error, length in rows:
        track = " ".join(f"{image} {feature}" for image, feature in tracks[first : first + length])
        colour = " ".join(map(str, rgb))
        lines.append(f"{point_id} {_reals(xyz)} {colour} {error!r} {track}".rstrip())
        first += length
    return _document(
        "POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)", lines
    )


def rigs_from_text(text: str) -> list[ColmapRig]:
    """Content of rigs.txt.

    Raises:
        InputError: If it is damaged.
    """
    rigs = []
    for line in _records(text):
        rig_id, sensors = line.whole(), line.whole()
        cameras: dict[int, ColmapPose | None] = {}
        for sensor in range(sensors):
            kind, sensor_id = line.take(), line.whole()
            pose: ColmapPose | None = ColmapPose((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
            if sensor > 0:  # the first one is the reference
                pose = line.pose() if line.whole() else None
            if kind == "CAMERA":
                cameras[sensor_id] = pose
        line.finish()
        rigs.append(ColmapRig(rig_id, cameras))
    return rigs


def frames_from_text(text: str) -> list[ColmapFrame]:
    """Content of frames.txt.

    Raises:
        InputError: If it is damaged.
    """
    frames = []
    for line in _records(text):
        frame_id, rig_id = line.whole(), line.whole()
        line.pose()
        images = []
        for _ in range(line.whole()):
            kind, _, image_id = line.take(), line.whole(), line.whole()
            if kind == "CAMERA":
                images.append(image_id)
        line.finish()
        frames.append(ColmapFrame(frame_id, rig_id, tuple(images)))
    return frames


def _features(words: _Words) -> tuple[np.ndarray, np.ndarray]:
    numbers = words.rest()
    if len(numbers) % 3:
        raise words.problem("has a number of words that is no multiple of three")
    try:
        xy = np.array([numbers[0::3], numbers[1::3]], dtype=np.float64).T
        ids = np.array([int(word) for word in numbers[2::3]], dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise words.problem(f"is no list of X, Y, POINT3D_ID ({error})") from error
    return np.ascontiguousarray(xy), ids


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines: names may hold the odd separators that it knows.
    for number, line in enumerate(text.split("\n"), start=1):
        yield number, line.removesuffix("\r")


def _records(text: str) -> Iterator[_Words]:
    for number, line in _lines(text):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _Words(number, line)


def _reals(values: Iterable[float]) -> str:
    return " ".join(repr(float(value)) for value in values)


def _document(head: str, lines: list[str]) -> str:
    return "\n".join([f"# {head}", *lines, ""])
