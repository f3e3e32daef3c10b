# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The training loop: one step after the other, resumable at any of them.

What a step computes depends on the recipe, the state of the run and the step's index, on nothing
else: no random generator lives from step to step. A state holds weights, averages and the
optimiser; a run that was killed continues from its newest intact state with the very numbers that
it would have had.
"""

import copy
import json
import logging
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from anyview.core.errors import CheckpointError
from anyview.data.batch import Batch
from anyview.inference.device import choose_dtype
from anyview.model.network import Network
from anyview.training.bad_step import stop_if_bad
from anyview.training.batch_source import BatchSource
from anyview.training.distributed import (
    Processes,
    WrapMode,
    full_state,
    load_full_state,
    processes,
    wrap,
)
from anyview.training.efficiency import EfficiencyMeter
from anyview.training.forgetting import forget_activations, remember_activations
from anyview.training.interruption import Interruption
from anyview.training.losses.report import mean_numbers
from anyview.training.objective import build_objective
from anyview.training.optimizers import RunOptimizer, build_optimizer
from anyview.training.plan import StepPlan, plan_step
from anyview.training.prefetch import Prefetcher, PrefetchOptions
from anyview.training.recipe import Precision, Recipe
from anyview.training.run_folder import RunFolder
from anyview.training.run_log import open_run_log
from anyview.training.schedule import learning_rate_factor
from anyview.training.validation import Validation
from anyview.training.weight_average import WeightAverage

logger = logging.getLogger(__name__)

JOURNAL_EVERY = 20
"""Steps between lines of the journal: reading a number waits for the device."""

LEAK = 0.1
"""Slope of the camera decoder's ReLUs below zero when a run starts."""


@dataclass(frozen=True)
class TrainOptions:
    """How a run is carried out; nothing here changes what it computes.

    Attributes:
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
        wrap: How several processes share the work.
        prefetch: Preparation of batches.
        stop_after: Step behind which to stop for now; None: the recipe's last.
        keep_last: States that are kept.
        milestone_every: States whose step is a multiple of this are kept for ever; 0: none.
        tensorboard: Also write TensorBoard files.
    """

    device: str = "cpu"
    wrap: WrapMode = "ddp"
    prefetch: PrefetchOptions = PrefetchOptions(workers=1, ahead=3)
    stop_after: int | None = None
    keep_last: int = 2
    milestone_every: int = 0
    tensorboard: bool = False


@dataclass(frozen=True)
class TrainResult:
    """Where a run stands.

    Attributes:
        step: Steps made in all.
        num_steps: Steps of the recipe.
        network: With averaged weights, frozen, in evaluation mode; None in other processes than
            the first.
    """

    step: int
    num_steps: int
    network: Network | None


def train(
    recipe: Recipe,
    network: Network,
    source: BatchSource,
    folder: str | Path,
    *,
    resume: bool = False,
    validation: Validation | None = None,
    options: TrainOptions = TrainOptions(),
) -> TrainResult:
    """Carry out a recipe, or go on with it.

    Interrupted by SIGINT it saves before it leaves; SIGKILL costs the steps since the last state.

    Args:
        recipe: What to compute.
        network: Its network with the weights to start from, parameters to be trained chosen
            (``lora.trainable``). Changed in place.
        source: Batches as a function of a step's plan.
        folder: Of the run: states, journal, pictures.
        resume: Go on with the run that is in the folder; otherwise the folder must be new.
        validation: What is measured every ``validate_every`` steps; None: nothing.
        options: Device, processes, how often to save.

    Raises:
        OutputError: If the folder holds a run and ``resume`` is not set.
        CheckpointError: If there is nothing to resume, or the recipe differs.
        TrainingError: If a loss is not finite, or a worker that prepares batches died.
    """
    with processes(options.device) as group:
        run = _Run(recipe, network, Path(folder), group, options)
        first = run.resume() if resume else run.create()
        return run.carry_out(first, source, validation)


