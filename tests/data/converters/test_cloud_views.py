# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A wall hides what is behind it; a slanted wall does not hide itself."""

import numpy as np
import torch

from anyview.data.converters.cloud_views import points_in_view
from tests.data.converters.miniature import NORMAL, SPOT, K, cameras

POSE = torch.eye(4, dtype=torch.float64)


def _wall(depth: float, half_width: float, count: int = 60) -> torch.Tensor:
    line = torch.linspace(-half_width, half_width, count, dtype=torch.float64)
    x, y = torch.meshgrid(line, line, indexing="xy")
    return torch.stack((x, y, torch.full_like(x, depth)), dim=-1).view(-1, 3)


def _seen(xyz, pose=POSE):
    return points_in_view(xyz, pose, torch.from_numpy(K), (48, 64))


def test_points_behind_a_wall_are_hidden():
    near, far = _wall(2.0, 0.4), _wall(4.0, 1.5)
    seen = _seen(torch.cat((near, far)))
    ids = set(seen.ids.tolist())
    assert set(range(len(near))) <= ids
    shadow = (far[:, :2].abs() < 2 * 0.4 - 0.1).all(dim=-1)
    open_sight = (far[:, :2].abs() > 2 * 0.4 + 0.3).any(dim=-1)
    inside = (far[:, 0].abs() < 1.4) & (far[:, 1].abs() < 1.3)
    hidden_rows = {int(row) + len(near) for row in (shadow & inside).nonzero()[:, 0]}
    open_rows = {int(row) + len(near) for row in (open_sight & inside).nonzero()[:, 0]}
    assert hidden_rows
    assert not hidden_rows & ids
    assert open_rows
    assert open_rows <= ids
    assert torch.equal(seen.xyz, torch.cat((near, far))[torch.from_numpy(seen.ids)])


def test_a_slanted_plane_is_seen_whole():
    rng = np.random.default_rng(0)
    xy = rng.uniform(-0.6, 0.6, (500, 2))
    z = SPOT[2] - (xy - SPOT[:2]) @ NORMAL[:2] / NORMAL[2]
    xyz = torch.from_numpy(np.concatenate([xy, z[:, None]], axis=1))
    for view in cameras():
        assert len(_seen(xyz, torch.from_numpy(view.cam_from_world)).ids) == 500


def test_nothing_in_sight():
    assert len(_seen(torch.tensor([[0.0, 0, -3]], dtype=torch.float64)).ids) == 0
    assert len(_seen(torch.zeros(0, 3, dtype=torch.float64)).ids) == 0
