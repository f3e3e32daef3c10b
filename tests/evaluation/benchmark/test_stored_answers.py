# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.stored_answers import answer_file, read_answer, write_answer
from anyview.evaluation.benchmark.task import Answer, Cost


def save(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_round_trip(tmp_path):
    cameras = torch.eye(4, dtype=torch.float64).repeat(2, 1, 1)
    cameras[1] = torch.nan
    answer = Answer(
        depth=(torch.rand(3, 4), None),
        conf=(torch.rand(3, 4), None),
        cam_from_world=cameras,
        intrinsics=torch.rand(2, 3, 3, dtype=torch.float64),
        points=torch.rand(5, 3),
        unit_is_metre=True,
        cost=Cost(1.5, 12345),
    )
    path = answer_file(tmp_path, "worlds", "000_all")
    assert path == tmp_path / "worlds" / "000_all.npz"
    write_answer(path, answer)
    back = read_answer(path, 2)
    assert back.cost == answer.cost
    assert back.unit_is_metre
    assert back.depth[1] is None
    assert back.conf[1] is None
    for name in ("cam_from_world", "intrinsics", "points"):
        assert torch.equal(getattr(back, name).nan_to_num(9), getattr(answer, name).nan_to_num(9))
    assert torch.equal(back.depth[0], answer.depth[0])
    assert torch.equal(back.conf[0], answer.conf[0])


def test_what_others_write(tmp_path):
    """One array for all views, [V, 3, 4] cameras, whole numbers, no cost."""
    extrinsics = np.tile(np.eye(4)[:3], (2, 1, 1))
    extrinsics[0, 0, 0] = np.nan
    path = save(tmp_path / "a.npz", depth=np.arange(24).reshape(2, 3, 4), extrinsics=extrinsics)
    answer = read_answer(path, 2)
    assert answer.depth[1].tolist() == np.arange(12, 24).reshape(3, 4).tolist()
    assert answer.cam_from_world[0].isnan().all()
    assert torch.equal(answer.cam_from_world[1], torch.eye(4, dtype=torch.float64))
    assert not answer.unit_is_metre
    assert np.isnan(answer.cost.seconds)
    assert answer.cost.peak_bytes is None


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"depth": np.ones((3, 4, 4))}, r"depth must be \[2, h, w\].*\[3, 4, 4\]"),
        ({"depth_1": np.ones(4)}, r"depth_1 must be \[h, w\]"),
        ({"depth": np.array([[["a"]], [["b"]]])}, "must be numbers"),
        ({"extrinsics": np.ones((2, 4, 3))}, r"extrinsics must be \[2, 3, 4\] or \[2, 4, 4\]"),
        ({"intrinsics": np.ones((3, 3))}, "intrinsics must be"),
        ({"points": np.ones((5, 2))}, "points must be"),
        ({"conf": np.ones((2, 3, 3))}, "share a grid"),
        ({"depth": np.ones((2, 3, 3)), "seconds": np.ones(2)}, "single number"),
        ({"disparity": np.ones(3)}, "has none of depth.*disparity"),
    ],
)
def test_odd_files_are_refused(tmp_path, arrays, message):
    with pytest.raises(InputError, match=message):
        read_answer(save(tmp_path / "a.npz", **arrays), 2)


def test_absent_and_damaged_files(tmp_path):
    with pytest.raises(InputError, match="no answer at"):
        read_answer(tmp_path / "a.npz", 2)
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="damaged"):
        read_answer(tmp_path / "a.npz", 2)
