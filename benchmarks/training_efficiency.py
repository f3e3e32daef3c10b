# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where the time of a training step goes, and how much of the machine's arithmetic it uses.

For each kind of step of a recipe: views a second, floating-point operations a second against the
measured matrix-product rate, and the operators that take most of the time. Then a short run of the
trainer itself with its data, for the share of time that it waits for batches.

    python benchmarks/training_efficiency.py --recipe tiny --worlds FOLDER
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from anyview.data.batch import Batch
from anyview.inference.device import choose_device
from anyview.model.build import build
from anyview.model.network import Network
from anyview.training.efficiency import count_flops, matrix_rate
from anyview.training.journal import read_journal
from anyview.training.lora import trainable
from anyview.training.objective import build_objective
from anyview.training.plan import StepKind, StepPlan
from anyview.training.recipe import Recipe
from anyview.training.recipes import get_recipe
from anyview.training.trainer import TrainOptions, train
from anyview.training.world_source import WorldSource


def _network(recipe: Recipe, device: torch.device) -> Network:
    network = build(recipe.network, seed=0, device=device)
    assert isinstance(network, Network)
    trainable(network, "full")
    return network


def _kinds(recipe: Recipe) -> dict[str, StepKind]:
    found = {}
    for phase in recipe.phases:
        for _, kind in phase.kinds:
            found[f"{kind.name} {kind.width}x{kind.height}"] = kind
    return found


def _timed(step: Callable[[], None], device: torch.device, repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        before = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - before)
    return times


def report_kinds(recipe: Recipe, source: WorldSource, device: torch.device, repeats: int) -> None:
    """One line for each kind of step, then its most costly operators."""
    rate = matrix_rate(device)
    print(f"matrix products: {rate / 1e9:.0f} GFLOP/s, {torch.get_num_threads()} threads\n")
    print("| step | views | ms, median (range) | views/s | GFLOP | of the product rate |")
    print("|---|---|---|---|---|---|")
    profiles = []
    for name, kind in _kinds(recipe).items():
        objective = build_objective(recipe, _network(recipe, device)).to(device)
        plan = StepPlan(0, kind, False, 1)
        batch: Batch = source.batch(plan).to(device)

        def step(
            objective: torch.nn.Module = objective, plan: StepPlan = plan, batch: Batch = batch
        ) -> None:
            loss, _ = objective(batch, plan)
            loss.backward()
            objective.zero_grad(set_to_none=True)

        flops = count_flops(step)
        times = _timed(step, device, repeats)
        middle = statistics.median(times)
        print(
            f"| {name} | {kind.num_views} | {middle * 1e3:.0f} ({min(times) * 1e3:.0f}-"
            f"{max(times) * 1e3:.0f}) | {kind.num_views / middle:.1f} | {flops / 1e9:.0f} | "
            f"{flops / middle / rate:.0%} |",
            flush=True,
        )
        with profile(activities=[ProfilerActivity.CPU]) as seen:
            step()
        profiles.append((name, seen))
    for name, seen in profiles:
        events = sorted(seen.key_averages(), key=lambda e: -e.self_cpu_time_total)
        total = sum(e.self_cpu_time_total for e in events)
        top = ", ".join(f"{e.key} {e.self_cpu_time_total / total:.0%}" for e in events[:8])
        print(f"\n{name}: {top}")


def report_run(recipe: Recipe, source: WorldSource, device: torch.device, steps: int) -> None:
    """Rate and data wait of the trainer itself."""
    short = replace(recipe, num_steps=steps, validation_scenes=0, save_every=steps)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        train(
            short, _network(short, device), source, path, options=TrainOptions(device=device.type)
        )
        entries = read_journal(path / "journal.jsonl", kind="train")[1:]  # the first warms up
    for name in ("steps_per_s", "views_per_s", "data_wait"):
        print(f"{name}: {statistics.median(e.numbers[name] for e in entries):.3f}")


def main() -> None:
    """Measure one recipe."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", default="tiny")
    parser.add_argument("--worlds", type=Path, required=True, help="made by: anyview data make")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--steps", type=int, default=100)
    given = parser.parse_args()
    recipe, device = get_recipe(given.recipe), choose_device(given.device)
    source = WorldSource(given.worlds, recipe.window, recipe.augmentation)
    report_kinds(recipe, source, device, given.repeats)
    print("\nthe trainer with its data:")
    report_run(recipe, source, device, given.steps)


if __name__ == "__main__":
    main()
