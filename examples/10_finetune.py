# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fine-tune a model on a scene of your own, reconstructed by COLMAP, and use the weights.

    pip install 'anyview[train,colmap]'
    python scripts/make_colmap_room.py room              # or a folder of yours: images/, sparse/0/
    python examples/10_finetune.py room --model tiny --steps 300 -o out

Writes into the output folder

- scenes/                                 the scene as training reads it,
- run/anyview-finetune.safetensors        weights, to be loaded like any others,
- run/scores.json, curves.png, sheets/    how good they were before and are after.

The guide with numbers: docs/guides/finetune.md.
"""

import argparse
from pathlib import Path

import anyview
from anyview.data.converters.registry import convert
from anyview.training.finetuning import FinetuneOptions, fine_tune

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("colmap", type=Path, help="folder with images/ and sparse/0/")
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/10_finetune"))
parser.add_argument("--model", default="tiny", help="a name, or a file of weights")
parser.add_argument("--part", default="heads", choices=["full", "heads", "lora"])
parser.add_argument("--size", type=int, help="longest side (default: what the model had)")
parser.add_argument("--steps", type=int, default=300)


def main() -> None:
    """Convert, train, compare, use."""
    args = parser.parse_args()
    convert("colmap", args.colmap, args.output / "scenes", overwrite=True)
    done = fine_tune(
        FinetuneOptions(
            folder=args.output / "run",
            weights=args.model,
            scenes=args.output / "scenes",
            part=args.part,
            size=args.size,
            num_steps=args.steps,
        )
    )
    print(done.held_out)
    for score in ("1view/delta1", "1view/abs_rel"):
        print(f"{score}: {done.before[score]:.3f} before, {done.after[score]:.3f} after")

    photo = min((args.colmap / "images").iterdir())
    depth = anyview.predict(photo, model=done.weights).depth
    print(f"{done.weights}: depth of {photo.name} from {depth.min():.2f} to {depth.max():.2f}")


if __name__ == "__main__":
    main()
