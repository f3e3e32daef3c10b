# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.baselines import mean_shape, write_mean_shape
from anyview.evaluation.benchmark.methods.blind import build
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.geometry.se3 import camera_centres
from anyview.structures.views import View, ViewSet
from tests.sfm.textured import cameras


def views(*sizes, **given):
    images = [torch.zeros(3, h, w, dtype=torch.uint8) for h, w in sizes]
    return ViewSet(tuple(View(image, str(i)) for i, image in enumerate(images)), **given)


def answer(text, seen):
    return build(parse_spec(text)).answer(seen, "s/t")


def test_depth_is_of_the_image_s_shape_whatever_its_size():
    said = answer("constant", views((60, 90), (3000, 1000)))
    assert [tuple(depth.shape) for depth in said.depth] == [(60, 90), (128, 43)]
    assert all(bool((depth == 1).all()) for depth in said.depth)
    ramp = answer("ramp", views((60, 90))).depth[0]
    assert bool((ramp.diff(dim=0) < 0).all())
    assert bool((ramp[:, :1] == ramp).all())


@pytest.mark.parametrize(
    ("text", "step"),
    [("constant", (0, 0, 1)), ("ramp:cameras=sideways", (1, 0, 0)), ("identity", (0, 0, 0))],
)
def test_cameras_step_on_without_turning(text, step):
    said = answer(text, views((60, 90), (60, 90), (60, 90)))
    centres = camera_centres(said.cam_from_world)
    assert torch.equal(centres.diff(dim=0), torch.tensor([step] * 2, dtype=torch.float64))
    assert (said.depth is None) == (text == "identity")


@pytest.mark.parametrize("size", [(60, 90), (90, 60)])
def test_the_longer_side_has_the_field_of_view(size):
    K = answer("constant:fov_deg=90", views(size)).intrinsics[0]
    assert float(K[0, 0]) == pytest.approx(45)
    assert float(K[1, 1]) == pytest.approx(45)
    assert K[:2, 2].tolist() == [size[1] / 2, size[0] / 2]


def test_given_cameras_are_kept():
    cam_from_world, K = cameras(2)
    said = answer("constant", views((9, 9), (9, 9), extrinsics=cam_from_world, intrinsics=K))
    assert torch.equal(said.cam_from_world, cam_from_world)
    assert torch.equal(said.intrinsics, K)


def test_the_mean_shape_of_other_scenes(tmp_path):
    depth = torch.linspace(1, 3, 12).repeat(9, 1)
    write_mean_shape(tmp_path / "shape.npz", mean_shape([depth, 7 * depth]))
    said = answer(f"mean-shape:shape={tmp_path / 'shape.npz'}", views((9, 12)))
    torch.testing.assert_close(said.depth[0] / said.depth[0].median(), depth / depth.median())


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("mean-shape", OptionError, "needs the scenes"),
        ("constant:shape=a", OptionError, "take no shape"),
        ("mean-shape:shape=absent", InputError, "does not exist"),
        ("identity:cameras=sideways", OptionError, "leave out cameras"),
        ("constant:fov_deg=180", OptionError, "fov_deg is 180"),
        ("constant:fov_deg=nan", OptionError, "fov_deg is nan"),
        ("constant:cameras=up", OptionError, "cameras is 'up'"),
    ],
)
def test_what_cannot_be_built(text, error, message):
    with pytest.raises(error, match=message):
        build(parse_spec(text))


def test_it_says_what_it_guesses():
    described = build(parse_spec("ramp:fov_deg=50")).describe()
    assert described["options"]["fov_deg"] == 50
    assert not math.isnan(described["options"]["fov_deg"])
