# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A scene for trainers of Gaussian splats: a COLMAP project and nerfstudio data.

    python examples/06_for_splats.py                     # the room that comes with the package
    python examples/06_for_splats.py photos --model small -o out --pose refine

Writes into the output folder

- colmap/      images/ and sparse/0/ with cameras, poses, points and their tracks,
- nerfstudio/  images/, transforms.json and sparse_pc.ply.

Then, with a trainer of your choice (none is needed here):

    ns-train splatfacto --data out/nerfstudio
    python simple_trainer.py default --data_dir out/colmap --data_factor 1        # gsplat
"""

import argparse
import json
from pathlib import Path

import anyview
from anyview.assets import example_scene_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photos", type=Path, nargs="?", default=example_scene_dir())
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/06_for_splats"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")
parser.add_argument(
    "--pose",
    default="camera",
    help="refine: bundle-adjusted by matches, what splats want; needs pycolmap",
)
parser.add_argument("--points", type=int, default=50_000, help="most points to start from")


def main() -> None:
    """Predict and export."""
    args = parser.parse_args()
    prediction = anyview.predict(args.photos, model=args.model, options={"pose": args.pose})
    print(prediction.scale_note)

    # Images are those of your files at full size, not the small ones that the network saw.
    options = {"max_colmap_points": args.points, "conf_percentile": 40}
    for path in anyview.export_prediction(prediction, args.output, "colmap,nerfstudio", options):
        print(path)

    scene = json.loads((args.output / "nerfstudio" / "transforms.json").read_text(encoding="utf-8"))
    print(f"{len(scene['frames'])} frames in transforms.json")


if __name__ == "__main__":
    main()
