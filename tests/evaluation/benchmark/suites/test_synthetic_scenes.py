# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Kinds of scenes are what their names say, and none is one of training's."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.synthetic.scenes import plan_scene
from anyview.evaluation.benchmark.suites import synthetic_scenes
from anyview.evaluation.benchmark.suites.synthetic_scenes import (
    FIRST_NUMBER,
    SYNTHETIC_KINDS,
    kind_of,
    make_kind_scene,
    stored_scene,
    with_surfaces,
)
from anyview.geometry.se3 import camera_centres
from anyview.training.session import VALIDATION_FIRST


@pytest.fixture
def small(monkeypatch):
    pytest.importorskip("embreex")
    pytest.importorskip("numba")
    for name, value in (("WIDTH", 48), ("HEIGHT", 36), ("VIEWS", 2)):
        monkeypatch.setattr(synthetic_scenes, name, value)


def test_numbers_are_far_from_those_of_training():
    assert FIRST_NUMBER >= VALIDATION_FIRST + 1_000_000
    names = [kind.name for kind in SYNTHETIC_KINDS]
    assert len(set(names)) == len(names) == 7
    for kind in SYNTHETIC_KINDS:
        assert kind_of(kind.name) is kind
        assert kind.settings().width > 300
    with pytest.raises(InputError, match="low-texture"):
        kind_of("no-texture")


def test_scenes_are_functions_of_their_number(small):
    kind = kind_of("object")
    one, again, other = (make_kind_scene(kind, index) for index in (0, 0, 1))
    assert np.array_equal(one.views[0].image, again.views[0].image)
    assert one.number != other.number
    assert one.kind == "tabletop"
    assert len(one.views) == 2


def test_a_wanted_path_is_looked_for(small, monkeypatch):
    tried = []

    def plan(number, settings):
        tried.append(number)
        found = plan_scene(FIRST_NUMBER, settings)
        path = "turn" if len(tried) == 3 else "wide"
        return (*found[:3], replace(found[3], path=path))

    monkeypatch.setattr(synthetic_scenes, "plan_scene", plan)
    scene = make_kind_scene(kind_of("pure-rotation"), 2)
    first = FIRST_NUMBER + 4 * 100_000 + 2 * 2_000
    assert tried == [first, first + 1, first + 2]
    assert scene.number == first + 2


@pytest.mark.slow  # ten worlds and more are built until one has the path
def test_cameras_of_pure_rotation_stand_still(small):
    scene = make_kind_scene(kind_of("pure-rotation"), 0)
    cameras = torch.stack([torch.from_numpy(v.camera.cam_from_world) for v in scene.views])
    centres = camera_centres(cameras.double())
    assert scene.path == "turn"
    assert float((centres[1] - centres[0]).norm()) < 1e-3
    assert float((cameras[1] - cameras[0]).abs().max()) > 0.01


def test_wide_fields_are_wide(small):
    scene = make_kind_scene(kind_of("wide-field"), 0)
    K = scene.views[0].camera.intrinsics
    assert 2 * np.degrees(np.arctan(48 / 2 / K[0, 0])) > 100


def test_surfaces_are_exchanged_and_nothing_else(small):
    kind = kind_of("low-texture")
    _, world, _, _ = plan_scene(FIRST_NUMBER, kind.settings())
    plain, tiled = with_surfaces(world, "plain"), with_surfaces(world, "repeated")
    assert {material.pattern for material in plain.materials} == {"plain"}
    assert {material.pattern for material in tiled.materials} == {"checker"}
    assert with_surfaces(world, "as they are").materials == world.materials
    assert plain.vertices is world.vertices
    assert len({material.scale_m for material in tiled.materials}) == 1


def test_scenes_are_kept(small, tmp_path, monkeypatch):
    scene = stored_scene(tmp_path, "indoor", 0)
    file = tmp_path / "v1" / "indoor" / "000.safetensors"
    assert file.is_file()
    monkeypatch.setattr(synthetic_scenes, "make_kind_scene", None)  # it is not made again
    again = stored_scene(tmp_path, "indoor", 0)
    assert torch.equal(scene.images, again.images)
    assert scene.images.shape == (2, 36, 48, 3)
    file.write_bytes(b"damaged")
    with pytest.raises(InputError, match=r"000.safetensors"):
        stored_scene(tmp_path, "indoor", 0)
