# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Views of procedural worlds a second and core, and where the time goes.

Times are of the process (all its threads), not of the clock on the wall, so that other work on the
machine counts as little as possible; each view is rendered ``--rounds`` times and the fastest
round counts. Worlds are built beforehand: building is reported on its own.

    python benchmarks/worlds_speed.py --kinds room street --photos FOLDER
"""

import argparse
import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

from anyview.data.synthetic import (
    antialias,
    light_reach,
    noise,
    pattern_places,
    patterns,
    photo_projection,
    ray_hits,
    renderer,
    shading,
    sky_light,
)
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.scenes import plan_scene
from anyview.data.synthetic.sensor import Sensor
from anyview.data.synthetic.world_settings import KINDS, WorldSettings

STAGES: dict[str, tuple[tuple[ModuleType | type, str], ...]] = {
    "Embree, nearest hits": ((Raycaster, "first_hits"),),
    "Embree, shadows": ((Raycaster, "is_blocked"),),
    "hit points": tuple(
        (ray_hits, name) for name in ("grid_rays", "locate_hits", "camera_normals")
    ),
    "outlines": tuple(
        (antialias, name) for name in ("find_edges", "edge_rays", "find_donors", "average_edges")
    ),
    "light reaching surfaces": tuple(
        (light_reach, name)
        for name in (
            "find_inner",
            "lamp_rays",
            "fill_shadows",
            "soften_shadows",
            "open_rays",
            "spread_openness",
        )
    ),
    "textures": (
        (pattern_places, "place_samples"),
        (noise, "octaves"),
        (patterns, "draw_patterns"),
        (photo_projection, "project_photos"),
    ),
    "light to the camera": (
        (shading, "bend_normals"),
        (shading, "light_samples"),
        (sky_light, "cloud_points"),
        (sky_light, "draw_sky"),
    ),
    "sensor": ((renderer, "expose"),),
}


def timed(function: Callable[..., Any], stage: str, seconds: dict[str, float]) -> Any:
    """The function, adding its process time to a stage."""

    def run(*arguments: Any, **options: Any) -> Any:
        start = time.process_time()
        result = function(*arguments, **options)
        seconds[stage] += time.process_time() - start
        return result

    return functools.update_wrapper(run, function, assigned=())


@contextmanager
def stage_times() -> Iterator[dict[str, float]]:
    """Seconds by stage, filled while inside."""
    seconds: dict[str, float] = defaultdict(float)
    originals = [(o, n, getattr(o, n), s) for s, where in STAGES.items() for o, n in where]
    for owner, name, function, stage in originals:
        setattr(owner, name, timed(function, stage, seconds))
    try:
        yield seconds
    finally:
        for owner, name, function, _ in originals:
            setattr(owner, name, function)


def fastest(render: Callable[[], object], rounds: int) -> float:
    """Process seconds of the fastest of some calls."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        render()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print a table for each kind of world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["room", "street"])
    parser.add_argument("--scenes", type=int, default=4)
    parser.add_argument("--views", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--width", type=int, default=168)
    parser.add_argument("--height", type=int, default=126)
    parser.add_argument("--photos", help="folder of pictures for textures")
    options = parser.parse_args()
    photos = PhotoTextures(options.photos) if options.photos else None
    compiled = False
    for kind in options.kinds:
        settings = WorldSettings(
            width=options.width,
            height=options.height,
            views=options.views,
            photos=options.photos,
            **{other: float(other == kind) for other in KINDS},
        )
        build_s, faces, lamps, view_s = [], [], [], []
        stages: dict[str, float] = defaultdict(float)
        for number in range(options.scenes):
            start = time.process_time()
            _, world, caster, plan = plan_scene(number, settings)
            build_s.append(time.process_time() - start)
            faces.append(len(world.faces))
            lamps.append(len(world.lamps))
            for camera in plan.cameras:
                render = functools.partial(
                    lambda w, r, c: renderer.render_view(
                        w, r, c, Sensor(noise=0.01), np.random.default_rng(0), photos
                    ),
                    world,
                    caster,
                    camera,
                )
                if not compiled:
                    start = time.process_time()
                    render()
                    print(f"first view, with compiling: {time.process_time() - start:.1f} s")
                    compiled = True
                view_s.append(fastest(render, options.rounds))
                with stage_times() as seconds:
                    fastest(render, options.rounds)
                for stage, spent in seconds.items():
                    stages[stage] += spent / options.rounds
        total = sum(view_s)
        print(
            f"\n{kind}, {options.width} x {options.height}: {len(view_s) / total:.1f} views/s and "
            f"core ({min(view_s) * 1e3:.1f} to {max(view_s) * 1e3:.1f} ms a view)\n"
            f"  {np.mean(faces):.0f} triangles, {np.mean(lamps):.1f} lamps; building a world and "
            f"its cameras: {np.mean(build_s):.2f} s"
        )
        spent = sum(stages.values())
        for stage in STAGES:
            print(f"  {stage:24s} {100 * stages[stage] / spent:5.1f} %")


if __name__ == "__main__":
    main()
