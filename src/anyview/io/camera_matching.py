# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which image each camera of a file belongs to, and its camera at that image's own size."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.lens import Lens
from anyview.io.camera_set import CameraSet, KnownCamera, stacked
from anyview.structures.rig import Rig

MAX_ASPECT_CHANGE = 0.01
"""An image may be resized against its camera's size, but its sides by the same factor."""

_SHOWN = 4


@dataclass(frozen=True)
class ImageRecord:
    """What is known of an image that was read.

    Attributes:
        name: Of its view.
        source: Path of its file, or None.
        height: Pixels, upright.
        width: Pixels, upright.
    """

    name: str
    source: str | None
    height: int
    width: int


@dataclass(frozen=True)
class MatchedCameras:
    """Cameras in the order of the images.

    Attributes:
        extrinsics: World-to-camera, NaN where unknown; None if all are.
        intrinsics: K in pixels of each image, NaN where unknown; None if all are.
        lenses: Of each image at its size, None where it is a pinhole or unknown.
        rig: Of the images, if all of them are in the file's rig.
        notes: A sentence for each thing that the user should know.
    """

    extrinsics: Float64[Tensor, "V 4 4"] | None
    intrinsics: Float64[Tensor, "V 3 3"] | None
    lenses: tuple[Lens | None, ...]
    rig: Rig | None
    notes: tuple[str, ...]


def match_cameras(found: CameraSet, images: Sequence[ImageRecord]) -> MatchedCameras:
    """Give each image its camera.

    Cameras without names are taken in order and must be as many as the images. Named ones are
    matched by path: an image belongs to the camera whose whole path ends its own, else to the one
    that has most folders in common with it, counted from the file's name, else (no file of that
    name) to the one of that name without suffix. A camera that two images could have goes to
    the one with more folders in common. Cameras of no image are ignored; images without a camera
    are unknown. Cameras of a prediction go by its names of views first.

    Args:
        found: From ``camera_files.read_cameras``.
        images: Those that were read.

    Raises:
        InputError: If an image could be of several cameras or a camera of several images (the
            message names them), no image has a camera, cameras in order are not as many as
            the images, or an image has another shape than its camera's.
    """
    rows = _rows(found, images)
    if found.shared_intrinsics is not None and not len(found):
        found = CameraSet(found.source, (KnownCamera(),) * len(images), found.shared_intrinsics)
        rows = list(range(len(images)))
    fitted = [
        KnownCamera() if row is None else _fitted(found.cameras[row], image)
        for row, image in zip(rows, images, strict=True)
    ]
    shared = found.shared_intrinsics
    matrices = [shared if shared is not None else camera.intrinsics for camera in fitted]
    rig = None
    if found.rig is not None and all(row is not None for row in rows):
        rig = found.rig.of([row for row in rows if row is not None])
    return MatchedCameras(
        extrinsics=stacked([camera.extrinsics for camera in fitted], 4),
        intrinsics=stacked(matrices, 3),
        lenses=tuple(camera.lens for camera in fitted),
        rig=rig,
        notes=tuple(_notes(found, rows, images)),
    )


def _rows(found: CameraSet, images: Sequence[ImageRecord]) -> list[int | None]:
    """Number of each image's camera in the file."""
    if found.shared_intrinsics is not None and not len(found):
        return [None] * len(images)
    if found.is_named and found.has_view_names:
        by_name = {camera.name: row for row, camera in enumerate(found.cameras)}
        rows = [by_name.get(image.name) for image in images]
        if any(row is not None for row in rows):
            return rows
    if found.is_named and not (found.has_view_names and len(found) == len(images)):
        return _rows_by_path(found, images)
    if len(found) != len(images):
        raise InputError(
            f"{found.source}: has {len(found)} cameras without names for {len(images)} images; "
            "give one for each image, in the same order (null where it is unknown), or name them."
        )
    return list(range(len(images)))


