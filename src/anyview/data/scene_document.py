# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""scene.json and teacher.json to objects, with an error for everything that does not belong there.

Fields and their meaning: docs/reference/training-data.md.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anyview.core.errors import InputError
from anyview.data.scene import DEPTH_KINDS, MASK_KINDS, Frame, Matrix, Origin, Scene, TeacherLabels
from anyview.data.stored_arrays import StoredDepth, StoredImage, StoredMask, StoredSparse
from anyview.data.stores import FileStore, check_inside

SCENE_FORMAT, SCENE_VERSION = "anyview-scene", 1
TEACHER_FORMAT, TEACHER_VERSION = "anyview-teacher-labels", 1
_MAX_SIDE = 1_000_000
SCENE_FILE, TEACHER_FILE = "scene.json", "teacher.json"

_SCENE_FIELDS = (
    "format", "version", "name", "is_metric", "unit", "depth_kind", "is_ordered", "origin",
    "frames", "extra",
)  # fmt: skip
_ORIGIN_FIELDS = ("source", "licence", "url", "note")
_FRAME_FIELDS = ("name", "image", "size", "K", "cam_from_world", "depth", "sparse", "masks")
_TEACHER_FIELDS = (
    "format", "version", "teacher", "weights_hash", "is_aligned", "frames", "extra",
)  # fmt: skip


def read_document(store: FileStore, name: str, *, kind: str, version: int) -> dict[str, Any]:
    """A JSON object of one of our formats, its format and version checked.

    Args:
        store: What holds the file.
        name: Its name there.
        kind: The format that is wanted.
        version: The newest version that is understood.

    Raises:
        InputError: If it is no JSON object, of another format or of a newer version.
    """
    what = store.describe(name)
    with store.open(name) as file:
        try:
            document = json.loads(file.read().decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"{what}: not readable JSON ({error}).") from error
    if not isinstance(document, dict) or document.get("format") != kind:
        raise InputError(f'{what}: not one of our files; it must hold "format": "{kind}".')
    if document.get("version") != version:
        raise InputError(
            f"{what}: has version {document.get('version')!r}; this program reads {version}."
        )
    return document


def scene_from_document(document: Mapping[str, Any], store: FileStore) -> Scene:
    """The scene that a ``scene.json`` describes; pictures are not opened.

    Args:
        document: Its JSON object.
        store: What holds the files that it names.

    Raises:
        InputError: If a field is missing, unknown or of a wrong type.
    """
    fields = Fields(document, store.describe(SCENE_FILE), _SCENE_FIELDS)
    origin = Fields(fields.get("origin", dict), f"{fields.what}: origin", _ORIGIN_FIELDS)
    frames = fields.get("frames", list)
    depth_kind = fields.get("depth_kind", str, None)
    if depth_kind is not None and depth_kind not in DEPTH_KINDS:
        raise InputError(
            f"{fields.what}: depth_kind is {depth_kind!r}; accepted: "
            f"{', '.join(DEPTH_KINDS)} or null."
        )
    scene = Scene(
        name=fields.get("name", str),
        frames=tuple(_frame(entry, i, store, fields.what) for i, entry in enumerate(frames)),
        origin=Origin(
            source=origin.get("source", str),
            licence=origin.get("licence", str, "unknown"),
            url=origin.get("url", str, ""),
            note=origin.get("note", str, ""),
        ),
        depth_kind=depth_kind,
        is_metric=fields.get("is_metric", bool),
        is_ordered=fields.get("is_ordered", bool),
    )
    if fields.get("unit", str, scene.unit) != scene.unit:
        raise InputError(
            f"{fields.what}: unit is {document['unit']!r} but is_metric is {scene.is_metric}; "
            f'it must be "{scene.unit}".'
        )
    return scene


def labels_from_document(
    document: Mapping[str, Any], store: FileStore, prefix: str
) -> TeacherLabels:
    """The labels that a ``teacher.json`` describes.

    Args:
        document: Its JSON object.
        store: What holds the files.
        prefix: Where ``teacher.json`` lies in the store, ending in /.

    Raises:
        InputError: If a field is missing, unknown or of a wrong type.
    """
    fields = Fields(document, store.describe(prefix + TEACHER_FILE), _TEACHER_FIELDS)
    return TeacherLabels(
        teacher=fields.get("teacher", str),
        weights_hash=fields.get("weights_hash", str),
        is_aligned=fields.get("is_aligned", bool),
        readers={
            name: _depth(entry, store, f"{fields.what}: {name}", prefix)
            for name, entry in fields.get("frames", dict).items()
        },
    )


