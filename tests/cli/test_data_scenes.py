# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The scenes that are drawn: stored ones by place, fresh ones by number."""

from dataclasses import replace

import pytest
import torch

from anyview.cli.data_scenes import converted_scenes, fresh_scenes, stored_scenes
from anyview.core.errors import InputError, OptionError
from anyview.data.scene_folder import write_scene
from anyview.data.synthetic.world_settings import KINDS, WorldSettings
from anyview.data.synthetic.world_writer import write_worlds
from tests.data.mini_scene import scene_of

pytest.importorskip("embreex")
pytest.importorskip("numba")
TINY = replace(
    WorldSettings(width=28, height=21, views=1), **{**dict.fromkeys(KINDS, 0.0), "facade": 1.0}
)


def test_fresh_and_stored_scenes_are_the_same(tmp_path):
    write_worlds(tmp_path, 0, 2, TINY)
    (stored,) = stored_scenes(tmp_path, 1, 5)
    (fresh,) = fresh_scenes(1, 1, TINY)
    assert fresh.number == stored.number == 1
    for name in ("images", "depth", "objects", "intrinsics", "cam_from_world"):
        assert torch.equal(getattr(fresh, name), getattr(stored, name))
    with pytest.raises(OptionError, match="has 2 scenes"):
        stored_scenes(tmp_path, 2, 1)


def test_pictures_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match="nosuch"):
        fresh_scenes(0, 1, replace(TINY, photos=str(tmp_path / "nosuch")))


def test_converted_scenes_by_their_place(synthetic_scene, tmp_path):
    assert converted_scenes(tmp_path, 0, 4) == []
    for name in ("b", "a"):
        write_scene(scene_of(synthetic_scene, name), tmp_path / name)
    assert [scene.name for scene in converted_scenes(tmp_path, 0, 4)] == ["a", "b"]
    assert [scene.name for scene in converted_scenes(tmp_path, 1, 4)] == ["b"]
    with pytest.raises(OptionError, match="has 2 scenes"):
        converted_scenes(tmp_path, 2, 1)
