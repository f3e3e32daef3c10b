# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.scene import Held, Origin, SparseDepth, TeacherLabels
from anyview.data.scene_checks import check_folder, check_scene, check_scene_folder

from .mini_scene import with_sparse


def codes(findings):
    return [(finding.severity, finding.code) for finding in findings]


def with_first(scene, **changes):
    return replace(scene, frames=(replace(scene.frames[0], **changes), *scene.frames[1:]))


def edited(folder, change):
    path = folder / "scene.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_good_scenes_pass(mini_scene, scene_folder):
    assert check_scene(mini_scene) == []
    assert check_scene(with_sparse(mini_scene)) == []
    assert check_folder(scene_folder.parent) == (1, [])


def test_damaged_files_on_disk_are_all_named(scene_folder):
    (scene_folder / "images" / "view_0.png").write_bytes(b"")
    (scene_folder / "depth" / "view_1.npy").write_bytes(b"\x93NUMPY")
    (scene_folder / "masks" / "view_2.sky.png").unlink()
    Image.new("RGB", (60, 50)).save(scene_folder / "images" / "view_3.png")
    findings = check_scene_folder(scene_folder)
    assert [f.code for f in findings] == ["unreadable", "unreadable", "unreadable", "image-size"]
    for finding, name in zip(
        findings, ["view_0.png", "view_1.npy", "view_2.sky.png", "60x50"], strict=True
    ):
        assert name in finding.message
        assert finding.fix
    first_only = check_scene_folder(scene_folder, max_frames=1)
    assert len(first_only) == 1


def test_a_broken_scene_file_is_one_finding(scene_folder):
    edited(scene_folder, lambda document: document.update(version=9))
    (finding,) = check_scene_folder(scene_folder)
    assert finding.code == "scene-file"
    assert "version 9" in finding.message
    with pytest.raises(InputError, match="no scene"):
        check_folder(scene_folder / "depth")


def test_bad_cameras_on_disk_are_all_named(scene_folder):
    def spoil(document):
        frames = document["frames"]
        frames[0]["cam_from_world"][0] = [-x for x in frames[0]["cam_from_world"][0]]
        frames[1]["cam_from_world"][0][0] *= 1.1
        frames[2]["K"][0][2] = 900
        frames[3]["K"] = None

    edited(scene_folder, spoil)
    findings = check_scene_folder(scene_folder)
    assert codes(findings) == [
        ("error", "pose"),
        ("error", "pose"),
        ("error", "intrinsics"),
        ("warning", "intrinsics"),
    ]
    assert "left-handed" in findings[0].message
    assert "not rigid" in findings[1].message
    assert "principal point" in findings[2].message


def test_bad_depth_is_named(mini_scene):
    depth = mini_scene.frames[0].read_depth().copy()
    depth[0, :3] = np.nan, -1, -2
    bad = with_first(mini_scene, read_depth=Held(depth))
    messages = [f.message for f in check_scene(bad)]
    assert messages == [
        "Depth is NaN or infinite at 1 of 9408 pixels.",
        "Depth is negative at 2 of 9408 pixels.",
    ]
    blank = with_first(mini_scene, read_depth=Held(np.zeros((84, 112), np.float32)))
    assert codes(check_scene(blank)) == [("warning", "no-depth")]
    square = with_first(mini_scene, read_depth=Held(np.ones((84, 84), np.float32)))
    assert ("error", "map-size") in codes(check_scene(square))
    coarse = with_first(mini_scene, read_depth=Held(mini_scene.frames[0].read_depth()[::2, ::2]))
    assert check_scene(coarse) == []
    mask = with_first(mini_scene, masks={"sky": Held(np.zeros((20, 60), bool))})
    assert codes(check_scene(mask)) == [("error", "map-size")]


def test_bad_points_are_named(mini_scene):
    scene = with_sparse(mini_scene)
    sparse = SparseDepth(
        np.array([[500, 5], [5, 5], [6, 6]], np.float32),
        np.array([1, 0, 2], np.float32),
        np.array([3, 3, 4]),
    )
    found = codes(check_scene(with_first(scene, read_sparse=Held(sparse))))
    assert found == [
        ("error", "depth-values"),
        ("error", "points-outside"),
        ("warning", "points-twice"),
    ]


def test_units_that_cannot_be_metres(mini_scene):
    def in_mm(frame):
        pose = frame.cam_from_world.copy()
        pose[:3, 3] *= 1000
        return replace(frame, cam_from_world=pose, read_depth=Held(frame.read_depth() * 1000))

    scene = replace(mini_scene, frames=tuple(map(in_mm, mini_scene.frames)))
    findings = check_scene(scene)
    assert codes(findings) == [("warning", "unit")] * 4
    assert "looks like millimetres" in findings[0].message
    assert check_scene(replace(scene, is_metric=False)) == []
    far = mini_scene.frames[0].cam_from_world.copy()
    far[:3, 3] = 1e5
    assert ("warning", "unit") in codes(check_scene(with_first(mini_scene, cam_from_world=far)))


def test_wrong_conventions_are_found_from_disk(scene_folder):
    def invert(document):
        for frame in document["frames"]:
            frame["cam_from_world"] = np.linalg.inv(frame["cam_from_world"]).tolist()

    edited(scene_folder, invert)
    (finding,) = check_scene_folder(scene_folder)
    assert finding.code == "pose-convention"
    assert "store their inverses" in finding.fix


def test_what_the_scene_says_of_itself(mini_scene):
    unknown = replace(mini_scene, origin=Origin("web"), depth_kind=None)
    assert codes(check_scene(unknown)) == [("error", "depth-kind"), ("warning", "licence")]
    bare = tuple(replace(f, read_depth=None) for f in mini_scene.frames)
    assert codes(check_scene(replace(mini_scene, frames=bare))) == [("error", "depth-kind")]
    pose = mini_scene.frames[0].cam_from_world
    still = tuple(replace(f, cam_from_world=pose, read_depth=None) for f in mini_scene.frames)
    turning = replace(mini_scene, frames=still, depth_kind=None)
    assert codes(check_scene(turning)) == [("warning", "no-baseline")]


def test_labels_are_checked_too(mini_scene):
    def labels(**readers):
        return {"mono": TeacherLabels("mono", "0", True, readers)}

    nan = Held(np.full((84, 112), np.nan, np.float32))
    found = check_scene(replace(mini_scene, teachers=labels(**{"view 0": nan, "other": nan})))
    assert codes(found) == [("error", "depth-values"), ("error", "teacher")]
    good = Held(np.ones((42, 56), np.float32))
    assert check_scene(replace(mini_scene, teachers=labels(**{"view 1": good}))) == []
