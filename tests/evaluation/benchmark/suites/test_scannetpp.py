# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.suites.scannetpp import MODEL, open_scannetpp
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
    save_levels,
    save_picture,
)

SCENE = "09c1414f1b"


@pytest.fixture
def root(tmp_path):
    base = tmp_path / SCENE / "merge_dslr_iphone"
    lens = ColmapCamera(1, "OPENCV", WIDTH, HEIGHT, (30.0, 31.0, 16.0, 12.0, 0.1, 0.0, 0.0, 0.0))
    images = {}
    for i, name in enumerate(("iphone/frame_000010.jpg", "iphone/frame_000000.jpg", "dslr/a.jpg")):
        save_picture(base / "images" / name, picture(i))
        images[i + 1] = ColmapImage(i + 1, name, 1, ColmapPose.of(camera(i)))
    save_levels(base / "render_depth" / "frame_000010.png", np.full((18, 24), 2500))
    model = ColmapModel(cameras={1: lens}, images=images, points=ColmapPoints.none())
    write_colmap_model(model, tmp_path / SCENE / MODEL)
    quad_ply(tmp_path / SCENE / "scans" / "mesh_aligned_0.05.ply")
    return tmp_path


def test_iphone_frames_in_the_order_of_their_names(root):
    (task,) = open_scannetpp(root, options()).tasks()
    views, truth = task.load()
    assert [view.name for view in views.views] == ["frame_000000", "frame_000010"]
    torch.testing.assert_close(truth.cam_from_world[1], camera(0))
    assert truth.depth[0] is None
    # Rendered at another size, brought to the image.
    assert truth.depth[1].shape == (HEIGHT, WIDTH)
    assert float(truth.depth[1].mean()) == 2.5
    assert float(truth.intrinsics[0, 1, 1]) == 31
    assert len(truth.points) == 1_000_000


def test_missing_data_says_where_it_comes_from(tmp_path):
    with pytest.raises(InputError, match=r"scannetpp.zip of DA3-BENCH"):
        open_scannetpp(tmp_path, options()).tasks()


def test_names_stay_below_the_folder(root):
    lens = ColmapCamera(1, "PINHOLE", WIDTH, HEIGHT, (30.0, 31.0, 16.0, 12.0))
    image = ColmapImage(1, "../../iphone.jpg", 1, ColmapPose.of(camera(0)))
    model = ColmapModel(cameras={1: lens}, images={1: image}, points=ColmapPoints.none())
    write_colmap_model(model, root / SCENE / MODEL)
    (task,) = open_scannetpp(root, options()).tasks()
    with pytest.raises(InputError):
        task.load()
