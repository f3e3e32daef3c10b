# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.io.depth_png import LEVELS, depth_step, read_depth_png16, write_depth_png16
from anyview.io.images import write_png


@settings(deadline=None, max_examples=80)
@given(st.floats(1e-4, 1e6))
def test_the_step_reaches_the_largest_depth_and_the_next_finer_does_not(largest):
    step = depth_step(largest, is_metric=False)
    assert step * 65535 >= largest
    assert step / 2.5 * 65535 < largest * (1 + 1e-9)
    assert f"{step:.0e}"[0] in "125"


@pytest.mark.parametrize(
    ("largest", "step"), [(3.0, 0.001), (65.5, 0.001), (65.6, 0.002), (200.0, 0.005)]
)
def test_metres_are_millimetres_as_far_as_they_reach(largest, step):
    assert depth_step(largest, is_metric=True) == step


@pytest.mark.parametrize("scale", [1000.0, 256.0, 6553.5])
def test_depth_round_trip(tmp_path, scale):
    depth = torch.rand((20, 30), generator=torch.Generator().manual_seed(0)) * 10
    depth[0, :4] = torch.tensor([float("nan"), float("inf"), -1.0, 0.0])
    path = tmp_path / "depth.png"
    write_depth_png16(path, depth, scale=scale)
    back = read_depth_png16(path)
    assert back[0, :4].tolist() == [0, 0, 0, 0]
    assert float((back - depth)[1:].abs().max()) <= 0.5 / scale + 1e-6
    assert torch.equal(read_depth_png16(path, scale=scale), back)
    with Image.open(path) as image:
        levels = np.asarray(image)
        assert levels.dtype.itemsize == 2
        assert levels[5, 5] == round(float(depth[5, 5]) * scale)


def test_depth_without_a_single_value(tmp_path):
    write_depth_png16(tmp_path / "d.png", torch.zeros(20, 20))
    assert int(read_depth_png16(tmp_path / "d.png").count_nonzero()) == 0


def test_depth_that_does_not_fit_names_a_scale_that_does(tmp_path):
    depth = torch.full((20, 20), 200.0)
    with pytest.raises(OptionError, match=r"at most 65.53\); use a scale of 327.7 or less"):
        write_depth_png16(tmp_path / "d.png", depth)
    assert list(tmp_path.iterdir()) == []
    write_depth_png16(tmp_path / "d.png", depth, scale=327.0)
    assert float(read_depth_png16(tmp_path / "d.png").max()) == pytest.approx(200)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_depth_scale_must_be_positive(tmp_path, scale):
    with pytest.raises(OptionError, match="must be positive"):
        write_depth_png16(tmp_path / "d.png", torch.ones(20, 20), scale=scale)


def test_depth_of_other_files(tmp_path):
    write_png(tmp_path / "rgb.png", torch.zeros((3, 20, 20), dtype=torch.uint8))
    with pytest.raises(InputError, match=r"not a 16-bit grey PNG \(it is PNG of kind RGB\)"):
        read_depth_png16(tmp_path / "rgb.png")
    Image.fromarray(np.ones((20, 20), np.uint16)).save(tmp_path / "plain.png")
    with pytest.raises(InputError, match="names no depth scale; pass scale="):
        read_depth_png16(tmp_path / "plain.png")
    assert float(read_depth_png16(tmp_path / "plain.png", scale=2.0).mean()) == 0.5


def test_the_nearest_depth_is_still_depth_and_the_farthest_fits_at_its_own_step(tmp_path):
    depth = torch.tensor([[1e-6, 131.07, 3.0, torch.nan]])
    step = depth_step(131.07)
    write_depth_png16(tmp_path / "d.png", depth, scale=1 / step)
    with Image.open(tmp_path / "d.png") as image:
        assert np.asarray(image).tolist() == [[1, LEVELS, 1500, 0]]
