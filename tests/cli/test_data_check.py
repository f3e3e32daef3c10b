# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data check``."""

from dataclasses import replace

import numpy as np
import pytest

from anyview.data.scene_folder import write_scene
from tests.data.mini_scene import scene_of


@pytest.fixture
def folder(synthetic_scene, tmp_path):
    return write_scene(scene_of(synthetic_scene), tmp_path / "scenes" / "room")


def test_a_sound_scene(cli, folder):
    done = cli("data", "check", folder.parent)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{folder.parent}: 1 scene\n0 errors, 0 warnings.\n"


def test_a_wrong_convention_is_named_and_the_code_is_that_of_bad_input(
    cli, folder, synthetic_scene
):
    scene = scene_of(synthetic_scene)
    frames = tuple(replace(f, cam_from_world=np.linalg.inv(f.cam_from_world)) for f in scene.frames)
    write_scene(replace(scene, frames=frames), folder.parent / "inverse")
    done = cli("data", "check", folder.parent)
    assert done.code == 3
    assert done.out.startswith(f"{folder.parent}: 2 scenes\nERROR [pose-convention]")
    assert "Fix: " in done.out
    assert cli("data", "check", folder).code == 0


def test_a_warning_is_no_error(cli, folder, synthetic_scene):
    scene = scene_of(synthetic_scene)
    write_scene(
        replace(scene, origin=replace(scene.origin, licence="unknown")), folder.parent / "b"
    )
    done = cli("data", "check", folder.parent / "b", "--json", "--max-frames", 1)
    assert done.code == 0
    [finding] = done.document["findings"]
    assert (finding["severity"], finding["code"]) == ("warning", "licence")
    assert done.document["scenes"] == 1


def test_no_scene(cli, tmp_path):
    done = cli("data", "check", tmp_path)
    assert (done.code, done.out) == (3, "")
    assert "scene.json" in done.error
