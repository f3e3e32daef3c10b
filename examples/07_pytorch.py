# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The network as a plain PyTorch module: a forward pass, gradients, a step of an optimizer.

    python examples/07_pytorch.py                        # photos that come with the package
    python examples/07_pytorch.py a.jpg b.jpg --model small --steps 5

Prints shapes, how much the depth of one pixel depends on each of the images, and a loss that
falls over a few steps. Writes saliency.png: how much each pixel matters.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import anyview
from anyview.assets import example_scene_dir

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
room = [example_scene_dir() / f"room{i}.jpg" for i in (0, 2)]
parser.add_argument("photos", type=Path, nargs="*", default=room)
parser.add_argument("-o", "--output", type=Path, default=Path("anyview-output/07_pytorch"))
parser.add_argument("--model", default="tiny", help="any model of several views")
parser.add_argument("--steps", type=int, default=3)

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet


def main() -> None:
    """Forward, backward, a few steps."""
    args = parser.parse_args()
    network = anyview.load(args.model).network  # a torch.nn.Module, frozen, in eval mode

    # [scenes, views, 3, H, W], sides multiples of 14.
    photos = [Image.open(path).convert("RGB").resize((112, 84)) for path in args.photos]
    pixels = torch.from_numpy(np.stack([np.asarray(p) for p in photos])).permute(0, 3, 1, 2) / 255
    mean, std = torch.tensor(MEAN)[:, None, None], torch.tensor(STD)[:, None, None]
    images = ((pixels - mean) / std)[None].requires_grad_()

    output = network(images)
    for name in ("depth", "conf", "extrinsics", "intrinsics"):
        print(f"{name:11} {tuple(getattr(output, name).shape)}")

    # What the depth in the middle of the first view depends on, in every view.
    output.depth[0, 0, 42, 56].backward()
    saliency = images.grad[0].abs().sum(dim=1)  # [V, H, W]
    shares = (saliency.sum(dim=(1, 2)) / saliency.sum()).tolist()
    print("share of each view:", [round(share, 3) for share in shares])
    args.output.mkdir(parents=True, exist_ok=True)
    picture = torch.cat(list(saliency), dim=1) / saliency.max()
    Image.fromarray((255 * picture.sqrt()).byte().numpy()).save(args.output / "saliency.png")

    # Training: unfreeze what shall change. Here depth is drawn to a constant, just to see it move.
    network.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4)
    for step in range(args.steps):
        loss = (network(images.detach()).depth.log() ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"step {step}  loss {loss.item():.6f}")


if __name__ == "__main__":
    main()
