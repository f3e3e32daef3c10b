# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames, view counts, sizes and given cameras, on scenes made in memory."""

import random
from dataclasses import replace
from functools import partial

import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.protocols import FrameSpec
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    chosen_frames,
    load_scene,
    subset_of,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.geometry.cameras import intrinsics_from_fov
from tests.evaluation.benchmark.suites.miniatures import HEIGHT, WIDTH, camera, picture

K = intrinsics_from_fov(torch.tensor(0.8), torch.tensor(1.0), HEIGHT, WIDTH).double()


def frames(count):
    return [
        FrameFiles(
            name=f"{i}",
            read_image=partial(picture, i),
            source=f"frame {i}",
            cam_from_world=None if i == 1 else camera(i),
            intrinsics=K,
            read_depth=None if i == 2 else partial(torch.full, (HEIGHT, WIDTH), 1.0 + i),
            read_mask=partial(torch.ones, (HEIGHT, WIDTH), dtype=torch.bool) if i == 3 else None,
        )
        for i in range(count)
    ]


def scene(count=6, **other):
    parts = {"name": "room", "tags": ("indoor",), "num_frames": count}
    return SceneFiles(read_frames=partial(frames, count), **(parts | other))


def suite(*scenes, counts=(1, 2, 0), **chosen):
    protocol = replace(protocol_of("worlds"), frames=FrameSpec(view_counts=counts))
    return ListedSuite("mine", protocol, SuiteOptions(**chosen), lambda: list(scenes))


def test_each_scene_is_asked_with_each_count():
    tasks = suite(scene(), scene(2, name="pair"), scene(1, name="one", posed=False)).tasks()
    names = ["room_1", "room_2", "room_all", "pair_1", "pair_all", "one"]
    assert [task.name for task in tasks] == names
    assert tasks[1].tags == ("indoor", "2 views")
    assert [len(task.load()[0]) for task in tasks] == [1, 2, 6, 1, 2, 1]


def test_options_override_the_protocol():
    tasks = suite(scene(), scene(name="hall"), view_counts="3", scenes="h*").tasks()
    assert [task.name for task in tasks] == ["hall"]
    assert len(tasks[0].load()[0]) == 3
    assert len(suite(scene(), scene(name="hall"), max_scenes=1).tasks()) == 3
    (task,) = suite(scene(), view_counts="all", max_frames=4).tasks()
    assert len(task.load()[0]) == 4
    with pytest.raises(InputError, match=r"no scene is called 'x\*'; there are 1, such as room"):
        suite(scene(), scenes="x*").tasks()


def test_truth_is_that_of_the_chosen_frames():
    views, truth = load_scene(scene(), 0, FrameSpec())
    assert [view.name for view in views.views] == ["0", "1", "2", "3", "4", "5"]
    assert torch.equal(views.views[4].image, picture(4))
    assert bool(truth.cam_from_world[1].isnan().all())
    assert torch.equal(truth.cam_from_world[3], camera(3))
    assert truth.depth[2] is None
    assert float(truth.depth[5][0, 0]) == 6
    assert truth.masks[3].all()
    assert truth.masks[0] is None
    assert views.extrinsics is None
    assert views.intrinsics is None


def test_known_cameras_are_shown_on_request():
    tasks = suite(scene(), given="cameras", counts=(0,)).tasks()
    assert tasks[0].tags[-1] == "given cameras"
    views, truth = tasks[0].load()
    assert torch.equal(views.extrinsics.isnan(), truth.cam_from_world.isnan())
    assert torch.equal(views.intrinsics, truth.intrinsics)
    views, _ = suite(scene(), given="intrinsics").tasks()[0].load()
    assert views.extrinsics is None
    assert views.intrinsics is not None


def test_large_images_are_shrunk_with_their_truth():
    views, truth = load_scene(scene(), 0, FrameSpec(image_side=16))
    assert views.views[0].image.shape == (3, 12, 16)
    assert truth.depth[0].shape == truth.masks[3].shape == (12, 16)
    torch.testing.assert_close(truth.intrinsics[0, :2], K[:2] / 2)
    whole = suite(scene(), image_side=0, counts=(1,)).tasks()[0].load()[0]
    assert whole.views[0].height == HEIGHT


def test_the_surface_is_read_with_the_frames():
    def surface(truth):
        return SurfaceTruth(torch.zeros(len(truth.depth), 3), lambda p: p[:, 0] > 0)

    _, truth = load_scene(scene(read_surface=surface), 3, FrameSpec())
    assert len(truth.points) == 3
    assert truth.observed(torch.ones(2, 3)).all()


def test_the_published_draw():
    assert chosen_frames(5, 100, "seeded-draw") == [0, 1, 2, 3, 4]
    drawn = chosen_frames(1000, 100, "seeded-draw")
    # Written out: Python's own generator, seeded as published, the first 100 of a shuffled list.
    order = list(range(1000))
    state = random.getstate()
    random.seed(42)
    random.shuffle(order)
    random.setstate(state)
    assert drawn == sorted(order[:100])
    assert chosen_frames(1000, None, "seeded-draw") == list(range(1000))
    even = chosen_frames(11, 3, "even")
    assert even == [0, 5, 10]


def test_windows():
    assert list(subset_of(8, 2, "middle")) == [3, 4]
    assert list(subset_of(8, 2, "first")) == [0, 1]
    assert list(subset_of(3, 8, "first")) == [0, 1, 2]
    assert list(subset_of(3, 0, "middle")) == [0, 1, 2]


def test_a_scene_without_frames_is_refused():
    with pytest.raises(InputError, match="room: no frame"):
        load_scene(scene(0), 0, FrameSpec())
