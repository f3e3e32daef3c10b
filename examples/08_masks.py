# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks: pixels that shall have no say, such as people who walk by or the background of an object.

    python examples/08_masks.py                          # the room, its left half masked
    python examples/08_masks.py photos --masks masks --fill black --model small -o out

A folder of masks holds photo.jpg.png or photo.png for photo.jpg, black (0) where pixels are left
out. Writes points.ply and overview.png without masks (all/) and with them (masked/).
"""

import argparse
from pathlib import Path

import numpy as np

import anyview
from anyview.assets import example_scene_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photos", type=Path, nargs="?", default=example_scene_dir())
parser.add_argument("--masks", type=Path, help="a folder (default: masks made here)")
parser.add_argument("--fill", default="none", help="what the network sees there: black, mean, none")
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/08_masks"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")


def main() -> None:
    """The same scene without and with masks."""
    args = parser.parse_args()
    predictor = anyview.load(args.model)
    plain = predictor.predict(args.photos)

    options = {"mask_fill": args.fill}
    if args.masks is not None:
        masked = predictor.predict(
            args.photos, input_options={"masks": str(args.masks)}, options=options
        )
    else:
        # Or arrays, one for each photo at its own size: False is left out, None keeps it whole.
        masks = [np.ones(size, dtype=bool) for size in plain.original_sizes.tolist()]
        for mask in masks:
            mask[:, : mask.shape[1] // 2] = False
        masked = predictor.predict(args.photos, masks=masks, options=options)

    for name, prediction in (("all", plain), ("masked", masked)):
        share = 1.0 if prediction.valid is None else float(prediction.valid.float().mean())
        anyview.export_prediction(prediction, args.output / name, "ply,overview")
        print(f"{name}: {share:.1%} of the pixels count")
        print(args.output / name / "points.ply")


if __name__ == "__main__":
    main()
