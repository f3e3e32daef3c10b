# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A folder of worlds is read as it was written; what is not one is refused by name."""

import json
import shutil

import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.frozen_worlds import INDEX_NAME, read_worlds


def edited(worlds_folder, tmp_path, edit):
    """A copy of the folder whose index is changed."""
    folder = tmp_path / "worlds"
    shutil.copytree(worlds_folder, folder)
    index = json.loads((folder / INDEX_NAME).read_text())
    edit(index)
    (folder / INDEX_NAME).write_text(json.dumps(index))
    return folder


def test_what_was_written_is_read(worlds_folder, room, synthetic_scene):
    worlds = read_worlds(worlds_folder)
    assert len(worlds) == 2
    assert worlds.names == ("000", "001")
    assert worlds.kinds == ("room", "table-top")
    assert worlds.truth.depth.shape == (2, 3, 84, 112)
    order = [0, 1, 2, 3, 2, 1]
    known = room.depth[0, order] > 0
    read = worlds.truth.depth.flatten(0, 1)
    assert ((read > 0) == known).all()
    assert (read - room.depth[0, order]).abs().max() < 1e-3 * float(room.depth.max())
    for i, view in enumerate(order):
        cameras = worlds.truth.cam_from_world.flatten(0, 1)[i]
        torch.testing.assert_close(cameras.float(), room.cam_from_world[0, view])
        K = worlds.truth.intrinsics.flatten(0, 1)[i]
        torch.testing.assert_close(K.float(), room.intrinsics[0, view])
        image = worlds.views[i // 3][i % 3].image
        assert torch.equal(image, synthetic_scene.images[view])


def test_the_first_scenes_only(worlds_folder):
    assert read_worlds(worlds_folder, limit=1).names == ("000",)


def test_a_folder_without_an_index_is_refused(tmp_path):
    with pytest.raises(InputError, match=INDEX_NAME):
        read_worlds(tmp_path)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda index: index.pop("scenes"), "scenes"),
        (lambda index: index["scenes"][0]["views"][1].pop("K"), "K"),
        (lambda index: index["scenes"][0]["views"][1].update(K=[[1, 2]]), "3 x 3"),
        (lambda index: index["scenes"][0]["views"].pop(), "as many views"),
        (lambda index: index["scenes"][0]["views"][0].update(file="no.png"), "no.png"),
        (lambda index: index["scenes"].clear(), "as many views"),
    ],
)
def test_a_wrong_index_is_refused(worlds_folder, tmp_path, edit, message):
    with pytest.raises(InputError, match=message):
        read_worlds(edited(worlds_folder, tmp_path, edit))
