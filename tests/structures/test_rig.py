# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A rig's views share the poses of its frames."""

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.structures.rig import Rig


def moved(*offsets: tuple[float, float, float]) -> torch.Tensor:
    poses = torch.eye(4, dtype=torch.float64).repeat(len(offsets), 1, 1)
    poses[:, :3, 3] = torch.tensor(offsets, dtype=torch.float64)
    turn = torch.tensor([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]], dtype=torch.float64)
    poses[1:, :3, :3] = turn
    return poses


STEREO = moved((0, 0, 0), (-0.2, 0, 0))


def rig(cameras=(0, 1, 0), frames=(0, 0, 1), **changed):
    parts = {
        "cam_from_rig": STEREO,
        "camera_of_view": torch.tensor(cameras, dtype=torch.int64),
        "frame_of_view": torch.tensor(frames, dtype=torch.int64),
        "names": ("left", "right"),
    }
    return Rig(**{**parts, **changed})


def test_views_of_a_frame_keep_their_places():
    track = moved((1, 0, 0), (2, 0.5, 3))
    poses = rig().cam_from_world(track)
    for view, (camera, frame) in enumerate([(0, 0), (1, 0), (0, 1)]):
        assert torch.equal(poses[view], STEREO[camera] @ track[frame])
    between = poses[1] @ se3.invert(poses[0])
    assert torch.allclose(between, STEREO[1] @ se3.invert(STEREO[0]))


def test_a_choice_of_views():
    part = rig().of([2, 1])
    assert part.camera_of_view.tolist() == [0, 1]
    assert part.frame_of_view.tolist() == [1, 0]
    assert part.num_frames == rig().num_frames == 2
    assert rig((), ()).num_frames == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cameras": (0, 2, 0)}, "names camera 2; it has cameras 0 to 1"),
        ({"cameras": (0, -1, 0)}, "camera_of_view of a rig counts from 0"),
        ({"frames": (0, -1, 0)}, "frame_of_view of a rig counts from 0"),
        ({"cameras": (0, 0, 0)}, "Frame 0 of a rig has two views of camera 0"),
        ({"names": ("left", "left")}, "different names"),
        ({"names": ("left",)}, "different names"),
        ({"cam_from_rig": 2 * STEREO}, "cam_from_rig"),
    ],
)
def test_impossible_rigs(changed, message):
    with pytest.raises(InputError, match=message):
        rig(**changed)
