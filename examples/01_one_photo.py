# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of one photo, as pictures.

    python examples/01_one_photo.py                      # a photo that comes with the package
    python examples/01_one_photo.py my.jpg --model small -o out

Writes into the output folder

- depth_color/my.png  coloured depth with a legend,
- depth/my.png        16-bit depth, and depth.json, which gives the unit of its numbers,
- overview.png        photo, depth and confidence side by side,
- my_full.npy         float32 depth at the size of the photo.
"""

import argparse
from pathlib import Path

import numpy as np

import anyview
from anyview.assets import example_photos_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photo", type=Path, nargs="?", default=example_photos_dir() / "cat.jpg")
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/01_one_photo"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")


def main() -> None:
    """Predict and write."""
    args = parser.parse_args()
    predictor = anyview.load(args.model)
    prediction = predictor.predict(args.photo)

    # [H, W], on the pixels that the network saw. Far is large: this is depth, not disparity.
    depth = prediction.depth[0]
    print(f"{tuple(depth.shape)} pixels, {depth.min():.2f} to {depth.max():.2f} {prediction.unit}")
    print(prediction.scale_note)

    formats = "depth-color,depth-png,overview"
    for path in anyview.export_prediction(prediction, args.output, formats):
        print(path)

    # The same depth on the pixels of the photo; edges stay edges. It adds pixels, not detail.
    full = anyview.at_original_size(prediction, 0)
    np.save(args.output / f"{prediction.names[0]}_full.npy", full.depth.numpy())
    print(f"{tuple(full.depth.shape)} pixels at the size of the photo")


if __name__ == "__main__":
    main()
