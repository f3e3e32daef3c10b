# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.scene_source import Source
from anyview.data.synthetic.world import Camera, WorldScene, WorldView
from anyview.data.synthetic.world_files import WorldSet, chunk_path, write_chunk, write_settings
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.data.world_source import WorldSetSource


@pytest.fixture
def worlds(mini_scene, tmp_path):
    """The miniature scene twice, as a set of worlds."""
    views = []
    for frame in mini_scene.frames:
        camera = Camera(
            frame.intrinsics.astype(np.float32), frame.cam_from_world.astype(np.float32), 84, 112
        )
        depth = frame.read_depth()
        objects = frame.masks["objects"]().astype(np.int32)
        views.append(
            WorldView(
                frame.read_image(), depth, np.zeros((84, 112, 3), np.float32), objects, camera
            )
        )
    write_settings(tmp_path, WorldSettings(width=112, height=84, views=4))
    scenes = [WorldScene(number, "room", "walk", views) for number in range(2)]
    write_chunk(chunk_path(tmp_path, 0), scenes)
    return WorldSet(tmp_path)


def test_batches_are_a_function_of_the_seed(worlds):
    source = WorldSetSource(worlds)
    assert isinstance(source, Source)
    first = source.batch(3, 4, 2, (42, 42))
    assert first.images.shape == (4, 2, 3, 42, 42)
    again = source.batch(3, 4, 2, (42, 42))
    assert torch.equal(first.images, again.images)
    assert first.names == again.names
    assert set(source.batch(0, 12, 1, (28, 28)).names) == {"room-0", "room-1"}
    lenses = source.batch(5, 6, 1, (42, 56)).intrinsics[:, 0, 0, 0]
    zoomed = WorldSetSource(worlds, max_zoom=2.0).batch(5, 6, 1, (42, 56)).intrinsics[:, 0, 0, 0]
    assert lenses.std() < 1e-4
    assert zoomed.std() > 0.5


def test_more_views_than_stored_are_refused(worlds):
    with pytest.raises(InputError, match="has scenes of 4 views, 5 were asked for"):
        WorldSetSource(worlds).batch(0, 1, 5, (28, 28))
