# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import copy
import json

import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.scene_document import (
    SCENE_FORMAT,
    labels_from_document,
    read_document,
    scene_from_document,
)
from anyview.data.stores import MemoryStore

K = [[100, 0, 16], [0, 100, 12], [0, 0, 1]]
DOCUMENT = {
    "format": SCENE_FORMAT,
    "version": 1,
    "name": "yard",
    "is_metric": False,
    "unit": "scene units",
    "depth_kind": "sparse",
    "is_ordered": True,
    "origin": {"source": "own photos", "licence": "CC0-1.0"},
    "frames": [
        {"name": "a", "image": "images/a.jpg", "size": [24, 32], "K": K, "sparse": "depth/a.npz"},
        {"name": "b", "image": "images/b.jpg", "size": [24, 32], "masks": {"sky": "masks/b.png"}},
    ],
    "extra": {"anything": 1},
}
STORE = MemoryStore({}, "here")


def test_all_fields_arrive():
    scene = scene_from_document(DOCUMENT, STORE)
    assert (scene.name, scene.is_metric, scene.depth_kind) == ("yard", False, "sparse")
    assert scene.is_ordered
    assert scene.origin.licence == "CC0-1.0"
    assert scene.origin.url == ""
    first, second = scene.frames
    np.testing.assert_array_equal(first.intrinsics, K)
    assert first.cam_from_world is None
    assert first.read_sparse is not None
    assert second.size == (24, 32)
    assert set(second.masks) == {"sky"}


def changed(path, value):
    document = copy.deepcopy(DOCUMENT)
    *parents, last = path
    inner = document
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("name",), 3, "name must be str, got 3"),
        (("is_metric",), None, "is_metric must be bool"),
        (("unit",), "m", "unit is 'm' but is_metric is False"),
        (("poses",), [], "unknown fields poses"),
        (("depth_kind",), "good", "depth_kind is 'good'"),
        (("origin",), {}, "origin: source must be str"),
        (("frames",), [], "has no frames"),
        (("frames",), ["a"], "frame 0: must be a JSON object"),
        (("frames", 0, "size"), [24], r"frame a: size must be \[height, width\]"),
        (("frames", 0, "size"), [24, True], "size must be"),
        (("frames", 0, "K"), [[1, 2], [3, 4]], "K must be 3 x 3"),
        (("frames", 0, "K"), [[1, 2], [3]], "K is no matrix"),
        (("frames", 0, "cam_from_wrld"), [], "unknown fields cam_from_wrld"),
        (("frames", 0, "image"), "../x.jpg", "no path inside the scene"),
        (("frames", 0, "depth"), {"file": "d.png"}, r"d\.png must be a \.png with unit_per_step"),
        (("frames", 0, "depth"), {"file": "d.npy", "unit_per_step": 1}, "must be a"),
        (("frames", 0, "depth"), {"file": "d.png", "unit_per_step": -1}, "must be positive"),
        (("frames", 0, "depth"), {"file": "d.png", "unit_per_step": True}, "must be float"),
        (("frames", 1, "masks"), {"clouds": "c.png"}, "unknown masks clouds"),
        (("frames", 1, "name"), "a", "two frames are called 'a'"),
    ],
)
def test_what_does_not_belong_is_refused(path, value, message):
    with pytest.raises(InputError, match=message):
        scene_from_document(changed(path, value), STORE)


def test_labels_of_a_teacher():
    document = {
        "format": "anyview-teacher-labels",
        "version": 1,
        "teacher": "mono",
        "weights_hash": "ab",
        "is_aligned": True,
        "frames": {"a": {"file": "a.png", "unit_per_step": 0.01}},
    }
    labels = labels_from_document(document, STORE, "teacher/mono/")
    assert labels.is_aligned
    assert labels.readers["a"].name == "teacher/mono/a.png"
    with pytest.raises(InputError, match="teacher must be str"):
        labels_from_document({**document, "teacher": None}, STORE, "teacher/mono/")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not readable JSON"),
        (b"\xff\xfe", "not readable JSON"),
        (b"[]", "not one of our files"),
        (b'{"format": "other"}', "not one of our files"),
        (json.dumps({"format": SCENE_FORMAT, "version": 2}).encode(), "has version 2"),
    ],
)
def test_foreign_documents_are_refused(content, message):
    with pytest.raises(InputError, match=message):
        read_document(
            MemoryStore({"scene.json": content}, "x"), "scene.json", kind=SCENE_FORMAT, version=1
        )
