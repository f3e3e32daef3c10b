# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.data.synthetic.world import Camera, WorldScene, WorldView
from anyview.data.synthetic.world_files import chunk_path, write_chunk
from anyview.training.augmentation import Augmentation
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.world_source import WindowConfig, WorldSource, choose_views


def _view(number: int, index: int) -> WorldView:
    pose = np.eye(4, dtype=np.float32)
    pose[0, 3] = index
    k = np.array([[40, 0, 21], [0, 40, 14], [0, 0, 1]], np.float32)
    shape = (28, 42)
    return WorldView(
        image=np.full((*shape, 3), number % 251, np.uint8),
        depth=np.full(shape, 1.0 + number, np.float32),
        normal=np.zeros((*shape, 3), np.float32),
        objects=np.zeros(shape, np.int32),
        camera=Camera(k, pose, *shape),
    )


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds")
    for first in (0, 32):
        scenes = [
            WorldScene(n, "room", "orbit", [_view(n, i) for i in range(4)])
            for n in range(first, first + 32)
        ]
        write_chunk(chunk_path(folder, first), scenes)
    return folder


def _plan(step: int, views: int = 2, scenes: int = 6) -> StepPlan:
    kind = StepKind("a", views, scenes, 42, 28, LossWeights())
    return StepPlan(step, kind, False, 1000 + step)


def _numbers(batch) -> list[int]:
    return [int(name.split("-")[1]) for name in batch.names]


def test_a_step_sees_the_scenes_of_its_window_only(worlds):
    source = WorldSource(worlds, WindowConfig(window=8, fresh=2.0))
    for step in (0, 5, 20):
        numbers = _numbers(source.batch(_plan(step)))
        assert len(set(numbers)) == 6
        assert all(2 * step <= n < 2 * step + 8 for n in numbers)


def test_equal_plans_give_equal_batches_whoever_asks(worlds):
    one = WorldSource(worlds, WindowConfig(window=32), Augmentation())
    other = WorldSource(worlds, WindowConfig(window=32), Augmentation())
    other.batch(_plan(7))
    a, b = one.batch(_plan(3)), other.batch(_plan(3))
    assert a.names == b.names
    assert torch.equal(a.images, b.images)


def test_processes_share_the_batch_of_a_step(worlds):
    source = WorldSource(worlds, WindowConfig(window=32), Augmentation())
    whole = source.batch(_plan(3))
    parts = [source.batch(_plan(3), rank, 2) for rank in (0, 1)]
    for rank, part in enumerate(parts):
        assert part.names == whole.names[rank::2]
        assert torch.equal(part.images, whole.images[rank::2])


def test_a_missing_file_names_the_command_that_makes_it(worlds):
    source = WorldSource(worlds, WindowConfig(window=8, fresh=32.0))
    with pytest.raises(InputError, match=r"anyview data make .* --first 64 --scenes 32"):
        source.batch(_plan(2))


def test_every_choice_of_views_holds_the_first_one():
    chance = np.random.default_rng(0)
    for wanted in (2, 3):
        chosen = [choose_views(4, wanted, chance) for _ in range(50)]
        assert all(0 in views and len(set(views)) == wanted for views in chosen)
        assert len({views[0] for views in chosen}) > 1, "view 0 is not always the reference"
    assert {choose_views(4, 1, chance)[0] for _ in range(50)} == {0, 1, 2, 3}
    with pytest.raises(InputError, match="wants 5 views"):
        choose_views(4, 5, chance)


def test_windows_start_at_chunks():
    assert WindowConfig(first=64, window=10, fresh=0.5).last_needed(5) == 64 + 2 + 10
    with pytest.raises(OptionError, match="multiple of 32"):
        WindowConfig(first=5)
