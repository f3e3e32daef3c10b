# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A recipe by name, carried out from worlds to a weights file: what ``anyview train`` does."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.data.synthetic.world_files import WorldSet
from anyview.data.synthetic.world_writer import write_worlds
from anyview.model.build import build
from anyview.model.checkpoint import load_model, save_checkpoint
from anyview.model.network import Network
from anyview.model.registry import PERMISSIVE, MetricKind
from anyview.model.weights_info import WeightsInfo
from anyview.training.distributed import is_first_process
from anyview.training.lora import LoraConfig, TrainedPart, merge_lora, trainable
from anyview.training.plan import StepPlan
from anyview.training.recipe import Recipe
from anyview.training.session_source import source_of
from anyview.training.trainer import TrainOptions, TrainResult, train
from anyview.training.validation import Validation
from anyview.training.world_maker import WorldMaker
from anyview.training.world_source import WorldSource

VALIDATION_FIRST = 90_000_000
"""Number of the first scene that is kept for validation; no run is long enough to get there."""

PATIENCE_S = 900.0
"""How long a step waits for a scene that is being made."""


@dataclass(frozen=True)
class SessionOptions:
    """Where things are and how much of the machine is used.

    Attributes:
        folder: Of the run.
        worlds: Of the synthetic scenes; made where they lack.
        scenes: Of real scenes beside the synthetic ones; None: there are none.
        makers: Processes that make scenes beside the training; 0: all must be there.
        weights: Name or file of weights to start from; None: from nothing.
        part: What is trained.
        lora: Adapters, if ``part`` is ``"lora"``.
        resume: Go on with the run in the folder.
        keeps_used_worlds: Whether scenes stay on the disk when no step needs them any more.
    """

    folder: Path
    worlds: Path
    scenes: Path | None = None
    makers: int = 1
    weights: str | None = None
    part: TrainedPart = "full"
    lora: LoraConfig | None = None
    resume: bool = False
    keeps_used_worlds: bool = True


class _MadeWorlds:
    """A source that tells the maker what is needed before it waits for it."""

    def __init__(self, source: WorldSource, maker: WorldMaker) -> None:
        self._source, self._maker = source, maker

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        """See ``BatchSource``."""
        config = self._source.config
        self._maker.need(config.last_needed(plan.step), config.first_needed(plan.step))
        return self._source.batch(plan, rank, world)


def start_network(recipe: Recipe, session: SessionOptions) -> tuple[Network, WeightsInfo]:
    """The network of a recipe with its first weights, what is trained chosen; and about them.

    Raises:
        OptionError: If given weights belong to a network of another shape.
    """
    metric: MetricKind = "canonical" if recipe.objective == "metric" else "relative"
    if session.weights is None:
        network: nn.Module = build(recipe.network, seed=recipe.seed)
        info = WeightsInfo(
            name=recipe.name,
            config=recipe.network,
            licence=PERMISSIVE,
            description=recipe.summary,
            default_resolution=max(recipe.last_size),
            default_reference_view="first",
            metric=metric,
        )
    else:
        loaded = load_model(session.weights)
        network, info = loaded.network, loaded.info
        if network.config != recipe.network:
            raise OptionError(
                f"The weights {session.weights} have another shape than recipe {recipe.name!r}. "
                "Give weights that it trained, or fine-tune with the recipe 'finetune', which "
                "takes the shape of the weights."
            )
        if recipe.objective != "student":  # a metric student made of a teacher is no teacher
            info = replace(info, name=recipe.name, description=recipe.summary, metric=metric)
    assert isinstance(network, Network)
    trainable(network, session.part, lora=session.lora, seed=recipe.seed)
    return network, info


def validation_of(recipe: Recipe, worlds: Path, makers: int) -> Validation:
    """Scenes that no run trains on, made if need be, at the size that the recipe ends with."""
    folder, count = worlds / "validation", recipe.validation_scenes
    write_worlds(folder, VALIDATION_FIRST, count, recipe.worlds, max(1, makers))
    views = min(4, recipe.worlds.views)
    batch = WorldSet(folder).batch(range(count), [range(views)] * count, recipe.last_size)
    return Validation(batch, recipe.objective)


def carry_out(
    recipe: Recipe, session: SessionOptions, options: TrainOptions
) -> tuple[TrainResult, Path | None]:
    """Carry a recipe out, or go on with it, and write the averaged weights.

    Args:
        recipe: What to compute.
        session: Where things are.
        options: How.

    Returns:
        Where the run stands, and the weights file; None in other processes than the first.

    Raises:
        AnyViewError: See ``trainer.train``, ``write_worlds`` and ``load_model``.
    """
    is_first = is_first_process()  # which makes worlds for all
    validation = None
    if recipe.validation_scenes and is_first:
        validation = validation_of(recipe, session.worlds, session.makers)
    network, info = start_network(recipe, session)
    source = WorldSource(
        session.worlds,
        recipe.window,
        recipe.augmentation,
        patience_s=PATIENCE_S if session.makers else 0.0,
    )
    maker = WorldMaker(
        session.worlds,
        recipe.worlds,
        recipe.window.first,
        processes=session.makers if is_first else 0,
        keeps_used=session.keeps_used_worlds,
    )
    with maker:
        result = train(
            recipe,
            network,
            source_of(recipe, _MadeWorlds(source, maker), session.scenes),
            session.folder,
            resume=session.resume,
            validation=validation,
            options=options,
        )
    if result.network is None:
        return result, None
    merge_lora(result.network)
    path = session.folder / f"anyview-{recipe.name}.safetensors"
    notes = f"Recipe {recipe.name}, step {result.step} of {result.num_steps}. {info.notes}"
    saved = replace(info, notes=notes.strip(), file=None)
    save_checkpoint(path, result.network, saved, dtype=torch.float16)
    return result, path