class _Run:
    """The parts of a run that live as long as it does."""

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        folder: Path,
        group: Processes,
        options: TrainOptions,
    ) -> None:
        self.recipe, self.group, self.options, self.path = recipe, group, options, folder
        self.network = network.to(group.device).train()
        if recipe.checkpoint_blocks:
            forget_activations(self.network)
        self.objective = build_objective(recipe, self.network).to(group.device)
        self.wrapped = wrap(self.objective, options.wrap, group)
        self.optimizer: RunOptimizer = build_optimizer(self.objective, recipe.optimizer)
        self.average = WeightAverage(self.network, decay=recipe.average_decay)
        self.folder: RunFolder | None = None
        self.recent: list[tuple[str, dict[str, Tensor]]] = []
        self.amp = _uses_bfloat16(recipe.precision, group.device)

    # --- beginning and continuing ---------------------------------------------------------------

    def create(self) -> int:
        """A new run folder; only the first process makes it."""
        if self.group.is_first:
            document = self.recipe.to_document()
            self.folder = RunFolder.create(self.path, recipe=self.recipe.name, config=document)
        self.group.barrier()
        return 0

    def resume(self) -> int:
        """Load the newest intact state; returns the step to go on with."""
        folder = RunFolder.open(self.path)
        known, ours = folder.record()["config"], _as_stored(self.recipe.to_document())
        changed = sorted(k for k in known.keys() | ours.keys() if known.get(k) != ours.get(k))
        if changed:
            raise CheckpointError(
                f"{self.path} holds a run of recipe {folder.record()['recipe']!r} with other "
                f"settings ({', '.join(changed)}). Give the same ones, or start from its weights "
                "in a new folder."
            )
        saved = folder.load_newest()
        step = 0
        if saved is not None:
            step = saved.step
            load_full_state(self.wrapped, saved.values["objective"])
            self.average.load_state_dict(saved.values["average"])
            self.optimizer.load_state_dict(saved.values["optimizer"])
        if self.group.is_first:
            self.folder = folder
            folder.note_session(step)
        self.group.barrier()
        return step

    def save(self, step: int) -> None:
        """Write a state; all processes must call this."""
        values = {
            "objective": full_state(self.wrapped),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        # A run that is resumed here starts its means here, so the other one does as well.
        self.recent.clear()
        if self.folder is None:
            return
        self.folder.save_state(step, values)
        self.folder.prune(
            keep_last=self.options.keep_last, milestone_every=self.options.milestone_every
        )

    # --- the loop -------------------------------------------------------------------------------

    def carry_out(
        self, first: int, source: BatchSource, validation: Validation | None
    ) -> TrainResult:
        """Steps ``first`` to the last one wanted."""
        recipe, group, options = self.recipe, self.group, self.options
        stop = min(recipe.num_steps, options.stop_after or recipe.num_steps)

        def make(step: int) -> Batch:
            return source.batch(self.plan(step), group.rank, group.world_size)

        done = first
        with (
            Interruption() as interruption,
            open_run_log(
                self.path, first, recipe.num_steps, group, tensorboard=options.tensorboard
            ) as log,
            Prefetcher(make, first_step=first, stop_step=stop, options=options.prefetch) as batches,
        ):
            meter = EfficiencyMeter()
            for step, batch in batches:
                meter.data_arrived()
                plan = self.plan(step)
                self.recent.append((plan.kind.name, self.step(plan, batch.to(group.device))))
                meter.step_done(plan.kind.num_views)
                done = step + 1
                if done % JOURNAL_EVERY == 0:
                    log.train(step, self.read_recent(plan), meter)
                validates = validation is not None and done % recipe.validate_every == 0
                if validates and validation is not None and group.is_first:
                    self.set_leak(recipe.num_steps)  # as the finished network is used
                    with self.average.swapped_in():
                        log.validation(step, validation.measure(self.network, step, self.path))
                # Looked at together, or one process would leave while others wait for it.
                leaves = done % JOURNAL_EVERY == 0 and group.any(interruption.wanted)
                if done % recipe.save_every == 0 or done == stop or leaves:
                    self.save(done)
                if leaves:
                    logger.warning("Interrupted; step %d is saved, resume to go on.", done)
                    break
                if validates or done % recipe.save_every == 0:
                    meter.restart()
        return TrainResult(done, recipe.num_steps, self.result() if group.is_first else None)

    def plan(self, step: int) -> StepPlan:
        """What a step does."""
        recipe = self.recipe
        return plan_step(recipe.phases, recipe.num_steps, recipe.seed, step)

    def step(self, plan: StepPlan, batch: Batch) -> dict[str, Tensor]:
        """One update; returns numbers that are still on the device."""
        recipe, parts = self.recipe, self.recipe.accumulate
        self.optimizer.set_factor(
            learning_rate_factor(recipe.schedule, plan.step, recipe.num_steps)
        )
        self.set_leak(plan.step)
        self.optimizer.zero_grad()
        sums: dict[str, Tensor] = {}
        for part in range(parts):
            share = batch if parts == 1 else batch.select(slice(part, None, parts))
            with self.communication(part == parts - 1):
                with torch.autocast(self.group.device.type, torch.bfloat16, enabled=self.amp):
                    loss, numbers = self.wrapped(share, plan)
                (loss / parts).backward()
            for name, value in {"loss": loss.detach(), **numbers}.items():
                sums[name] = sums.get(name, 0) + value / parts
        sums["gradient_norm"] = nn.utils.clip_grad_norm_(
            self.optimizer.parameters, recipe.clip_norm, foreach=True
        )
        decisive = {name: sums[name] for name in ("loss", "gradient_norm")}
        stop_if_bad(self.path, plan.step, batch, decisive, self.objective, rank=self.group.rank)
        self.optimizer.step()
        self.average.update()
        return sums

    def set_leak(self, step: int) -> None:
        """ReLUs of the camera decoder leak less and less: one that died early would stay dead."""
        if self.network.camera_decoder is not None and self.recipe.leak_until > 0:
            past = step / (self.recipe.leak_until * self.recipe.num_steps)
            self.network.camera_decoder.negative_slope = LEAK * max(0.0, 1.0 - past)

    def communication(self, wanted: bool) -> AbstractContextManager[None]:
        """Gradients are exchanged after the last part of a batch only."""
        if wanted or not isinstance(self.wrapped, nn.parallel.DistributedDataParallel):
            return nullcontext()
        return self.wrapped.no_sync()

    def read_recent(self, plan: StepPlan) -> dict[str, float]:
        """Means since the last line or state, losses by kind of step: kinds differ."""
        names = [
            name if name == "gradient_norm" else f"{kind}/{name}"
            for kind, numbers in self.recent
            for name in numbers
        ]
        tensors = [value.float() for _, numbers in self.recent for value in numbers.values()]
        values = torch.stack(tensors).tolist()  # one wait for the device
        means = mean_numbers({name: value} for name, value in zip(names, values, strict=True))
        losses = [v for n, v in zip(names, values, strict=True) if n.endswith("/loss")]
        self.recent.clear()
        rate = learning_rate_factor(self.recipe.schedule, plan.step, self.recipe.num_steps)
        return {"loss": sum(losses) / len(losses), "rate_factor": rate, **means}

    def result(self) -> Network:
        """The network with averaged weights, frozen; the run itself is over."""
        self.set_leak(self.recipe.num_steps)
        with self.average.swapped_in():
            network = copy.deepcopy(self.network)
        remember_activations(network)  # how it was trained is no part of it
        return network.requires_grad_(False).eval()


def _uses_bfloat16(precision: Precision, device: torch.device) -> bool:
    return choose_dtype(precision, device) == torch.bfloat16


def _as_stored(document: dict[str, Any]) -> Any:
    """A document as it comes back from a JSON file: tuples become lists."""
    return json.loads(json.dumps(document))
