# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames of a video as one scene: depth of each, and the path of the camera.

    python examples/04_video.py walk.mp4 --count 16 --model small -o out

Writes into the output folder

- depth_color/walk_000012.png ...  coloured depth; the number is that of the frame in the video,
- scene.glb                        points and cameras,
- trajectory_tum.txt               the path (also trajectory_kitti.txt), for evo and the like.

All frames that are taken go through the network together, so take tens, not thousands.
"""

import argparse
from pathlib import Path

import anyview

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("video", type=Path)
frames = parser.add_mutually_exclusive_group()
frames.add_argument("--count", type=int, help="so many frames, evenly spread (default: 16)")
frames.add_argument("--fps", type=float, help="so many frames a second")
frames.add_argument("--every", type=int, help="every n-th frame")
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/04_video"))
parser.add_argument("--model", default="tiny", help="a name, a file or a hub id")


def main() -> None:
    """Read frames, predict, write."""
    args = parser.parse_args()
    predictor = anyview.load(args.model)
    prediction = predictor.predict(
        args.video,
        input_options={
            "video_count": args.count,
            "video_fps": args.fps,
            "video_every": args.every,
        },
    )
    rotations, translations = prediction.extrinsics.split([3, 1], dim=-1)
    centres = -(rotations.mT @ translations)[..., 0]  # [V, 3], where each frame was taken
    for name, centre in zip(prediction.names, centres.tolist(), strict=True):
        print(f"{name}  camera at {[round(c, 3) for c in centre]}")
    length = (centres[1:] - centres[:-1]).norm(dim=-1).sum()
    print(f"{len(prediction)} frames, {length:.2f} {prediction.unit} of path")
    for path in anyview.export_prediction(prediction, args.output, "depth-color,glb,trajectory"):
        print(path)


if __name__ == "__main__":
    main()
