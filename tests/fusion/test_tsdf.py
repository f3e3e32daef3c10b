# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError, OptionError
from anyview.fusion.surface_nets import extract_mesh
from anyview.fusion.tsdf import TsdfVolume

from .ball import HEIGHT, WIDTH, K, ball_depth, camera_at, cameras_around

FRONT = torch.eye(4)


def wall(depth: float) -> torch.Tensor:
    return torch.full((HEIGHT, WIDTH), depth)


def test_a_view_is_the_loop_over_voxels():
    volume = TsdfVolume(0.25)
    pose = camera_at(torch.tensor([0.3, -2.5, 1.0]))
    depth = ball_depth(pose)
    image = torch.arange(3 * HEIGHT * WIDTH).reshape(3, HEIGHT, WIDTH).to(torch.uint8)
    weight = 0.5 + torch.rand(HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    volume.integrate(depth, K, pose, image, weight)
    positions = volume.voxel_positions(torch.arange(len(volume.blocks))).reshape(-1, 3)
    distance, weights = volume.distance.flatten(), volume.weight.flatten()
    colors = volume.color.reshape(-1, 3)
    compared = seen = 0
    for i in range(0, len(positions), 3):
        x, y, z = (pose[:3, :3] @ positions[i] + pose[:3, 3]).tolist()
        u, v = 70 * x / z + WIDTH / 2, 70 * y / z + HEIGHT / 2
        column, row = int(u // 1), int(v // 1)
        inside = z > 0 and 0 <= u < WIDTH and 0 <= v < HEIGHT
        if not inside or depth[row, column] == 0:
            assert weights[i] == 0
            continue
        around = depth[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        if (around == 0).any() or around.max() > 1.04 * around.min():
            continue  # edges are the business of depth_sampling
        length = (x * x + y * y + z * z) ** 0.5
        gap = (float(depth[row, column]) - z) * length / z / volume.truncation
        if abs(gap + 1) < 0.06:
            continue  # between this pixel and its neighbours the answer may flip
        compared += 1
        assert (weights[i] > 0) == (gap >= -1)
        if gap >= -1:
            seen += 1
            assert weights[i] == weight[row, column]
            assert distance[i] == pytest.approx(min(gap, 1), abs=0.06)
            if gap <= 0.9:
                assert torch.equal(colors[i], image[:, row, column].half())
    assert compared > 100
    assert seen > 30


def test_views_average_by_weight_in_any_order():
    parts = [(1.0, 1.0), (1.04, 3.0), (0.98, 2.0)]
    volumes = []
    for order in (parts, parts[::-1]):
        volume = TsdfVolume(0.05)
        for depth, weight in order:
            volume.integrate(wall(depth), K, FRONT, weight=wall(weight))
        volumes.append(volume)
    meshes = [extract_mesh(volume, min_weight=5.9) for volume in volumes]
    mean = sum(d * w for d, w in parts) / 6
    for mesh in meshes:
        middle = mesh.vertices[mesh.vertices[:, :2].norm(dim=-1) < 0.2]
        assert middle[:, 2].mean() == pytest.approx(mean, abs=1e-3)
        assert middle[:, 2].std() < 2e-3
    assert meshes[0].vertices.shape == meshes[1].vertices.shape


def test_what_is_looked_through_is_carved_away():
    """One view puts a wall at 1, four others look through it to a wall at 2."""
    for carve, walls in ((True, {2.0}), (False, {1.0, 2.0})):
        volume = TsdfVolume(0.1, carve=carve)
        volume.integrate(wall(1.0), K, FRONT)
        for _ in range(4):
            volume.integrate(wall(2.0), K, FRONT)
        z = extract_mesh(volume).vertices[:, 2]
        assert {round(float(v)) * 1.0 for v in z} == walls


def test_noise_averages_out():
    generator = torch.Generator().manual_seed(0)
    spread = []
    for count in (3, 27):
        volume = TsdfVolume(0.05)
        for _ in range(count):
            noise = 0.01 * torch.randn(HEIGHT, WIDTH, generator=generator)
            volume.integrate(wall(1.0) + noise, K, FRONT)
        spread.append(extract_mesh(volume, min_weight=count).vertices[:, 2].std().item())
    assert spread[1] == pytest.approx(spread[0] / 3, rel=0.2)


def test_depth_that_is_none_says_nothing():
    volume = TsdfVolume(0.1)
    for nothing in (0.0, -1.0, float("nan"), float("inf")):
        volume.integrate(wall(nothing), K, FRONT)
    assert len(volume.blocks) == 0
    assert len(extract_mesh(volume).faces) == 0


def test_too_many_voxels_are_refused_and_nothing_is_lost():
    volume = TsdfVolume(0.05, max_blocks=400)
    volume.integrate(wall(0.5), K, FRONT)
    blocks, weight = len(volume.blocks), volume.weight.clone()
    with pytest.raises(InputError, match="larger voxels"):
        volume.integrate(wall(9.0), K, FRONT)
    assert len(volume.blocks) == blocks
    assert torch.equal(volume.weight, weight)


def test_cubes_nothing_was_said_of_can_go():
    volume = TsdfVolume(0.05)
    for pose in cameras_around(4):
        volume.integrate(ball_depth(pose), K, pose)
    before = extract_mesh(volume, min_weight=2)
    count = len(volume.blocks)
    volume.drop_unseen(2)
    assert len(volume.blocks) < count
    after = extract_mesh(volume, min_weight=2)
    assert torch.equal(
        torch.sort(before.vertices[:, 0]).values, torch.sort(after.vertices[:, 0])[0]
    )


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan"), float("inf")])
def test_voxels_have_a_size(size):
    with pytest.raises(OptionError, match="voxel_size"):
        TsdfVolume(size)
