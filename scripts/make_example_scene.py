# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Render the example room that comes with the package: JPEG views and their true cameras.

Deterministic: the same pixels on every machine but for rounding. Takes about two minutes.

    python scripts/make_example_scene.py [DIRECTORY]
"""

import sys
from pathlib import Path

import torch
from PIL import Image

from anyview.assets import example_scene_dir
from anyview.export.cameras_json import write_cameras
from anyview.export.options import ExportOptions
from anyview.render.example_scene import example_cameras, example_scene
from anyview.render.raycast import render_views
from anyview.structures.prediction import Prediction

NUM_VIEWS, HEIGHT, WIDTH, QUALITY = 6, 480, 640, 88


def main(directory: Path) -> None:
    """Write the views and ``cameras.json`` into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    cameras = example_cameras(NUM_VIEWS, height=HEIGHT, width=WIDTH)
    views = render_views(example_scene(), *cameras, height=HEIGHT, width=WIDTH, samples=3)
    names = tuple(f"room{index}" for index in range(NUM_VIEWS))
    for name, image in zip(names, views.images, strict=True):
        Image.fromarray(image.permute(1, 2, 0).numpy()).save(
            directory / f"{name}.jpg", quality=QUALITY, optimize=True, subsampling=0
        )
    truth = Prediction(
        depth=views.depth,
        images=views.images,
        names=names,
        extrinsics=views.cam_from_world[:, :3],
        intrinsics=views.intrinsics,
        original_sizes=torch.tensor([[HEIGHT, WIDTH]] * NUM_VIEWS),
        processed_from_original=torch.eye(3).expand(NUM_VIEWS, 3, 3),
        is_metric=True,
        scale_note="Rendered: the cameras are exact.",
    )
    write_cameras(truth, directory, ExportOptions())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else example_scene_dir())
