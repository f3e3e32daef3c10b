# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import logging
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.data.batch import SPARSE
from anyview.data.overlap import Overlap, overlap_of, write_overlap
from anyview.data.own_scenes import (
    batch_of_sets,
    hold_out,
    only,
    read_usable,
    view_sets,
)
from anyview.data.scene import Frame, Held, Origin, Scene, SparseDepth
from anyview.data.scene_folder import write_scene

from .mini_scene import with_sparse


def line(count: int, name: str = "line", reach: int = 3) -> tuple[Scene, Overlap]:
    """Frames side by side, each overlapping those up to ``reach`` away; nothing can be read."""
    frames = tuple(Frame(f"{i:02d}", (28, 42), Held(None)) for i in range(count))
    gap = (torch.arange(count)[:, None] - torch.arange(count)).abs()
    return Scene(name, frames, Origin("made up")), Overlap((1 - gap / reach).clamp_min(0), "order")


def names(scene: Scene) -> list[str]:
    return [frame.name for frame in scene.frames]


def test_frames_without_pose_k_or_depth_are_left_out(mini_scene, tmp_path, caplog):
    sparse = with_sparse(mini_scene)
    few = SparseDepth(np.ones((7, 2), np.float32), np.ones(7, np.float32))
    frames = list(sparse.frames)
    frames.append(replace(frames[0], name="no pose", cam_from_world=None))
    frames.append(replace(frames[0], name="no k", intrinsics=None))
    frames.append(replace(frames[0], name="no depth", read_sparse=None))
    frames.append(replace(frames[0], name="few points", read_sparse=Held(few)))
    write_scene(replace(sparse, frames=tuple(frames)), tmp_path / "a")
    write_scene(only(sparse, [0]), tmp_path / "b")  # one frame: nothing to compare it with
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "scene.json").write_text("{")
    with caplog.at_level(logging.WARNING):
        [(scene, overlap)] = read_usable(tmp_path)
    assert names(scene) == names(sparse)
    assert overlap.method == "points"
    assert overlap.matrix.shape == (4, 4)
    assert [str(tmp_path / name) in caplog.text for name in "abc"] == [False, True, True]


def test_an_overlap_that_lies_there_is_used(mini_scene, tmp_path):
    frames = (replace(mini_scene.frames[0], name="no pose", cam_from_world=None),)
    scene = replace(mini_scene, frames=frames + mini_scene.frames)
    write_scene(scene, tmp_path / "room")
    matrix = torch.rand(5, 5, generator=torch.Generator().manual_seed(0)).half().float()
    write_overlap(tmp_path / "room", Overlap(matrix, "depth"))
    [(found, overlap)] = read_usable(tmp_path)
    assert names(found) == names(mini_scene)
    torch.testing.assert_close(overlap.matrix, matrix[1:, 1:])


def test_says_what_is_lacking(mini_scene, tmp_path):
    frames = tuple(replace(frame, cam_from_world=None) for frame in mini_scene.frames)
    bare = replace(mini_scene.frames[0], name="bare", read_depth=None)
    write_scene(replace(mini_scene, frames=(*frames, bare)), tmp_path / "room")
    with pytest.raises(
        InputError, match=r"of 5 frames, 4 have no pose, 1 have no depth.*data check"
    ):
        read_usable(tmp_path)
    with pytest.raises(InputError, match=r"scene\.json"):
        read_usable(tmp_path / "room" / "images")


@pytest.mark.parametrize(("count", "held"), [(3, 1), (5, 1), (10, 2), (20, 4)])
def test_of_several_scenes_whole_ones_are_held_out(count, held):
    library = [line(4, f"scene {index}") for index in range(count)]
    parts = hold_out(library)
    assert parts.by == "scenes"
    assert len(parts.validation) == held
    both = [scene.name for scene, _ in (*parts.training, *parts.validation)]
    assert sorted(both) == sorted(scene.name for scene, _ in library)
    assert len(set(both)) == count
    assert parts == hold_out(library)


@pytest.mark.parametrize(("count", "held"), [(6, 2), (10, 2), (24, 5), (100, 20)])
def test_of_one_scene_frames_that_hang_together_are_held_out(count, held):
    parts = hold_out([line(count)])
    assert parts.by == "frames"
    [(training, kept)], [(validation, _)] = parts.training, parts.validation
    assert names(validation) == [f"{i:02d}" for i in range(count - held, count)]
    assert names(training) == [f"{i:02d}" for i in range(count - held)]
    assert kept.matrix.shape == (count - held, count - held)


def test_scenes_too_short_to_be_parted_are_trained_on():
    parts = hold_out([line(5, "short"), line(8, "long")])
    assert [len(scene.frames) for scene, _ in parts.training] == [5, 6]
    assert [scene.name for scene, _ in parts.validation] == ["long"]
    with pytest.raises(InputError, match=r"a has 5, b has 4\. Give a scene of at least 6"):
        hold_out([line(5, "a"), line(4, "b")])
    with pytest.raises(OptionError, match="share is 1"):
        hold_out([line(9)], share=1.0)


def test_sets_have_the_views_nearest_to_their_reference():
    sets = view_sets([line(9)], 3, 3)
    assert [item.frames for item in sets] == [(0, 1, 2), (4, 3, 5), (8, 7, 6)]
    assert len(view_sets([line(9)], 3, 100)) == 9
    scenes = view_sets([line(9, "a"), line(9, "b"), line(2, "c")], 3, 4)
    assert [item.scene.name for item in scenes] == ["a", "a", "b", "b"]
    assert len(view_sets([line(9, str(i)) for i in range(9)], 2, 5)) == 5


def test_sets_are_smaller_where_fewer_views_overlap():
    assert {len(item.frames) for item in view_sets([line(9, reach=2)], 4, 9)} == {3}
    assert {len(item.frames) for item in view_sets([line(9, reach=1)], 4, 9)} == {1}
    with pytest.raises(OptionError, match="0 views"):
        view_sets([line(9)], 0, 1)


def test_sets_make_a_batch(mini_scene):
    scene = with_sparse(mini_scene)
    batch = batch_of_sets(view_sets([(scene, overlap_of(scene))], 2, 3), (42, 56))
    assert batch.images.shape == (3, 2, 3, 42, 56)
    assert batch.has_pose.all()
    assert (batch.depth_kind == SPARSE).all()
    known = batch.valid.float().mean(dim=(1, 2, 3))
    assert ((known > 0.01) & (known < 0.5)).all()
