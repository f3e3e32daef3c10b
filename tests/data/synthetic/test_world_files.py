# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Chunks on disk: what is written is read, precisely and in place; damage is noticed."""

import pickle
from time import perf_counter

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.batch import EXACT
from anyview.data.synthetic.world import Camera, WorldScene, WorldView
from anyview.data.synthetic.world_files import (
    WorldSet,
    chunk_path,
    chunk_size,
    read_settings,
    write_chunk,
    write_settings,
)
from anyview.data.synthetic.world_settings import WorldSettings

HEIGHT, WIDTH, VIEWS = 12, 16, 3
SETTINGS = WorldSettings(width=16, height=14, views=VIEWS)


def a_scene(number: int) -> WorldScene:
    rng = np.random.default_rng(number)

    def view() -> WorldView:
        depth = np.exp(rng.uniform(-4, 7, (HEIGHT, WIDTH))).astype(np.float32)
        depth[0] = 0
        pose = np.eye(4, dtype=np.float32)
        pose[:3, 3] = rng.normal(size=3)
        k = np.array(((20, 0, 8), (0, 20, 6), (0, 0, 1)), np.float32)
        return WorldView(
            image=rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8),
            depth=depth,
            normal=np.zeros((HEIGHT, WIDTH, 3), np.float32),
            objects=rng.integers(0, 700, (HEIGHT, WIDTH)).astype(np.int32),
            camera=Camera(k, pose, HEIGHT, WIDTH),
        )

    return WorldScene(number, "street", "drive", [view() for _ in range(VIEWS)])


@pytest.fixture
def folder(tmp_path):
    write_settings(tmp_path, SETTINGS)
    write_chunk(chunk_path(tmp_path, 0), [a_scene(n) for n in range(3)])
    write_chunk(chunk_path(tmp_path, 32), [a_scene(n) for n in (32, 33)])
    return tmp_path


def test_what_is_written_is_read(folder):
    worlds = WorldSet(folder)
    assert len(worlds) == 5
    assert worlds.settings == SETTINGS
    for index, number in enumerate((0, 1, 2, 32, 33)):
        scene, truth = worlds.scene(index), a_scene(number)
        assert (scene.number, scene.kind, scene.path) == (number, "street", "drive")
        for at, view in enumerate(truth.views):
            np.testing.assert_array_equal(scene.images[at].numpy(), view.image)
            # Half precision over the whole range, and sky stays sky.
            np.testing.assert_allclose(scene.depth[at].numpy(), view.depth, rtol=6e-4)
            np.testing.assert_array_equal(scene.depth[at].numpy() == 0, view.sky)
            np.testing.assert_array_equal(scene.objects[at].numpy() > 0, view.objects > 0)
            np.testing.assert_array_equal(
                scene.cam_from_world[at].numpy(), view.camera.cam_from_world
            )
            np.testing.assert_array_equal(scene.intrinsics[at].numpy(), view.camera.intrinsics)


def test_a_batch_of_chosen_views(folder):
    worlds = WorldSet(folder)
    batch = worlds.batch([4, 0], views=[[2, 0], [1, 2]], size=(8, 6))
    assert batch.images.shape == (2, 2, 3, 6, 8)
    assert batch.names == ["street-33", "street-0"]
    assert batch.depth_kind.tolist() == [EXACT, EXACT]
    assert batch.has_pose.all()
    assert batch.is_metric.all()
    assert torch.equal(batch.sky, batch.depth == 0)
    assert torch.equal(batch.cam_from_world[0, 1], worlds.scene(4).cam_from_world[0])
    full = worlds.batch([1])
    expected = worlds.scene(1).images.permute(0, 3, 1, 2).float() / 255
    assert torch.equal(full.images[0], expected)


def test_others_may_read_what_is_written(folder):
    modes = {path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert len(modes) == 1  # chunks are as readable as the settings


def test_a_set_goes_to_other_processes(folder):
    worlds = WorldSet(folder)
    before = worlds.scene(3)
    again = pickle.loads(pickle.dumps(worlds))  # noqa: S301
    assert torch.equal(again.scene(3).images, before.images)


def test_random_access_is_fast(folder):
    worlds = WorldSet(folder)
    worlds.scene(0)
    seconds = []
    for index in (1, 2, 0, 1, 2, 0):
        start = perf_counter()
        worlds.scene(index)
        seconds.append(perf_counter() - start)
    assert min(seconds) < 0.003


@pytest.mark.parametrize("index", [-1, 5])
def test_scenes_that_are_not_there(folder, index):
    with pytest.raises(IndexError, match="of 5"):
        WorldSet(folder).scene(index)


def test_a_damaged_chunk_is_named(folder):
    path = chunk_path(folder, 32)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"worlds-00000032.*damaged.*again"):
        WorldSet(folder)
    with pytest.raises(InputError, match="damaged"):
        chunk_size(path)


def test_a_folder_without_scenes(tmp_path):
    with pytest.raises(InputError, match="anyview data make"):
        WorldSet(tmp_path)
    assert read_settings(tmp_path) is None
    for text in ("{", "[]", '{"format_version": 9, "settings": {}}', '{"settings": {}}'):
        (tmp_path / "settings.json").write_text(text)
        with pytest.raises(InputError, match=r"settings\.json"):
            read_settings(tmp_path)
