# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.seven_scenes import open_seven_scenes
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    camera,
    options,
    picture,
    quad_ply,
    rows,
    save_levels,
    save_picture,
)


@pytest.fixture
def root(tmp_path):
    for scene, sequence in (("chess", "seq-01"), ("stairs", "seq-02")):
        folder = tmp_path / "7Scenes" / scene / sequence
        for i in range(3):
            save_picture(folder / f"frame-{i:06d}.color.png", picture(i))
            levels = torch.full((HEIGHT, WIDTH), 1500 + i)
            levels[0, 0] = 65535
            save_levels(folder / f"frame-{i:06d}.depth.png", levels)
            if i != 1:
                pose = torch.linalg.inv(camera(i))
                (folder / f"frame-{i:06d}.pose.txt").write_text(rows(pose))
        quad_ply(tmp_path / "7Scenes" / "meshes" / f"{scene}.ply")
    return tmp_path


def test_scenes_with_their_truth(root):
    tasks = open_seven_scenes(root, options()).tasks()
    assert [task.name for task in tasks] == ["chess", "stairs"]
    views, truth = tasks[1].load()
    assert [view.name for view in views.views] == ["frame-000000", "frame-000002"]
    assert torch.equal(views.views[1].image, picture(2))
    torch.testing.assert_close(truth.cam_from_world[1], camera(2))
    assert truth.intrinsics[0].tolist() == [[585, 0, 320], [0, 585, 240], [0, 0, 1]]
    assert float(truth.depth[1][0, 0]) == 0
    assert float(truth.depth[1][5, 5]) == pytest.approx(1.502)
    assert truth.is_metric
    assert bool((truth.points[:, 2] == 2).all())


def test_missing_data_says_where_it_comes_from(tmp_path):
    with pytest.raises(InputError, match=r"7scenes.zip of DA3-BENCH"):
        open_seven_scenes(tmp_path, options()).tasks()
    (tmp_path / "7Scenes").mkdir()
    with pytest.raises(InputError, match="7Scenes/chess/seq-01"):
        open_seven_scenes(tmp_path, options()).tasks()
