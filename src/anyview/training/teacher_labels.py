# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes whose depth is a teacher's, where it has labels for them."""

from dataclasses import replace

from anyview.data.overlap import Overlap
from anyview.data.scene import Frame, Scene, TeacherLabels
from anyview.data.scene_source import SceneLibrary


def relative_name(teacher: str) -> str:
    """What a teacher's labels of frames without any depth are called: right up to scale, shift."""
    return f"{teacher}-relative"


class TeacherLibrary:
    """A library of scenes with a teacher's labels in the place of their depth.

    Args:
        library: The scenes.
        teacher: Name of the labels.
        relative: Whether labels are taken that nothing could be aligned to: for networks that
            learn depth up to scale and shift. Their scenes have neither poses nor a unit.
    """

    def __init__(self, library: SceneLibrary, teacher: str, *, relative: bool = False) -> None:
        self._library, self._teacher, self._relative = library, teacher, relative

    def __len__(self) -> int:
        return len(self._library)

    def __getitem__(self, index: int) -> tuple[Scene, Overlap]:
        """One of the scenes, with labels where there are any."""
        scene, overlap = self._library[index]
        return with_teacher(scene, self._teacher, relative=self._relative), overlap


def with_teacher(scene: Scene, teacher: str, *, relative: bool = False) -> Scene:
    """The scene with labels for depth; as it is if the teacher has none for it.

    Frames of a labelled scene that have no label themselves (the alignment failed) lose their
    depth, and keep all else. Of a scene with aligned and relative labels the aligned ones are
    taken: one scene has one unit.

    Args:
        scene: With what teachers said of it.
        teacher: Name of the labels.
        relative: See ``TeacherLibrary``.
    """
    names = (teacher, relative_name(teacher)) if relative else (teacher,)
    labels = next((scene.teachers[name] for name in names if name in scene.teachers), None)
    if labels is None or (not labels.is_aligned and not relative):
        return scene
    return replace(
        scene,
        frames=tuple(_with_label(frame, labels) for frame in scene.frames),
        depth_kind="teacher",
        is_metric=scene.is_metric and labels.is_aligned,
    )


def _with_label(frame: Frame, labels: TeacherLabels) -> Frame:
    return replace(
        frame,
        read_depth=labels.readers.get(frame.name),
        read_sparse=None,
        cam_from_world=frame.cam_from_world if labels.is_aligned else None,
    )
