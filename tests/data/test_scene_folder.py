# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.data.scene import Held, TeacherLabels
from anyview.data.scene_folder import (
    find_scenes,
    read_scene,
    write_scene,
    write_teacher_labels,
)

from .mini_scene import with_sparse


def assert_same(back, scene, *, depth_tolerance=0.0):
    for name in ("name", "origin", "depth_kind", "is_metric", "is_ordered"):
        assert getattr(back, name) == getattr(scene, name)
    assert [f.name for f in back.frames] == [f.name for f in scene.frames]
    for ours, theirs in zip(back.frames, scene.frames, strict=True):
        assert ours.size == theirs.size
        np.testing.assert_array_equal(ours.intrinsics, theirs.intrinsics)
        np.testing.assert_array_equal(ours.cam_from_world, theirs.cam_from_world)
        np.testing.assert_array_equal(ours.read_image(), theirs.read_image())
        if theirs.read_depth is None:
            assert ours.read_depth is None
        else:
            np.testing.assert_allclose(
                ours.read_depth(), theirs.read_depth(), rtol=0, atol=depth_tolerance
            )
        assert set(ours.masks) == set(theirs.masks)
        for kind, read in theirs.masks.items():
            np.testing.assert_array_equal(ours.masks[kind](), read())


def test_a_scene_comes_back(mini_scene, tmp_path):
    assert_same(read_scene(write_scene(mini_scene, tmp_path / "a", depth_format="npy")), mini_scene)
    rounded = read_scene(write_scene(mini_scene, tmp_path / "b", depth_format="png"))
    assert_same(rounded, mini_scene, depth_tolerance=0.5 * 2e-3)
    assert_same(read_scene(write_scene(rounded, tmp_path / "c")), rounded, depth_tolerance=1e-5)


def test_it_can_be_sent_to_another_process(scene_folder, mini_scene):
    assert_same(pickle.loads(pickle.dumps(read_scene(scene_folder))), mini_scene)  # noqa: S301


def test_points_come_back(mini_scene, tmp_path):
    scene = with_sparse(mini_scene)
    back = read_scene(write_scene(scene, tmp_path / "a"))
    for ours, theirs in zip(back.frames, scene.frames, strict=True):
        np.testing.assert_array_equal(ours.read_sparse().pixels, theirs.read_sparse().pixels)
        np.testing.assert_array_equal(ours.read_sparse().point_ids, theirs.read_sparse().point_ids)


def test_images_on_disk_are_copied_not_encoded_again(mini_scene, tmp_path):
    first = write_scene(mini_scene, tmp_path / "a", image_format="jpg")
    second = write_scene(read_scene(first), tmp_path / "b", image_format="png")
    name = "images/view_0.jpg"
    assert (second / name).read_bytes() == (first / name).read_bytes()


def test_unsafe_names_make_safe_and_different_files(mini_scene, tmp_path):
    names = ["../x", "a/b", "a b", "ü"]
    frames = [replace(f, name=n) for f, n in zip(mini_scene.frames, names, strict=True)]
    folder = write_scene(replace(mini_scene, frames=tuple(frames)), tmp_path / "s")
    assert [f.name for f in read_scene(folder).frames] == names
    assert len(list((folder / "images").iterdir())) == 4
    assert [p.name for p in tmp_path.iterdir()] == ["s"]


def test_a_failed_write_leaves_nothing(mini_scene, tmp_path):
    def broken():
        raise InputError("bad.png: damaged")

    frames = (*mini_scene.frames[:2], replace(mini_scene.frames[2], read_image=broken))
    with pytest.raises(InputError, match=r"bad\.png"):
        write_scene(replace(mini_scene, frames=frames), tmp_path / "s")
    assert list(tmp_path.iterdir()) == []


def test_only_scenes_are_replaced_and_only_on_demand(mini_scene, tmp_path):
    folder = write_scene(mini_scene, tmp_path / "s")
    with pytest.raises(OutputError, match="pass overwrite=True"):
        write_scene(mini_scene, folder)
    renamed = replace(mini_scene, name="second")
    write_scene(renamed, folder, overwrite=True)
    assert read_scene(folder).name == "second"
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match=r"has no scene\.json; remove it first"):
        write_scene(mini_scene, other, overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "s"]
    assert (other / "letter.txt").read_text() == "dear"


def test_wrong_sizes_cameras_and_options_are_refused(mini_scene, tmp_path):
    frame = mini_scene.frames[0]
    short = replace(frame, size=(80, 112))
    mirrored = replace(frame, cam_from_world=np.diag([1.0, 1, -1, 1]))
    for bad, message in ((short, "as its size says"), (mirrored, "left-handed")):
        with pytest.raises(InputError, match=message):
            write_scene(replace(mini_scene, frames=(bad,)), tmp_path / "s")
    with pytest.raises((OptionError, TypeCheckError), match="gif"):
        write_scene(mini_scene, tmp_path / "s", image_format="gif")
    assert list(tmp_path.iterdir()) == []


def test_reading_refuses_impossible_cameras_unless_told_not_to(scene_folder):
    path = scene_folder / "scene.json"
    document = json.loads(path.read_text())
    document["frames"][1]["K"][0][0] = -5
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="room/view 1"):
        read_scene(scene_folder)
    assert read_scene(scene_folder, check_cameras=False).frames[1].intrinsics[0, 0] == -5
    with pytest.raises(InputError, match="no scene"):
        read_scene(scene_folder / "images")


def test_teachers_labels_lie_beside_the_data(scene_folder, mini_scene, tmp_path):
    label = Held(np.full((42, 56), 2.5, np.float32))
    labels = TeacherLabels("mono/large", "0" * 64, True, {"view 1": label})
    before = (scene_folder / "scene.json").read_bytes()
    below = write_teacher_labels(scene_folder, labels)
    assert below == scene_folder / "teacher" / "mono_large"
    assert (scene_folder / "scene.json").read_bytes() == before
    with pytest.raises(OutputError, match="overwrite"):
        write_teacher_labels(scene_folder, labels)
    write_teacher_labels(scene_folder, replace(labels, weights_hash="1" * 64), overwrite=True)
    copied = write_scene(read_scene(scene_folder), tmp_path / "copy")
    for folder in (scene_folder, copied):
        back = read_scene(folder).teachers["mono/large"]
        assert (back.weights_hash, back.is_aligned) == ("1" * 64, True)
        np.testing.assert_allclose(back.readers["view 1"](), 2.5)
    with pytest.raises(InputError, match="has no frames other"):
        write_teacher_labels(scene_folder, replace(labels, readers={"other": label}))


def test_scenes_are_found_below_a_folder(scene_folder, mini_scene, tmp_path):
    write_scene(mini_scene, tmp_path / "deep" / "b")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "scene.json").write_text("{}")
    assert find_scenes(tmp_path) == [tmp_path / "deep" / "b", tmp_path / "room"]
    with pytest.raises(InputError, match="no scene at or below"):
        find_scenes(scene_folder / "images")
