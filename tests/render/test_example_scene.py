# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The example room, and the files made of it that come with the package."""

import json

import numpy as np
import torch
from PIL import Image

from anyview.assets import example_photos_dir, example_scene_dir
from anyview.geometry.cameras import crop_intrinsics
from anyview.geometry.se3 import camera_centres, validate_extrinsics
from anyview.io.camera_files import read_cameras
from anyview.render.example_scene import example_cameras, example_scene
from anyview.render.raycast import RenderedViews, render_views

NAMES = [f"room{index}" for index in range(6)]


def test_cameras_walk_with_clear_parallax_and_look_at_the_table() -> None:
    cam_from_world, intrinsics = example_cameras(6, height=480, width=640)
    validate_extrinsics(cam_from_world)
    centres = camera_centres(cam_from_world)
    steps = (centres[1:] - centres[:-1]).norm(dim=-1)
    assert steps.min() > 0.3
    assert (centres[0] - centres[-1]).norm() > 2
    table = torch.tensor([0.1, -0.75, 2.5])
    seen = cam_from_world[:, :3, :3] @ table + cam_from_world[:, :3, 3]
    pixels = (intrinsics @ seen[..., None])[..., 0]
    pixels = pixels[:, :2] / pixels[:, 2:]
    assert ((pixels - torch.tensor([320.0, 240.0])).abs() < torch.tensor([160.0, 120.0])).all()


def test_one_camera_is_in_the_middle_of_the_walk() -> None:
    (middle,), _ = example_cameras(1, height=48, width=64)
    three, _ = example_cameras(3, height=48, width=64)
    assert torch.allclose(middle, three[1])


def test_the_fixture_shows_near_far_and_sky(synthetic_scene: RenderedViews) -> None:
    assert synthetic_scene.images.shape == (4, 3, 84, 112)
    share = synthetic_scene.sky_mask.flatten(1).float().mean(dim=1)
    assert ((share > 0.005) & (share < 0.2)).all()
    assert torch.equal(synthetic_scene.depth.isinf(), synthetic_scene.sky_mask)
    solid = synthetic_scene.depth[~synthetic_scene.sky_mask]
    assert solid.min() > 1
    assert solid.max() > 20
    assert 2 < solid.median() < 6
    assert len(synthetic_scene.object_ids.unique()) > 80
    contrast = synthetic_scene.images.float().flatten(2).std(dim=-1)
    assert contrast.min() > 30


def test_light_samples_share_the_same_light() -> None:
    few, more = (example_scene(light_samples=count).lights for count in (1, 24))
    assert (len(few), len(more)) == (1 + 1, 6 + 24)
    for lights in (few, more):
        suns = [light for light in lights if light.highlight]
        assert abs(sum(light.color[0] for light in suns) - 2.1) < 1e-6


def read(name: str) -> torch.Tensor:
    with Image.open(example_scene_dir() / f"{name}.jpg") as image:
        assert image.format == "JPEG"
        return torch.from_numpy(np.array(image)).movedim(-1, 0)


def test_shipped_views_are_there_and_small() -> None:
    files = sorted(path.name for path in example_scene_dir().iterdir())
    assert files == ["cameras.json", *(f"{name}.jpg" for name in NAMES)]
    sizes = [path.stat().st_size for path in example_scene_dir().iterdir()]
    assert max(sizes) < 100_000
    assert sum(sizes) < 600_000
    for name in NAMES:
        assert read(name).shape == (3, 480, 640)


def test_shipped_cameras_are_those_of_the_walk() -> None:
    path = example_scene_dir() / "cameras.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["is_metric"] is True
    assert [view["name"] for view in document["views"]] == NAMES
    stored = read_cameras(path)
    cam_from_world, intrinsics = example_cameras(6, height=480, width=640)
    assert torch.allclose(stored.extrinsics, cam_from_world.double(), atol=1e-5)
    assert torch.allclose(stored.intrinsics, intrinsics.double(), atol=1e-3)


def test_shipped_views_equal_a_fresh_rendering() -> None:
    """Pieces of two views, rendered as the script does; JPEG changes pixels by a few levels."""
    views, lefts, tops = (1, 4), (262, 0), (250, 330)
    height, width, border = 36, 48, 3
    cam_from_world, intrinsics = example_cameras(6, height=480, width=640)
    pieces = [
        crop_intrinsics(intrinsics[view], left, top)
        for view, left, top in zip(views, lefts, tops, strict=True)
    ]
    seen = render_views(
        example_scene(),
        cam_from_world[list(views)],
        torch.stack(pieces),
        height=height,
        width=width,
    )
    for view, left, top, image in zip(views, lefts, tops, seen.images, strict=True):
        stored = read(NAMES[view])[:, top : top + height, left : left + width].float()
        difference = (image.float() - stored)[:, border:-border, border:-border].abs()
        assert stored.std() > 30
        assert difference.mean() < 4
        assert difference.quantile(0.99) < 25


def test_photographs_are_there_with_their_sources() -> None:
    photos = sorted(example_photos_dir().iterdir())
    assert [path.name for path in photos] == ["cat.jpg", "coffee.jpg", "rocket.jpg"]
    assert sum(path.stat().st_size for path in photos) < 300_000
    notes = (example_photos_dir().parent / "README.md").read_text(encoding="utf-8")
    for path in photos:
        with Image.open(path) as image:
            image.load()
            assert max(image.size) <= 768
            assert image.mode == "RGB"
            assert not image.getexif()
        assert f"photos/{path.name}" in notes
