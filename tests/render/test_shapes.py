# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Hits against plain marching along the ray, normals against the side they point to."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from anyview.render.shapes import MIN_T, Box, Cylinder, Ellipsoid, Plane, Shape, sphere

CONE = Cylinder(0.9, 1.6, top_radius=0.3)
SHAPES = [Box((1.0, 1.8, 0.6)), Ellipsoid((0.5, 1.1, 0.8)), sphere(0.9), Cylinder(0.7, 1.5), CONE]
UPSIDE_DOWN = Cylinder(0.2, 1.2, top_radius=0.8)


def is_inside(shape: Shape, point: Tensor) -> Tensor:
    """Membership straight from each shape's definition."""
    x, y, z = point
    if isinstance(shape, Box):
        half = torch.tensor(shape.size, dtype=point.dtype)[:, None] / 2
        return (point.abs() < half).all(dim=0)
    if isinstance(shape, Ellipsoid):
        radii = torch.tensor(shape.radii, dtype=point.dtype)  # 0.9 in float32 is another sphere
        return ((point / radii[:, None]) ** 2).sum(dim=0) < 1
    if isinstance(shape, Cylinder):
        top = shape.radius if shape.top_radius is None else shape.top_radius
        share = y / shape.height + 0.5  # 0 at the top, 1 at the bottom
        rim = top + (shape.radius - top) * share
        return (share > 0) & (share < 1) & (x**2 + z**2 < rim**2)
    return y > 0  # below the plane


def rays(seed: int, count: int, reach: float) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    origin = torch.randn(3, count, generator=generator, dtype=torch.float64) * reach
    aim = torch.randn(3, count, generator=generator, dtype=torch.float64) * 0.6
    return origin, (aim - origin) * (0.2 + torch.rand(count, generator=generator))


@pytest.mark.parametrize("shape", [*SHAPES, UPSIDE_DOWN, Plane()], ids=str)
@given(seed=st.integers(0, 2**31), reach=st.sampled_from([0.1, 0.6, 3.0]))
@example(seed=69917, reach=0.6)  # a shallow entry
@settings(deadline=None, max_examples=6)
def test_first_hit_is_where_marching_changes_side(shape: Shape, seed: int, reach: float) -> None:
    origin, direction = rays(seed, 200, reach)
    starts_inside = is_inside(shape, origin)
    # Rays that start on the surface, as far as MIN_T can tell, are another test's.
    clear = is_inside(shape, origin + 1.1 * MIN_T * direction) == starts_inside
    origin, direction, starts_inside = origin[:, clear], direction[:, clear], starts_inside[clear]
    hit = shape.intersect(origin, direction)
    # Nothing changes before the hit, or along the whole ray without one ...
    end = torch.where(hit.isfinite(), hit, 20.0)
    for share in torch.linspace(0.001, 0.999, 40):
        along = is_inside(shape, origin + share * end * direction)
        assert torch.equal(along, starts_inside)
    # ... and behind the hit it is the other side.
    step = 1e-6 * (1 + hit)
    grazing = is_inside(shape, origin + (hit + step) * direction) == starts_inside
    assert not grazing[hit.isfinite()].any()


@pytest.mark.parametrize("shape", [*SHAPES, UPSIDE_DOWN, Plane()], ids=str)
def test_normals_are_unit_and_point_outside(shape: Shape) -> None:
    origin, direction = rays(3, 300, 3.0)
    hit = shape.intersect(origin, direction)
    point = (origin + hit * direction)[:, hit.isfinite()]
    assert point.shape[1] > 30
    normal = shape.normal(point)
    assert torch.allclose(normal.norm(dim=0), torch.ones_like(normal[0]))
    assert is_inside(shape, point - 1e-5 * normal).all()
    assert not is_inside(shape, point + 1e-5 * normal).any()


@pytest.mark.parametrize("shape", [*SHAPES, UPSIDE_DOWN], ids=str)
def test_every_hit_lies_within_the_half_extent(shape: Shape) -> None:
    origin, direction = rays(4, 500, 3.0)
    hit = shape.intersect(origin, direction)
    point = (origin + hit * direction)[:, hit.isfinite()]
    half = torch.tensor(shape.half_extent, dtype=torch.float64)
    assert (point.abs().amax(dim=1) <= half + 1e-9).all()
    assert (point.abs().amax(dim=1) > 0.8 * half).all()


def test_rays_along_an_axis_and_on_a_face() -> None:
    box = Box((2.0, 2.0, 2.0))
    forward = torch.tensor([[0.0], [0.0], [1.0]])
    assert box.intersect(torch.tensor([[0.3], [0.2], [-4.0]]), forward).item() == pytest.approx(3)
    assert box.intersect(torch.tensor([[1.5], [0.2], [-4.0]]), forward).item() == math.inf
    on_face = box.intersect(torch.tensor([[1.0], [0.2], [-4.0]]), forward)
    assert not on_face.isnan().any()
    down = torch.tensor([[0.0], [1.0], [0.0]])
    cylinder = Cylinder(0.5, 2.0)
    assert cylinder.intersect(torch.tensor([[0.1], [-5.0], [0.1]]), down).item() == pytest.approx(4)


def test_a_ray_that_leaves_a_surface_does_not_meet_it() -> None:
    up = torch.tensor([[0.0], [-1.0], [0.0]])
    assert Plane().intersect(torch.tensor([[0.0], [MIN_T / 2], [0.0]]), up).item() == math.inf
    top = torch.tensor([[0.0], [-0.5 + MIN_T / 2], [0.0]])
    assert sphere(0.5).intersect(top, up).item() == math.inf


def test_float32_keeps_its_digits_far_from_a_small_sphere() -> None:
    distance = 1000.0
    origin = torch.tensor([[0.0], [0.0], [-distance]])
    aim = torch.tensor([[0.06], [0.0], [distance]]) / distance
    exact = sphere(0.1).intersect(origin.double(), aim.double())
    assert abs(sphere(0.1).intersect(origin, aim) - exact).item() < 2e-4  # 2 ulp of 1000
