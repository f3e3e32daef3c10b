# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Photos whose cameras are known, all or some of them: results in your frame and unit.

    python examples/03_known_cameras.py                  # a room with true cameras, 3 of 6 told
    python examples/03_known_cameras.py photos --cameras cameras.json --known 4 --model small

Prints how far each camera is from the truth of the file, of those that were told and of those that
were found, and writes scene.glb and cameras.json in the frame of the given cameras.
"""

import argparse
import json
from pathlib import Path

import torch

import anyview
from anyview.assets import example_scene_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photos", type=Path, nargs="?", default=example_scene_dir())
parser.add_argument("--cameras", type=Path, help="default: cameras.json beside the photos")
parser.add_argument("--known", type=int, default=3, help="tell the cameras of the first so many")
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/03_known_cameras"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")


def main() -> None:
    """Read cameras, tell some, compare the others."""
    args = parser.parse_args()
    text = (args.cameras or args.photos / "cameras.json").read_text(encoding="utf-8")
    views = json.loads(text)["views"]  # as anyview writes it; COLMAP models: anyview predict
    files = [next(args.photos.glob(f"{view['name']}.*")) for view in views]

    # One entry for each image, None where it is not known. World to camera, OpenCV axes (x right,
    # y down, z forward), 3 x 4 or 4 x 4; K in pixels of the file, the first pixel's centre at 0.5.
    extrinsics = [v["extrinsics"] if i < args.known else None for i, v in enumerate(views)]
    intrinsics = [v["original_K"] if i < args.known else None for i, v in enumerate(views)]
    prediction = anyview.predict(
        files,
        model=args.model,
        extrinsics=extrinsics,
        intrinsics=intrinsics,
        options={"known_unit": "m"},  # the file is in metres: so is everything that comes out
    )
    print(prediction.scale_note)

    for index, view in enumerate(views):
        rotation, translation = prediction.extrinsics[index].split([3, 1], dim=-1)
        centre = (-rotation.T @ translation)[:, 0]
        told = "told " if index < args.known else "found"
        truth = torch.tensor(view["extrinsics"])
        off = torch.dist(centre, -truth[:3, :3].T @ truth[:3, 3])
        print(f"{view['name']} {told} at {[round(c, 2) for c in centre.tolist()]}, off {off:.3f}")

    for path in anyview.export_prediction(prediction, args.output, "glb,cameras"):
        print(path)


if __name__ == "__main__":
    main()
