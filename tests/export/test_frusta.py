# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
import trimesh

from anyview.export.display_cameras import cameras_for_display
from anyview.export.frusta import camera_frusta, frustum_size

from .conftest import HEIGHT, WIDTH

SIZE = 0.5


@pytest.fixture(scope="module")
def frusta(room):
    cameras = cameras_for_display(room)
    return camera_frusta(cameras.cam_from_world, cameras.intrinsics, HEIGHT, WIDTH, SIZE)


def in_camera(room, mesh, view) -> torch.Tensor:
    rotation, translation = room.extrinsics[view, :, :3], room.extrinsics[view, :, 3]
    return mesh.vertices @ rotation.T + translation


def test_each_view_has_one_closed_mesh_facing_outwards(room, frusta):
    assert len(frusta) == len(room)
    for mesh in frusta:
        solid = trimesh.Trimesh(mesh.vertices.numpy(), mesh.faces.numpy(), process=False)
        assert solid.is_watertight
        assert solid.is_winding_consistent
        assert solid.volume > 0
        parts = solid.split()
        assert len(parts) == 9
        assert all(part.volume > 0 for part in parts)


def test_frusta_open_from_the_camera_centre_along_its_view(room, frusta):
    for view, mesh in enumerate(frusta):
        points = in_camera(room, mesh, view)
        assert points.norm(dim=1).min() < 0.02 * SIZE
        assert points[:, 2].min() > -0.02 * SIZE
        assert points[:, 2].max() > 0.6 * SIZE


def test_the_base_has_the_field_of_view_of_the_image(room, frusta):
    for view, mesh in enumerate(frusta):
        points = in_camera(room, mesh, view)
        base = points[points[:, 2] > 0.5 * SIZE]
        base = base[base[:, 2] > base[:, 2].max() - 0.03 * SIZE]
        pixels = (base / base[:, 2:]) @ room.intrinsics[view].T
        assert pixels[:, 0].min() == pytest.approx(0, abs=1)
        assert pixels[:, 0].max() == pytest.approx(WIDTH, abs=1)
        assert pixels[:, 1].max() == pytest.approx(HEIGHT, abs=1)
        # The mark stands above the top edge of the image, at its middle.
        mark = pixels[pixels[:, 1] < -2]
        assert len(mark) == 3
        assert mark[:, 0].mean() == pytest.approx(WIDTH / 2, abs=0.5)
        assert mark[:, 1].mean() == pytest.approx(-0.2 * HEIGHT, abs=0.5)


@pytest.mark.parametrize("size", [0.1, 7.0])
def test_slanted_edges_are_as_long_as_asked(size):
    K = torch.tensor([[[20.0, 0, 12], [0, 20, 9], [0, 0, 1]]])
    (mesh,) = camera_frusta(torch.eye(4)[None], K, 18, 24, size)
    corner = mesh.vertices[(mesh.vertices[:, 0] > 0) & (mesh.vertices[:, 1] > 0)]
    assert corner.norm(dim=1).max() == pytest.approx(size, rel=0.03)


def test_first_and_last_view_differ_in_color(frusta):
    first, last = frusta[0].colors[0].int(), frusta[-1].colors[0].int()
    assert (first - last).abs().max() > 60
    assert (frusta[0].colors == frusta[0].colors[0]).all()


def cube(count: int = 4000) -> torch.Tensor:
    return torch.rand((count, 3), generator=torch.Generator().manual_seed(0)) * 10


def test_size_follows_the_distance_between_neighbouring_cameras():
    centers = torch.tensor([[0.0, 0, 0], [0.5, 0, 0], [1.0, 0, 0]])
    assert frustum_size(centers, cube()) == pytest.approx(0.4)


def test_size_stays_in_proportion_to_the_scene():
    points = cube()
    extent = 9 * 3**0.5
    crowded = torch.linspace(0, 1e-4, 50)[:, None] * torch.ones(3)
    spread = torch.tensor([[0.0, 0, 0], [100.0, 0, 0]])
    assert frustum_size(crowded, points) == pytest.approx(0.01 * extent, rel=0.03)
    assert frustum_size(spread, points) == pytest.approx(0.05 * extent, rel=0.03)
    assert frustum_size(torch.zeros(1, 3), points) == pytest.approx(0.05 * extent, rel=0.03)


def test_size_ignores_a_few_far_points_and_scales_with_the_scene():
    points, centers = cube(), torch.zeros(1, 3)
    far = torch.cat([points, torch.full((10, 3), 1e6)])
    assert frustum_size(centers, far) == pytest.approx(frustum_size(centers, points), rel=0.02)
    assert frustum_size(7 * centers, 7 * points) == pytest.approx(7 * frustum_size(centers, points))


def test_size_is_positive_even_without_extent():
    assert frustum_size(torch.zeros(1, 3), torch.tensor([[0.0, 0, 4]])) > 0
    assert frustum_size(torch.zeros(2, 3), torch.zeros(1, 3)) > 0
    assert np.isfinite(frustum_size(torch.zeros(2, 3), torch.zeros(5, 3)))