class Fields:
    """Typed access to the fields of a JSON object.

    Args:
        document: The object.
        what: Its place, which starts messages.
        accepted: Names of its fields.

    Raises:
        InputError: If it is no object or has another field: a misspelt name would be a value lost
            in silence.
    """

    def __init__(self, document: Any, what: str, accepted: Sequence[str]) -> None:
        if not isinstance(document, Mapping):
            raise InputError(f"{what}: must be a JSON object, got {type(document).__name__}.")
        unknown = sorted(set(document) - set(accepted))
        if unknown:
            raise InputError(
                f"{what}: unknown fields {', '.join(unknown)}; accepted: {', '.join(accepted)}. "
                'Own data belong into "extra" of the scene.'
            )
        self._document = document
        self.what = what

    def get(self, name: str, kind: type, *default: Any) -> Any:
        """The value of a field.

        Args:
            name: Of the field.
            kind: JSON type; float takes whole numbers too.
            default: What to give if it is absent or null; without it the field must be there.

        Raises:
            InputError: If it is missing or of another type.
        """
        value = self._document.get(name)
        if value is None and default:
            return default[0]
        accepted = (int, float) if kind is float else (kind,)
        if not isinstance(value, accepted) or (kind is float and isinstance(value, bool)):
            raise InputError(f"{self.what}: {name} must be {kind.__name__}, got {value!r:.80}.")
        return value


def _frame(entry: Any, index: int, store: FileStore, where: str) -> Frame:
    fields = Fields(entry, f"{where}: frame {index}", _FRAME_FIELDS)
    name = fields.get("name", str)
    fields.what = f"{where}: frame {name}"
    size = fields.get("size", list)
    if len(size) != 2 or any(type(side) is not int or not 1 <= side <= _MAX_SIDE for side in size):
        raise InputError(
            f"{fields.what}: size must be [height, width] in pixels, got {size!r:.80}."
        )
    sparse = fields.get("sparse", str, None)
    depth = fields.get("depth", dict, None)
    masks = fields.get("masks", dict, {})
    unknown = sorted(set(masks) - set(MASK_KINDS))
    if unknown:
        raise InputError(
            f"{fields.what}: unknown masks {', '.join(unknown)}; accepted: {', '.join(MASK_KINDS)}."
        )
    image = fields.get("image", str)
    for file in (image, *([sparse] if sparse else []), *masks.values()):
        check_inside(str(file), what=fields.what)
    return Frame(
        name=name,
        size=(size[0], size[1]),
        read_image=StoredImage(store, image),
        intrinsics=_matrix(fields, "K", 3),
        cam_from_world=_matrix(fields, "cam_from_world", 4),
        read_depth=None if depth is None else _depth(depth, store, fields.what),
        read_sparse=None if sparse is None else StoredSparse(store, sparse),
        masks={kind: StoredMask(store, file) for kind, file in masks.items()},
    )


def _depth(entry: Any, store: FileStore, where: str, prefix: str = "") -> StoredDepth:
    fields = Fields(entry, f"{where}: depth", ("file", "unit_per_step"))
    file, step = fields.get("file", str), fields.get("unit_per_step", float, None)
    check_inside(file, what=fields.what)
    if file.endswith(".png") != (step is not None) or not file.endswith((".png", ".npy")):
        raise InputError(
            f"{fields.what}: {file} must be a .png with unit_per_step or a .npy without."
        )
    if step is not None and not 0 < step < float("inf"):
        raise InputError(f"{fields.what}: unit_per_step must be positive, got {step}.")
    return StoredDepth(store, prefix + file, None if step is None else float(step))


def _matrix(fields: Fields, name: str, rows: int) -> Matrix | None:
    value: Sequence[Any] | None = fields.get(name, list, None)
    if value is None:
        return None
    try:
        matrix = np.asarray(value, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{fields.what}: {name} is no matrix of numbers ({error}).") from error
    if matrix.shape != (rows, rows):
        raise InputError(f"{fields.what}: {name} must be {rows} x {rows}, got {matrix.shape}.")
    return matrix
