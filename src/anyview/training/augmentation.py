# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of a batch that keep its truth true: mirroring, and colours frame by frame.

Each scene has its own seed, so that a scene is changed alike in whatever process it lands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.core.options import option
from anyview.data.batch import Batch

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Augmentation:
    """How much is changed.

    Attributes:
        flip: Probability of mirroring a scene.
        grey: Probability of a scene without colours.
        brightness: Largest relative change of a scene's brightness, both ways; frames vary by a
            third of it.
        contrast: The same for contrast.
        saturation: The same for colours.
    """

    flip: float = option(0.5, "Probability of mirroring a scene.")
    grey: float = option(0.1, "Probability of a scene without colours.")
    brightness: float = option(0.3, "Largest relative change of brightness.")
    contrast: float = option(0.3, "Largest relative change of contrast.")
    saturation: float = option(0.4, "Largest relative change of saturation.")

    def __post_init__(self) -> None:
        wrong = [f.name for f in fields(self) if not 0 <= getattr(self, f.name) <= 1]
        if wrong:
            raise OptionError(f"Augmentation accepts 0 to 1; wrong: {', '.join(wrong)}.")


def augment(batch: Batch, options: Augmentation, seeds: Sequence[int]) -> Batch:
    """A changed copy.

    Args:
        batch: Scenes.
        options: How much.
        seeds: One a scene.
    """
    flipped, images = [], []
    for scene, seed in enumerate(seeds):
        chance = torch.Generator().manual_seed(seed)
        uniform = torch.rand(2, generator=chance)
        flipped.append(bool(uniform[0] < options.flip))
        grey = bool(uniform[1] < options.grey)
        images.append(_recolour(batch.images[scene], options, chance, grey=grey))
    values = {f.name: getattr(batch, f.name) for f in fields(batch)}
    recoloured = Batch(**(values | {"images": torch.stack(images)}))
    return mirror(recoloured, torch.tensor(flipped))


def mirror(batch: Batch, which: Tensor) -> Batch:
    """Left and right exchanged in some scenes: images, truth, cameras and the world itself.

    Args:
        batch: Scenes.
        which: [B] bool.
    """
    width = batch.images.shape[-1]
    on_pixels, on_cameras = which[:, None, None, None], which[:, None, None, None]
    flipped_k = batch.intrinsics.clone()
    flipped_k[..., 0, 1] *= -1
    flipped_k[..., 0, 2] = width - batch.intrinsics[..., 0, 2]
    # In the mirrored world x has the other sign, before and after the camera's motion.
    signs = batch.cam_from_world.new_tensor([-1.0, 1.0, 1.0, 1.0])
    flipped_pose = signs[:, None] * batch.cam_from_world * signs
    values = {f.name: getattr(batch, f.name) for f in fields(batch)}
    for name in ("depth", "sky", "objects"):
        values[name] = torch.where(on_pixels, values[name].flip(-1), values[name])
    values["images"] = torch.where(on_pixels[..., None], batch.images.flip(-1), batch.images)
    values["intrinsics"] = torch.where(on_cameras, flipped_k, batch.intrinsics)
    values["cam_from_world"] = torch.where(on_cameras, flipped_pose, batch.cam_from_world)
    return Batch(**values)


def _recolour(
    images: Float[Tensor, "V 3 H W"],
    options: Augmentation,
    chance: torch.Generator,
    *,
    grey: bool,
) -> Float[Tensor, "V 3 H W"]:
    views = images.shape[0]

    def factor(strength: float) -> Tensor:
        scene = 2 * torch.rand(1, generator=chance) - 1
        frames = (2 * torch.rand(views, generator=chance) - 1) / 3
        return (1 + strength * (scene + frames).clamp(-1, 1))[:, None, None, None]

    brightness, contrast, saturation = (
        factor(s) for s in (options.brightness, options.contrast, options.saturation)
    )
    luma = (images * images.new_tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
    saturation = torch.zeros_like(saturation) if grey else saturation
    images = luma + (images - luma) * saturation
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return ((mean + (images - mean) * contrast) * brightness).clamp(0, 1)
