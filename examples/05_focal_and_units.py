# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Focal lengths and units: when depth is in metres, and when it is not.

    python examples/05_focal_and_units.py photo.jpg --focal 1450 --model metric-large
    python examples/05_focal_and_units.py                # the model of the package: never metres

Asks the same model three times: with its own idea of the focal length, with that of the file's
EXIF data, and with the one given (pixels of the file). Prints for each the focal length of the
result, its median depth, its unit, and the sentence that says why. Writes nothing.
"""

import argparse
from pathlib import Path

import anyview
from anyview.assets import example_photos_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photo", type=Path, nargs="?", default=example_photos_dir() / "coffee.jpg")
parser.add_argument("--focal", type=float, help="in pixels of the file (default: the width)")
parser.add_argument("--model", default="tiny", help="metric-large gives metres if it is known")


def report(how: str, prediction: anyview.Prediction) -> None:
    """One line of numbers, one with the reason."""
    matrices = prediction.original_intrinsics  # None of models that predict no cameras
    focal = "unknown" if matrices is None else f"{matrices[0, 0, 0]:.0f} px"
    median = float(prediction.depth.median())
    print(f"{how}: focal {focal}, median depth {median:.4g} {prediction.unit}")
    print(f"    is_metric={prediction.is_metric}. {prediction.scale_note}")


def main() -> None:
    """The same photo three times."""
    args = parser.parse_args()
    predictor = anyview.load(args.model)

    alone = predictor.predict(args.photo)
    report("predicted", alone)

    # EXIF is not trusted unless asked: crops and edits leave a wrong number behind.
    report("exif", predictor.predict(args.photo, options={"focal": "exif"}))

    height, width = alone.original_sizes[0].tolist()
    focal = args.focal or float(width)
    # [V, 3, 3], in pixels of the file, pixel centres at +0.5: the middle is half the width.
    matrix = [[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]
    report("given", predictor.predict(args.photo, intrinsics=[matrix]))


if __name__ == "__main__":
    main()
