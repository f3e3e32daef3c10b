# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Weights on scenes of one's own, from a folder to a weights file and scores before and after.

What ``anyview train finetune`` does. The recipe follows from the weights (shape, licence, size of
images) and from the scenes (aspect, how many views overlap, kind of depth); both are the same
when a run goes on, so nothing but the recipe's record has to be kept.
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from anyview.core.errors import InputError, OptionError
from anyview.data.batch_plan import PATCH
from anyview.data.own_scenes import (
    HeldOut,
    Library,
    batch_of_sets,
    hold_out,
    read_usable,
    view_sets,
)
from anyview.data.sampling import ViewSetOptions, sample_views
from anyview.data.scene_source import SceneSource, SceneSourceOptions
from anyview.io.atomic import atomic_path
from anyview.model.checkpoint import LoadedModel, load_model, save_checkpoint
from anyview.model.config import NetworkConfig
from anyview.model.network import Network
from anyview.model.weights_info import WeightsInfo
from anyview.training.distributed import is_first_process
from anyview.training.lora import LoraConfig, TrainedPart, merge_lora, save_adapters, trainable
from anyview.training.recipe import Recipe
from anyview.training.recipes.finetune import MOST_VIEWS, FinetuneSettings, finetune
from anyview.training.scene_source import SceneBatches
from anyview.training.trainer import TrainOptions, train
from anyview.training.validation import Validation

SCORES_FILE = "scores.json"
"""In the run's folder: scores of the held-out part before and after."""

VALIDATION_SETS = 12
"""Sets of held-out views that are scored."""

VALIDATION_VIEWS = 4
"""Views of a set, where so many overlap."""

LIKELY = 10
"""So many sets of views must be found in a row for training to ask for as many views."""

OWN_VIEW_SETS = ViewSetOptions(min_overlap=0.1, max_overlap=1.0)
"""Few scenes: views that see almost the same are taken too."""

MAX_ZOOM = 1.25
"""Largest random zoom into the views of a scene."""


@dataclass(frozen=True)
class FinetuneOptions:
    """What is trained on what.

    Attributes:
        folder: Of the run.
        weights: Name or file of the weights to start from.
        scenes: Folder with scenes at or below it.
        part: What is trained.
        rank: Of adapters, if ``part`` is ``"lora"``.
        size: Longest side of the images in pixels; None: what the weights were trained for.
        num_steps: Of the whole run; None: the recipe's.
        resume: Go on with the run in the folder.
    """

    folder: Path
    weights: str
    scenes: Path
    part: TrainedPart = "full"
    rank: int = 8
    size: int | None = None
    num_steps: int | None = None
    resume: bool = False

    @property
    def lora(self) -> LoraConfig | None:
        """The adapters, if adapters are trained."""
        return LoraConfig.of_rank(self.rank) if self.part == "lora" else None


@dataclass(frozen=True)
class FinetuneResult:
    """What came out.

    Attributes:
        step: Steps made in all.
        num_steps: Steps of the recipe.
        weights: Everything in one file, as ``anyview predict --model`` takes it.
        adapters: The adapters alone, if adapters were trained.
        held_out: What the scores were measured on, in words.
        before: Scores of the weights that were given.
        after: Scores of the weights that came out.
    """

    step: int
    num_steps: int
    weights: Path
    adapters: Path | None
    held_out: str
    before: dict[str, float]
    after: dict[str, float]


def fine_tune(
    options: FinetuneOptions, train_options: TrainOptions | None = None
) -> FinetuneResult | None:
    """Train given weights on scenes, part of which are held out to measure with.

    Args:
        options: What on what.
        train_options: Device, processes, when to stop for now; None for the defaults.

    Returns:
        None in other processes than the first.

    Raises:
        InputError: If there are no scenes with cameras and depth, or too few frames.
        OptionError: If the weights are of a kind that cannot be tuned, or a number is out of range.
        AnyViewError: See ``load_model`` and ``trainer.train``.
    """
    train_options = train_options or TrainOptions()
    library = read_usable(options.scenes)
    parts = hold_out(library)
    start = load_model(options.weights)
    recipe = recipe_for(start, parts.training, options)
    network = _network(start)
    trainable(network, options.part, lora=options.lora, seed=recipe.seed)
    source = SceneSource(
        parts.training, SceneSourceOptions(view_sets=OWN_VIEW_SETS, max_zoom=MAX_ZOOM)
    )
    is_first = is_first_process()
    validation = validation_of(parts, recipe) if is_first else None
    result = train(
        recipe,
        network,
        SceneBatches(source, recipe.augmentation),
        options.folder,
        resume=options.resume,
        validation=validation,
        options=train_options,
    )
    if result.network is None or validation is None:
        return None
    adapters = None
    if options.lora is not None:
        adapters = options.folder / "adapters.safetensors"
        save_adapters(result.network, adapters, options.lora)
        merge_lora(result.network)
    weights = options.folder / "anyview-finetune.safetensors"
    info = _described(start.info, options, recipe, result.step, len(library))
    save_checkpoint(weights, result.network, info)
    after = validation.measure(result.network, result.step - 1, options.folder)
    # Loaded again: the network that was given is the one that was trained.
    given = _network(load_model(options.weights)).to(train_options.device)
    before = validation.measure(given, -1, options.folder)
    held_out = describe(parts, validation)
    scores = {"held_out": held_out, "before": before, "after": after}
    with atomic_path(options.folder / SCORES_FILE) as temporary:
        temporary.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    return FinetuneResult(result.step, result.num_steps, weights, adapters, held_out, before, after)


