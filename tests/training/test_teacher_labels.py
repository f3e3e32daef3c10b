# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.data.batch import MEASURED, TEACHER
from anyview.data.overlap import Overlap
from anyview.data.scene import Held, Scene, TeacherLabels
from anyview.data.scene_source import SceneSource
from anyview.training.teacher_labels import TeacherLibrary, relative_name, with_teacher
from tests.training.labelled_scenes import HEIGHT, WIDTH, frame_of, scene_of

RAW, LABEL = 3.0, 5.0


def _map(value: float) -> Held:
    return Held(np.full((HEIGHT, WIDTH), value, np.float32))


def _scene(aligned: tuple[int, ...] = (), relative: tuple[int, ...] = ()) -> Scene:
    scene = scene_of([frame_of(i, read_depth=_map(RAW)) for i in range(3)])
    teachers = {}
    for name, is_aligned, frames in (("T", True, aligned), ("T-relative", False, relative)):
        if frames:
            readers = {f"frame {i}": _map(LABEL) for i in frames}
            teachers[name] = TeacherLabels(name, "abc", is_aligned, readers)
    return Scene(**{**vars(scene), "teachers": teachers})


class _Library:
    def __init__(self, *scenes: Scene) -> None:
        self._scenes = scenes

    def __len__(self) -> int:
        return len(self._scenes)

    def __getitem__(self, index: int) -> tuple[Scene, Overlap]:
        return self._scenes[index], Overlap(torch.full((3, 3), 0.5), "depth")


def _batch(scene: Scene, views: int = 3, **options: bool):
    library = TeacherLibrary(_Library(scene), "T", **options)
    assert len(library) == 1
    return SceneSource(library).batch(3, 1, views, (28, 42))


def test_aligned_labels_take_the_place_of_depth():
    batch = _batch(_scene(aligned=(0, 1, 2)))
    assert batch.depth_kind.tolist() == [TEACHER]
    assert bool((batch.depth == LABEL).all())
    assert batch.has_pose.tolist() == batch.is_metric.tolist() == [True]


def test_scenes_without_labels_stay_as_they_are():
    scene = _scene()
    assert with_teacher(scene, "T") is scene
    batch = _batch(scene)
    assert batch.depth_kind.tolist() == [MEASURED]
    assert bool((batch.depth == RAW).all())


def test_frames_whose_alignment_failed_lose_their_depth():
    labelled = with_teacher(_scene(aligned=(0, 2)), "T")
    assert [frame.read_depth is None for frame in labelled.frames] == [False, True, False]
    assert labelled.frames[1].cam_from_world is not None


@pytest.mark.parametrize("relative", [False, True])
def test_relative_labels_are_for_those_who_ask(relative):
    batch = _batch(_scene(relative=(0, 1, 2)), relative=relative)
    assert bool((batch.depth == (LABEL if relative else RAW)).all())
    assert batch.has_pose.tolist() == batch.is_metric.tolist() == [not relative]


def test_one_scene_has_one_unit():
    both = with_teacher(_scene(aligned=(0,), relative=(1, 2)), "T", relative=True)
    assert [frame.read_depth is None for frame in both.frames] == [False, True, True]
    assert both.is_metric


def test_the_name_of_relative_labels():
    assert relative_name("mono-large") == "mono-large-relative"
