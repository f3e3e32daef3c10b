# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.eth3d import is_left_out, open_eth3d, open_eth3d_mono
from anyview.io.colmap_model import write_colmap_model
from anyview.io.colmap_records import (
    ColmapCamera,
    ColmapImage,
    ColmapModel,
    ColmapPoints,
    ColmapPose,
)
from tests.evaluation.benchmark.suites.miniatures import (
    HEIGHT,
    WIDTH,
    camera,
    options,
    picture,
    quad_ply,
    save_picture,
)

NUMBERS = (100, 101, 427)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "relief"
    lens = ColmapCamera(
        0, "THIN_PRISM_FISHEYE", WIDTH, HEIGHT, (30.0, 31.0, 16.0, 12.0, *[0.1] * 8)
    )
    images = {}
    for i, number in enumerate(NUMBERS):
        name = f"dslr_images/DSC_0{number}.JPG"
        save_picture(folder / "images" / name, picture(i))
        images[i + 1] = ColmapImage(i + 1, name, 0, ColmapPose.of(camera(i)))
        depth = np.full((HEIGHT, WIDTH), 2.0 + i, dtype="<f4")
        depth[0] = np.inf
        (folder / "ground_truth_depth" / "dslr_images").mkdir(parents=True, exist_ok=True)
        depth.tofile(folder / "ground_truth_depth" / name)
    mask = torch.zeros(HEIGHT, WIDTH, dtype=torch.uint8)
    mask[1] = 1
    mask[2] = 2
    save_picture(folder / "masks_for_images" / "dslr_images" / "DSC_0100.png", mask)
    model = ColmapModel(cameras={0: lens}, images=images, points=ColmapPoints.none())
    write_colmap_model(model, folder / "dslr_calibration_jpg", text=True)
    quad_ply(folder / "combined_mesh.ply")
    return tmp_path


def test_a_scene_of_many_views(root):
    (task,) = open_eth3d(root, options()).tasks()
    assert task.name == "relief"
    views, truth = task.load()
    # 427 is one of those that the published protocol leaves out.
    assert [view.name for view in views.views] == ["DSC_0100", "DSC_0101"]
    torch.testing.assert_close(truth.cam_from_world[1], camera(1))
    assert truth.intrinsics[0].tolist() == [[30, 0, 16], [0, 31, 12], [0, 0, 1]]
    assert float(truth.depth[0][0].sum()) == 0
    assert float(truth.depth[0][1].sum()) == 0
    assert float(truth.depth[0][2, 0]) == 2
    assert float(truth.depth[1][1, 0]) == 3
    assert bool((truth.points[:, 2] == 2).all())


def test_every_image_alone(root):
    tasks = open_eth3d_mono(root, options()).tasks()
    assert [task.name for task in tasks] == [f"relief_DSC_0{n}" for n in NUMBERS]
    views, truth = tasks[2].load()
    assert len(views) == 1
    assert float(truth.depth[0][5, 5]) == 4
    assert float(truth.intrinsics[0, 0, 0]) == 30
    assert truth.points is None


def test_depth_of_another_size_is_named(root):
    file = root / "relief" / "ground_truth_depth" / "dslr_images" / "DSC_0100.JPG"
    file.write_bytes(b"\0" * 100)
    with pytest.raises(InputError, match=r"DSC_0100.JPG: 768 float32 numbers are wanted"):
        open_eth3d(root, options()).tasks()[0].load()


def test_left_out_are_the_published_ones():
    assert is_left_out("electro", "dslr_images/DSC_9298.JPG")
    assert not is_left_out("electro", "dslr_images/DSC_9294.JPG")
    assert not is_left_out("courtyard", "dslr_images/DSC_9298.JPG")


def test_missing_data_says_where_it_comes_from(tmp_path):
    with pytest.raises(InputError, match=r"eth3d.zip of DA3-BENCH"):
        open_eth3d(tmp_path, options()).tasks()
    with pytest.raises(InputError, match=r"multi_view_training_dslr_depth.7z"):
        open_eth3d_mono(tmp_path, options()).tasks()
