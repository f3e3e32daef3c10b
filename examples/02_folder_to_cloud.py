# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A folder of photos of one scene to a point cloud and a mesh.

    python examples/02_folder_to_cloud.py                # the room that comes with the package
    python examples/02_folder_to_cloud.py photos --model small -o out

Writes into the output folder

- points.ply    coloured points, for CloudCompare, MeshLab, Open3D,
- scene.glb     the same with the cameras, for any 3-D viewer,
- cameras.json  where each photo was taken,
- mesh.ply      one coloured surface of all views (also .glb or .obj: the ending decides).
"""

import argparse
from pathlib import Path

import anyview
from anyview.assets import example_scene_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photos", type=Path, nargs="?", default=example_scene_dir())
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/02_folder_to_cloud"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")
parser.add_argument("--points", type=int, default=200_000, help="most points in the cloud")


def main() -> None:
    """Predict, export, fuse."""
    args = parser.parse_args()
    # All photos go through the network together: they agree on one frame and one scale.
    prediction = anyview.predict(args.photos, model=args.model)
    print(f"{len(prediction)} views: {', '.join(prediction.names)}")

    # Least confident pixels and those at depth edges are left out; these are the defaults.
    filters = {"conf_percentile": 20, "edge_threshold": 0.05}
    for path in anyview.export_prediction(
        prediction, args.output, "ply,glb,cameras", {"max_points": args.points, **filters}
    ):
        print(path)

    # Where views disagree a surface is better than points: it averages. A place that only one
    # view has seen is kept too (min_views=1).
    mesh = anyview.fuse(prediction, {"min_views": 1, **filters})
    print(f"{len(mesh.vertices)} vertices, {len(mesh.faces)} triangles")
    print(anyview.save_mesh(mesh, args.output / "mesh.ply"))


if __name__ == "__main__":
    main()