def _rows_by_path(found: CameraSet, images: Sequence[ImageRecord]) -> list[int | None]:
    parts = [_parts(camera.name or "") for camera in found.cameras]
    by_file: dict[str, list[int]] = {}
    by_stem: dict[str, list[int]] = {}
    for row, own in enumerate(parts):
        by_file.setdefault(own[-1], []).append(row)
        by_stem.setdefault(_stem(own[-1]), []).append(row)
    claims: dict[int, list[tuple[tuple[bool, int], int]]] = {}
    for index, image in enumerate(images):
        path = _parts(image.source or image.name)
        candidates = by_file.get(path[-1]) or by_stem.get(_stem(path[-1])) or []
        if not candidates:  # a frame of a video, whose source is the video
            candidates = by_stem.get(_stem(_parts(image.name)[-1])) or []
        ranked = [(_closeness(parts[row], path), row) for row in candidates]
        best = [row for closeness, row in ranked if closeness == max(ranked)[0]]
        if len(best) > 1:
            names = [str(found.cameras[row].name) for row in best]
            raise InputError(
                f"{found.source}: the image {image.source or image.name} could belong to "
                f"{_listed(names)}. Give the images in folders that are named as in the file."
            )
        if best:
            claims.setdefault(best[0], []).append((max(ranked)[0], index))
    rows: list[int | None] = [None] * len(images)
    for row, claimants in claims.items():
        closest = max(claimants)[0]
        winners = [index for closeness, index in claimants if closeness == closest]
        if len(winners) > 1:
            names = [images[index].source or images[index].name for index in winners]
            raise InputError(
                f"{found.source}: the camera {found.cameras[row].name} could belong to "
                f"{_listed(names)}. Leave one of them out, or name cameras with their folders."
            )
        rows[winners[0]] = row
    if not claims:
        theirs = [str(camera.name) for camera in found.cameras]
        ours = [image.source or image.name for image in images]
        raise InputError(
            f"{found.source}: none of its {len(found)} cameras ({_listed(theirs)}) belongs to one "
            f"of the {len(images)} images ({_listed(ours)}). Cameras are matched by path and name."
        )
    return rows


def _closeness(camera: tuple[str, ...], image: tuple[str, ...]) -> tuple[bool, int]:
    """Whether the camera's whole path ends the image's, and how many parts agree from the end.

    The last parts agree already, perhaps but for their suffixes.
    """
    common = 1
    while common < min(len(camera), len(image)) and camera[-1 - common] == image[-1 - common]:
        common += 1
    return common == len(camera) and camera[-1] == image[-1], common


def _fitted(camera: KnownCamera, image: ImageRecord) -> KnownCamera:
    """The camera in pixels of the image."""
    if camera.size is None or camera.intrinsics is None:
        return camera
    height, width = camera.size
    across, down = image.width / width, image.height / height
    if abs(across / down - 1) > MAX_ASPECT_CHANGE:
        turned = abs(image.height / width / (image.width / height) - 1) <= MAX_ASPECT_CHANGE
        hint = (
            " Its sides are exchanged: images are turned upright by their EXIF orientation here, "
            "and were not where the cameras come from. Store them upright first."
            if turned and height != width
            else " Only a resize of both sides alike is accepted; crop or pad K yourself."
        )
        raise InputError(
            f"{image.source or image.name}: is {image.width}x{image.height}, but its camera "
            f"is for {width}x{height}.{hint}"
        )
    size = (image.height, image.width)
    return KnownCamera(
        camera.name,
        camera.extrinsics,
        resize_intrinsics(camera.intrinsics, across, down),
        size,
        None if camera.lens is None else camera.lens.resized(*size),
    )


def _notes(
    found: CameraSet, rows: Sequence[int | None], images: Sequence[ImageRecord]
) -> list[str]:
    notes = []
    unknown = [image.name for image, row in zip(images, rows, strict=True) if row is None]
    if unknown and len(found):
        known = len(images) - len(unknown)
        notes.append(
            f"{known} of {len(images)} images have a camera in {found.source}; unknown: "
            f"{_listed(unknown)}"
        )
    scaled = 0
    for image, row in zip(images, rows, strict=True):
        camera = None if row is None else found.cameras[row]
        if camera is not None and camera.intrinsics is not None and camera.size is not None:
            scaled += camera.size != (image.height, image.width)
    if scaled:
        notes.append(
            f"intrinsics of {scaled} of {len(images)} images were scaled to the images' sizes"
        )
    distorted = sum(row is not None and found.cameras[row].lens is not None for row in rows)
    if distorted:
        notes.append(f"{distorted} of {len(images)} images have a lens with distortion")
    return notes


def _parts(path: str) -> tuple[str, ...]:
    """Folders and file of a path of any system."""
    parts = tuple(part for part in PurePosixPath(path.replace("\\", "/")).parts if part != ".")
    return parts or ("",)


def _stem(file: str) -> str:
    return PurePosixPath(file).stem


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
