# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Stored synthetic worlds as a source of training batches, beside scenes from photographs."""

import numpy as np
import torch

from anyview.core.errors import InputError
from anyview.data.batch import Batch, join
from anyview.data.synthetic.world_files import WorldSet
from anyview.data.transforms import crop_resize, random_window


class WorldSetSource:
    """Scenes and views of a ``WorldSet``, all equally likely.

    Args:
        worlds: The scenes.
        max_zoom: Largest random zoom; 1 takes the largest window, in the middle.
    """

    def __init__(self, worlds: WorldSet, max_zoom: float = 1.0) -> None:
        self._worlds, self._max_zoom = worlds, max_zoom

    def batch(self, seed: int, scenes: int, views: int, size: tuple[int, int]) -> Batch:
        """As ``data.scene_source.Source``; the views of a scene are drawn without order.

        Raises:
            InputError: If scenes have fewer views.
        """
        stored = self._worlds.settings.views
        if views > stored:
            raise InputError(
                f"{self._worlds.folder} has scenes of {stored} views, {views} were asked for; "
                "lower max_views, or make worlds with more."
            )
        made = []
        for place in range(scenes):
            rng = np.random.default_rng((seed, place, 0x3012))
            index = int(rng.integers(len(self._worlds)))
            chosen = [int(view) for view in rng.permutation(stored)[:views]]
            whole = self._worlds.batch([index], [chosen])
            zooms = self._max_zoom > 1
            generator = torch.Generator().manual_seed(int(rng.integers(2**62))) if zooms else None
            height, width = (int(side) for side in whole.images.shape[-2:])
            window = random_window((height, width), size, generator, max_zoom=self._max_zoom)
            made.append(crop_resize(whole, [window], size))
        return join(made)