def recipe_for(start: LoadedModel, training: Library, options: FinetuneOptions) -> Recipe:
    """The recipe that suits the weights and the scenes.

    Args:
        start: The weights.
        training: Scenes to train on.
        options: What the user wants.

    Raises:
        OptionError: If the weights are of two networks, or the size is out of range.
        InputError: If metric weights would be tuned on scenes without metres, or no two views of
            any scene overlap.
    """
    config = start.info.config
    if not isinstance(config, NetworkConfig):
        raise OptionError(
            f"{options.weights} is two networks in one. Fine-tune one of them, such as 'giant' or "
            "'metric-large', by itself."
        )
    metric = start.info.metric
    if metric == "canonical" and not any(scene.is_metric for scene, _ in training):
        raise InputError(
            f"{options.weights} says metres, and no scene in {options.scenes} is in metres. "
            "Convert with the right unit (is_metric in scene.json), or tune weights of relative "
            "depth."
        )
    height, width = image_size(training, options.size or start.info.default_resolution)
    settings = FinetuneSettings(
        network=config,
        metric=metric,
        part=options.part,
        width=width,
        height=height,
        views=most_views(training) if config.is_any_view else 1,
        has_dense_depth=any(
            frame.read_depth is not None for scene, _ in training for frame in scene.frames
        ),
        processes=int(os.environ.get("WORLD_SIZE", "1")),  # torchrun's
    )
    if options.num_steps is not None:
        settings = replace(settings, num_steps=options.num_steps)
    return finetune(settings)


def image_size(library: Library, longest: int) -> tuple[int, int]:
    """Height and width for the median aspect of all frames, multiples of 14.

    Args:
        library: The scenes.
        longest: Longest side in pixels, rounded.

    Raises:
        OptionError: If that is less than two patches.
    """
    if longest < 2 * PATCH:
        raise OptionError(f"size is {longest}; accepted: {2 * PATCH} pixels or more.")
    sizes = [frame.size for scene, _ in library for frame in scene.frames]
    aspect = float(np.median([np.log(width / height) for height, width in sizes]))
    sides = np.array([min(1.0, np.exp(-aspect)), min(1.0, np.exp(aspect))]) * longest
    height, width = (max(PATCH, round(side / PATCH) * PATCH) for side in sides.tolist())
    return height, width


def most_views(library: Library) -> int:
    """The largest number of overlapping views that a scene gives easily, up to ``MOST_VIEWS``.

    Raises:
        InputError: If no scene gives two.
    """
    generator = torch.Generator().manual_seed(0)
    for views in range(MOST_VIEWS, 1, -1):
        for scene, overlap in library:
            if len(scene.frames) >= views and all(
                sample_views(overlap, views, generator, OWN_VIEW_SETS) for _ in range(LIKELY)
            ):
                return views
    raise InputError(
        f"No two frames of any scene overlap by {OWN_VIEW_SETS.min_overlap:.0%}: nothing can be "
        "learnt across views. Take pictures nearer to each other, or check poses and depth with "
        "'anyview data check'."
    )


def validation_of(parts: HeldOut, recipe: Recipe) -> Validation:
    """The held-out part at the size of the recipe."""
    views = VALIDATION_VIEWS if recipe.network.is_any_view else 1
    width, height = recipe.last_size
    sets = view_sets(parts.validation, views, VALIDATION_SETS)
    return Validation(batch_of_sets(sets, (height, width)))


def describe(parts: HeldOut, validation: Validation) -> str:
    """What was held out, in words."""
    count, views = validation.batch.images.shape[:2]
    frames = sum(len(scene.frames) for scene, _ in parts.validation)
    rest = sum(len(scene.frames) for scene, _ in parts.training)
    if parts.by == "scenes":
        what = f"{len(parts.validation)} of {len(parts.training) + len(parts.validation)} scenes"
    else:
        what = f"{frames} of {frames + rest} frames"
    return f"{what} held out: {count} sets of {views} {'view' if views == 1 else 'views'}"


def _network(loaded: LoadedModel) -> Network:
    assert isinstance(loaded.network, Network), "two networks in one are refused before"
    return loaded.network


def _described(
    info: WeightsInfo, options: FinetuneOptions, recipe: Recipe, step: int, num_scenes: int
) -> WeightsInfo:
    """Licence, unit and reference view stay those of the weights that were given."""
    how = {"full": "all of it", "heads": "its heads", "lora": f"adapters of rank {options.rank}"}
    tuned = (
        f"{info.name} fine-tuned ({how[options.part]}) for {step} steps on {num_scenes} "
        f"{'scene' if num_scenes == 1 else 'scenes'}."
    )
    return replace(
        info,
        name=f"{info.name.removesuffix('-finetuned')}-finetuned",
        description=tuned,
        notes=f"{tuned} {info.notes}".strip(),
        default_resolution=max(recipe.last_size),
        file=None,
    )
