# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Synthetic scenes for training: a window that slides along the endless data set.

Step s draws scenes from the numbers [first + s * fresh, + window). Which scenes a step sees depends
on its plan alone; whether their file is there already, or has to be waited for, does not matter.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anyview.core.errors import InputError, OptionError
from anyview.core.options import option
from anyview.data.batch import Batch
from anyview.data.synthetic.world_files import CHUNK_SCENES, WorldChunk, batch_of, chunk_path
from anyview.training.augmentation import Augmentation, augment
from anyview.training.batch_source import share
from anyview.training.plan import StepPlan

OPEN_FILES = 256
"""Chunks kept open; more are closed, the oldest first."""


@dataclass(frozen=True)
class WindowConfig:
    """Which scenes a step may see.

    Attributes:
        first: Number of the first scene, a multiple of 32.
        window: How many scenes a step draws from.
        fresh: Scenes that enter the window at every step (and as many leave it).
    """

    first: int = option(0, "Number of the first synthetic scene, a multiple of 32.")
    window: int = option(2048, "Scenes that a step draws from.")
    fresh: float = option(1.0, "Scenes that enter the window at every step.")

    def __post_init__(self) -> None:
        if self.first < 0 or self.first % CHUNK_SCENES or self.window < 1 or self.fresh < 0:
            raise OptionError(
                f"first {self.first}, window {self.window}, fresh {self.fresh}: first is a "
                f"multiple of {CHUNK_SCENES}, window at least 1, fresh 0 or more."
            )

    def first_needed(self, step: int) -> int:
        """Number of the first scene that a step may see."""
        return self.first + int(step * self.fresh)

    def last_needed(self, step: int) -> int:
        """Number behind the last scene that a step may see."""
        return self.first_needed(step) + self.window


class WorldSource:
    """Batches of stored scenes.

    Args:
        folder: Where ``write_worlds`` puts chunks, perhaps at this moment.
        config: Which scenes.
        augmentation: Changes that keep the truth true; None: none.
        patience_s: How long a missing chunk is waited for before giving up.
    """

    def __init__(
        self,
        folder: str | Path,
        config: WindowConfig,
        augmentation: Augmentation | None = None,
        patience_s: float = 0.0,
    ) -> None:
        self.folder, self.config, self.patience_s = Path(folder), config, patience_s
        self.augmentation = augmentation
        self._chunks: OrderedDict[int, WorldChunk] = OrderedDict()

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        """See ``BatchSource``."""
        kind = plan.kind
        low = self.config.first_needed(plan.step)
        rng = np.random.default_rng(plan.seed)
        # Drawn for all processes alike, before the share is taken.
        numbers = low + rng.choice(self.config.window, kind.scenes, replace=False)
        seeds = rng.integers(2**48, size=kind.scenes)
        scenes = []
        for i in share(kind.scenes, rank, world):
            chance = np.random.default_rng(seeds[i])
            chunk, row = self._chunk(int(numbers[i]))
            views = choose_views(chunk.num_views(), kind.views, chance)
            scenes.append(chunk.scene(row, views).fitted(kind.width, kind.height))
        batch = batch_of(scenes)
        if self.augmentation is None:
            return batch
        mine = [int(seeds[i]) for i in share(kind.scenes, rank, world)]
        return augment(batch, self.augmentation, mine)

    def _chunk(self, number: int) -> tuple[WorldChunk, int]:
        """The file that a scene is in, and its row."""
        first = number // CHUNK_SCENES * CHUNK_SCENES
        chunk = self._chunks.get(first)
        if chunk is None:
            chunk = self._chunks[first] = self._open(first)
            if len(self._chunks) > OPEN_FILES:
                self._chunks.popitem(last=False)
        else:
            self._chunks.move_to_end(first)
        return chunk, number - first

    def _open(self, first: int) -> WorldChunk:
        path = chunk_path(self.folder, first)
        waited = 0.0
        while not path.exists():
            if waited >= self.patience_s:
                raise InputError(
                    f"The scenes {first} to {first + CHUNK_SCENES - 1} are not in {self.folder}. "
                    f"Make them: anyview data make {self.folder} --first {first} "
                    f"--scenes {CHUNK_SCENES}"
                )
            time.sleep(1.0)
            waited += 1.0
        return WorldChunk(path)


def choose_views(available: int, wanted: int, chance: np.random.Generator) -> list[int]:
    """Views of a scene, the reference view first; every view of a scene overlaps view 0.

    Raises:
        InputError: If the scene has fewer.
    """
    if wanted > available:
        raise InputError(f"A step wants {wanted} views and its scenes have {available}.")
    if wanted == 1:
        return [int(chance.integers(available))]
    others = chance.choice(np.arange(1, available), wanted - 1, replace=False)
    views = [0, *(int(i) for i in others)]
    chance.shuffle(views)
    return views
