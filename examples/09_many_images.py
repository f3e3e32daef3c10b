# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A big folder of photos, each for itself, in bounded memory; a run that stops goes on.

    python examples/09_many_images.py photos -o results --model small
    python examples/09_many_images.py photos -o results --model small     # skips what is done

Every photo gets a folder of its own below the output folder, named after its path, which appears
whole or not at all. Photos that cannot be read are named and left out.
"""

import argparse
from pathlib import Path

import anyview
from anyview.api import predict_independent
from anyview.assets import example_photos_dir
from anyview.inference.run_record import RunSettings

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("photos", type=Path, nargs="?", default=example_photos_dir())
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/09_many_images"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")
parser.add_argument("--batch", type=int, help="images in a batch (default: by device)")


def main() -> None:
    """Run until everything is done."""
    args = parser.parse_args()
    report = predict_independent(
        anyview.load(args.model),
        args.photos,
        args.output,
        formats="depth-png,view-npz",
        settings=RunSettings(
            input=anyview.InputOptions(on_error="skip"),
            batch_size=args.batch,
        ),
        on_problem=lambda problem: print("left out:", problem),
        on_progress=lambda p: print(f"{p.done} done, {p.images_per_second:.1f} a second"),
    )
    end = report.progress
    print(f"{end.done} predicted, {end.skipped} were there already, {end.failed} left out")


if __name__ == "__main__":
    main()
