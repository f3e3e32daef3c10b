# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json

import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.worlds import open_worlds
from anyview.evaluation.frozen_worlds import read_worlds
from tests.evaluation.benchmark.suites.miniatures import options


def test_tasks_are_the_worlds(worlds_folder):
    tasks = open_worlds(worlds_folder, options()).tasks()
    assert [task.name for task in tasks] == [
        *("000_1", "000_2", "000_all", "001_1", "001_2", "001_all")
    ]
    assert tasks[3].tags == ("table-top", "1 views")
    views, truth = tasks[5].load()
    worlds = read_worlds(worlds_folder)
    assert torch.equal(torch.stack(truth.depth), worlds.truth.depth[1])
    assert torch.equal(truth.cam_from_world, worlds.truth.cam_from_world[1])
    assert torch.equal(truth.intrinsics, worlds.truth.intrinsics[1])
    assert torch.equal(views.views[2].image, worlds.views[1][2].image)
    assert len(truth.points) > 1000
    first = tasks[4].load()[0]
    assert [view.name for view in first.views] == ["001_0", "001_1"]


def test_damage_is_named(tmp_path):
    with pytest.raises(InputError, match=r"scenes.json is not there"):
        open_worlds(tmp_path, options()).tasks()
    for content in ({}, {"scenes": [{"name": "a"}]}, {"scenes": [1]}, []):
        (tmp_path / "scenes.json").write_text(json.dumps(content))
        with pytest.raises(InputError, match="not as expected"):
            open_worlds(tmp_path, options()).tasks()
    (tmp_path / "scenes.json").write_text(json.dumps({"scenes": []}))
    with pytest.raises(InputError, match="lists no scenes"):
        open_worlds(tmp_path, options()).tasks()
    scene = {"name": "a", "kind": 0, "views": [{"file": "a.png"}]}
    (tmp_path / "scenes.json").write_text(json.dumps({"scenes": [scene]}))
    with pytest.raises(InputError, match=r"a\.png"):
        open_worlds(tmp_path, options()).tasks()[0].load()
