# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Write a small COLMAP folder of the example room, to try docs/guides/finetune.md on.

    python scripts/make_colmap_room.py room

makes ``room/images/*.png`` and ``room/sparse/0/`` as COLMAP lays them out: exact poses, and points
on surfaces, each seen in at least three images, with half a pixel of noise in every sighting.
Needs pycolmap (``pip install anyview[colmap]``).
"""

import argparse
import math
from pathlib import Path

import numpy as np
import pycolmap
import torch
from PIL import Image

from anyview.geometry.projection import project_world, visible
from anyview.geometry.rays import points_from_depth
from anyview.geometry.trajectory import look_at
from anyview.render.example_scene import example_scene
from anyview.render.raycast import RenderedViews, render_views

NOISE_PX = 0.5
LEAST_SIGHTINGS = 3


def cameras(count: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A walk to and fro in front of the table, swaying up and down, looking here and there."""
    turn = torch.linspace(0, 2 * math.pi, count + 1)[:-1]
    eye = torch.stack(
        [0.1 + 1.2 * turn.cos(), -1.4 + 0.35 * (2 * turn).sin(), 0.35 + 0.55 * turn.sin()], dim=-1
    )
    target = torch.stack(
        [0.1 + 0.6 * (turn + 0.8).sin(), -0.9 + 0.25 * (3 * turn).cos(), 0 * turn + 3.0], dim=-1
    )
    focal = width / 2 / math.tan(math.radians(62) / 2)
    intrinsics = torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    pose = look_at(eye, target, up=torch.tensor([0.0, -1.0, 0.0]))
    return pose, intrinsics.expand(count, 3, 3).clone()


def surface_points(views: RenderedViews, each: int, seed: int = 0) -> np.ndarray:
    """[N, 3] points in the world, ``each`` drawn from every view."""
    generator = torch.Generator().manual_seed(seed)
    depth = torch.where(views.sky_mask, torch.nan, views.depth)
    world = points_from_depth(depth, views.cam_from_world, views.intrinsics)
    chosen = []
    for points in world.flatten(1, 2):
        known = points[points.isfinite().all(dim=-1)]
        chosen.append(known[torch.randperm(len(known), generator=generator)[:each]])
    return torch.cat(chosen).numpy()


def write_colmap(folder: Path, views: RenderedViews, each: int, seed: int = 0) -> int:
    """Write images and model; returns the number of points."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    count, _, height, width = views.images.shape
    points = surface_points(views, each)
    world = torch.from_numpy(points).expand(count, -1, 3)
    pixels, z = project_world(world, views.cam_from_world, views.intrinsics)
    depth = torch.where(views.sky_mask, 0.0, views.depth)
    seen = visible(pixels[:, None], z[:, None], depth, relative_tolerance=0.02)[:, 0].numpy()
    seen = seen[:, kept := seen.sum(axis=0) >= LEAST_SIGHTINGS]
    points, pixels = points[kept], pixels.numpy()[:, kept]
    k = views.intrinsics[0]
    camera = pycolmap.Camera(
        model="PINHOLE",
        width=width,
        height=height,
        params=[float(v) for v in (k[0, 0], k[1, 1], k[0, 2], k[1, 2])],
        camera_id=1,
    )
    model = pycolmap.Reconstruction()
    model.add_camera_with_trivial_rig(camera)
    tracks: list[list[tuple[int, int]]] = [[] for _ in points]
    for view in range(count):
        name = f"{view:03d}.png"
        Image.fromarray(views.images[view].permute(1, 2, 0).numpy()).save(folder / "images" / name)
        rows = np.flatnonzero(seen[view])
        noise = rng.normal(0, NOISE_PX / math.sqrt(2), (len(rows), 2))
        sightings = (pixels[view, rows] + noise).astype(np.float64)
        for place, row in enumerate(rows):
            tracks[row].append((view + 1, place))
        image = pycolmap.Image(
            name=name,
            camera_id=1,
            image_id=view + 1,
            points2D=pycolmap.Point2DList([pycolmap.Point2D(xy) for xy in sightings]),
        )
        pose = pycolmap.Rigid3d(views.cam_from_world[view, :3].double().numpy())
        model.add_image_with_trivial_frame(image, pose)
    for xyz, sightings in zip(points.astype(np.float64), tracks, strict=True):
        track = pycolmap.Track()
        for element in sightings:
            track.add_element(*element)
        model.add_point3D(xyz, track, np.zeros(3, dtype=np.uint8))
    model.update_point_3d_errors()
    sparse = folder / "sparse" / "0"
    sparse.mkdir(parents=True)
    model.write_binary(str(sparse))
    return len(points)


def main() -> None:
    """Read the options, render, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--views", type=int, default=24)
    parser.add_argument("--width", type=int, default=224)
    parser.add_argument("--points", type=int, default=60, help="drawn from each view")
    options = parser.parse_args()
    height = options.width * 3 // 4
    pose, intrinsics = cameras(options.views, height, options.width)
    views = render_views(
        example_scene(light_samples=4), pose, intrinsics, height=height, width=options.width
    )
    count = write_colmap(options.folder, views, options.points)
    print(f"{options.folder}  {options.views} images, {count} points")


if __name__ == "__main__":
    main()
