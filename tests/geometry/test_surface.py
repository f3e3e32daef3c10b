# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry import rays, surface

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
HEIGHT, WIDTH = 6, 8
K = torch.tensor([[9.0, 0.4, 4.3], [0.0, 8.0, 2.7], [0.0, 0.0, 1.0]]).double()


def plane(normal, offset, intrinsics=K):
    """z-depth of n . p = offset."""
    directions = rays.directions_cam(intrinsics, HEIGHT, WIDTH)
    return offset / (directions @ normal)


class TestNormals:
    @given(
        x=st.floats(-0.6, 0.6),
        y=st.floats(-0.6, 0.6),
        dtype=st.sampled_from(DTYPES),
        batch=st.sampled_from(BATCHES),
    )
    @settings(deadline=None, max_examples=25)
    def test_planes_are_exact_everywhere(self, x, y, dtype, batch):
        normal = torch.tensor([x, y, -1.0], dtype=torch.float64)
        normal = normal / normal.norm()
        depth = plane(normal, -2.0).to(dtype).expand(*batch, HEIGHT, WIDTH)
        intrinsics = K.to(dtype).expand(*batch, 3, 3)
        found = surface.normals_from_depth(depth, intrinsics, relative_threshold=2.0)
        assert found.dtype == dtype
        tolerance = 2e-4 if dtype == torch.float32 else 1e-11
        expected = normal.to(dtype).expand_as(found)
        torch.testing.assert_close(found, expected, rtol=0, atol=tolerance)

    def test_a_sphere_faces_the_camera(self):
        camera = torch.tensor([[200.0, 0, 100], [0, 200.0, 100], [0, 0, 1]]).double()
        centre, radius = torch.tensor([0.0, 0.0, 3.0]).double(), 1.2
        d = rays.directions_cam(camera, 200, 200)
        a, b = (d * d).sum(-1), (d @ centre)
        depth = (b - (b * b - a * (centre @ centre - radius**2)).sqrt()) / a  # NaN off the sphere
        normals = surface.normals_from_depth(depth, camera)
        points = rays.unproject(depth, camera)
        expected = (points - centre) / radius
        inner = expected[..., 2] < -0.7  # not at the limb
        assert inner.sum() > 5000
        cosine = (normals * expected).sum(-1)[inner]
        assert cosine.min() > math.cos(math.radians(1.0))
        facing = (normals * points).sum(-1)
        assert (facing[~facing.isnan()] < 0).all()

    def test_a_step_is_not_crossed(self):
        depth = torch.full((HEIGHT, WIDTH), 2.0).double()
        depth[:, 4:] = 3.0
        normals = surface.normals_from_depth(depth, K)
        expected = torch.tensor([0.0, 0.0, -1.0]).double().expand_as(normals)
        torch.testing.assert_close(normals, expected)
        smeared = surface.normals_from_depth(depth, K, relative_threshold=1.0)
        assert (smeared[:, 3:5, 0].abs() > 0.5).all()

    def test_invalid_depth_is_left_out(self):
        normal = torch.tensor([0.2, 0.1, -1.0]).double()
        normal = normal / normal.norm()
        depth = plane(normal, -2.0)
        depth[2, 3] = math.nan
        depth[3, 5] = -1
        normals = surface.normals_from_depth(depth, K, relative_threshold=2.0)
        missing = normals.isnan().any(-1)
        assert missing.nonzero().tolist() == [[2, 3], [3, 5]]
        torch.testing.assert_close(
            normals[~missing], normal.expand_as(normals)[~missing], rtol=0, atol=1e-11
        )

    def test_a_lone_pixel_has_no_normal(self):
        depth = torch.full((3, 3), math.nan).double()
        depth[1, 1] = 2.0
        assert surface.normals_from_depth(depth, K).isnan().all()


def edges_by_loop(depth, threshold):
    height, width = depth.shape
    edges = torch.zeros_like(depth, dtype=torch.bool)
    valid = depth.isfinite() & (depth > 0)
    for i in range(height):
        for j in range(width):
            for y in range(max(i - 1, 0), min(i + 2, height)):
                for x in range(max(j - 1, 0), min(j + 2, width)):
                    a, b = depth[i, j], depth[y, x]
                    if valid[i, j] and valid[y, x] and max(a, b) > (1 + threshold) * min(a, b):
                        edges[i, j] = True
    return edges


class TestDepthEdges:
    @given(seed=st.integers(0, 10**6), threshold=st.sampled_from([0.05, 0.2, 0.5]))
    @settings(deadline=None, max_examples=10)
    def test_twin_with_a_plain_loop(self, seed, threshold):
        g = torch.Generator().manual_seed(seed)
        depth = (0.3 * torch.randn(5, 6, generator=g, dtype=torch.float64)).exp()
        depth[torch.rand(5, 6, generator=g) < 0.1] = math.nan
        depth[torch.rand(5, 6, generator=g) < 0.1] = 0
        found = surface.depth_edges(depth, threshold)
        assert torch.equal(found, edges_by_loop(depth, threshold))

    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_both_sides_of_a_step_at_any_scale(self, batch, dtype):
        depth = torch.full((*batch, 5, 6), 2.0, dtype=dtype)
        depth[..., 3:] = 2.5
        expected = torch.zeros(*batch, 5, 6, dtype=torch.bool)
        expected[..., 2:4] = True
        for unit in (1.0, 1000.0, 1e-3):
            assert torch.equal(surface.depth_edges(depth * unit, 0.1), expected)
        assert not surface.depth_edges(depth, 0.3).any()

    def test_input_is_not_changed(self):
        depth = torch.rand(4, 4)
        before = depth.clone()
        surface.depth_edges(depth)
        assert torch.equal(depth, before)
