# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Speed and peak memory on the CPU beside the reference implementation, in one run.

Both networks hold the same random weights, see the same images and give depth, confidence and
cameras. The reference runs in float32, its fastest setting on a CPU; ours in ``--dtype``. Calls
alternate (ours, reference, ours, ...), so that a change of the machine's clock hits both alike:
quote the ratios, not the seconds. Each side's peak memory is that of a process of its own.

    pip install --no-deps depth-anything-3==0.1.1 && pip install addict omegaconf einops e3nn evo
    python benchmarks/speed_vs_reference.py --variant small --views 2 8
"""

import argparse
import contextlib
import io
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from anyview.inference.device import choose_dtype
from anyview.inference.memory import head_chunk
from anyview.inference.precision import set_precision
from anyview.model.build import build
from anyview.model.config import PATCH, NetworkConfig
from anyview.model.outputs import OutputRequest
from anyview.model.published_state import to_published
from anyview.model.registry import VARIANTS

HEIGHT, WIDTH = 378, 504
REQUEST = OutputRequest(depth=True, cameras=True)


def our_network(variant: str, dtype: str) -> nn.Module:
    """Ours with seeded random weights."""
    network = build(VARIANTS[variant].config, seed=0)
    return set_precision(network, choose_dtype(dtype, torch.device("cpu")))


def reference_network(variant: str) -> nn.Module:
    """The reference with the same weights as ours; what only it has is left as it starts."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import depth_anything_3
        from depth_anything_3.cfg import create_object, load_config

        folder = Path(next(iter(depth_anything_3.__path__)))
        network: nn.Module = create_object(load_config(str(folder / f"configs/da3-{variant}.yaml")))
    state = to_published(build(VARIANTS[variant].config, seed=0).state_dict())
    state = {key.removeprefix("model."): value for key, value in state.items()}
    problems = network.load_state_dict(state, strict=False)
    assert not problems.unexpected_keys, problems
    assert all("_aux" in key for key in problems.missing_keys), problems
    return network.eval()


def images(views: int) -> Tensor:
    """Smooth random images: noise alone would make all views alike."""
    generator = torch.Generator().manual_seed(views)
    coarse = torch.randn(views, 3, 12, 16, generator=generator)
    return nn.functional.interpolate(coarse, size=(HEIGHT, WIDTH), mode="bicubic")[None]


def caller(side: str, variant: str, dtype: str, views: int) -> Callable[[], Any]:
    """A function that runs one forward pass."""
    x = images(views)
    if side == "reference":
        reference = reference_network(variant)

        def run_reference() -> Any:
            with torch.inference_mode(), contextlib.redirect_stdout(io.StringIO()):
                return reference(x, ref_view_strategy="saddle_balanced")

        return run_reference
    network = our_network(variant, dtype)
    chunk = head_chunk(network.config, HEIGHT, WIDTH)

    def run_ours() -> Any:
        with torch.inference_mode():
            return network(x, request=REQUEST, head_chunk=chunk)

    return run_ours


def peak_megabytes() -> float:
    """Largest resident size of this process so far."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss also counts the parent that started us
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure_memory(side: str, variant: str, dtype: str, views: int) -> dict[str, float]:
    """Peak memory of a process that loads one network and runs it once; and before the run."""
    command = [sys.executable, __file__, "--memory-of", side, "--variant", variant]
    command += ["--dtype", dtype, "--views", str(views)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(out.splitlines()[-1])
    return result


def product_rate(dtype: torch.dtype) -> float:
    """GFLOP/s of a matrix product of 2048 x 2048, the best of several."""
    a, b = (torch.randn(2048, 2048).to(dtype) for _ in range(2))
    best = float("inf")
    for _ in range(6):
        start = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - start)
    return 2 * 2048**3 / best / 1e9


def gigaflops(config: NetworkConfig, views: int) -> float:
    """Multiplications and additions of one forward pass without rays, attention counted."""
    from torch.utils.flop_counter import FlopCounterMode

    network = build(config, device="meta")
    counter = FlopCounterMode(display=False)
    with counter, torch.inference_mode():
        network.head(
            [
                tuple(
                    torch.empty(
                        views, HEIGHT * WIDTH // PATCH**2, config.backbone.width, device="meta"
                    )
                    for _ in range(2)
                )
                for _ in range(4)
            ],
            (HEIGHT, WIDTH),
        )
    backbone, tokens = config.backbone, HEIGHT * WIDTH // PATCH**2 + 1
    width, start = backbone.width, backbone.alternating_from
    assert start is not None
    across = sum(i >= start and i % 2 == 1 for i in range(backbone.depth))
    products = backbone.depth * views * tokens * 2 * width * (4 * width + 8 * width)
    attention = 4 * width * views * tokens**2 * (backbone.depth - across + across * views)
    return float(counter.get_total_flops() + products + attention) / 1e9


def spread(values: list[float], digits: int = 2) -> str:
    """Median and range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def compare(variant: str, dtype: str, views: int, runs: int) -> dict[str, Any]:
    """Alternate the two sides and print what came out."""
    sides = {side: caller(side, variant, dtype, views) for side in ("ours", "reference")}
    ours, reference = sides["ours"](), sides["reference"]()  # warm-up, and the same result
    difference = (ours.depth.float() / reference["depth"] - 1).abs().median().item()
    seconds: dict[str, list[float]] = {"ours": [], "reference": []}
    for _ in range(runs):
        for side, run in sides.items():
            start = time.perf_counter()
            run()
            seconds[side].append(time.perf_counter() - start)
    ratios = [r / o for o, r in zip(seconds["ours"], seconds["reference"], strict=True)]
    memory = {side: measure_memory(side, variant, dtype, views) for side in sides}
    chosen = choose_dtype(dtype, torch.device("cpu"))
    config = VARIANTS[variant].config
    assert isinstance(config, NetworkConfig)
    work, rate = gigaflops(config, views), product_rate(chosen)
    speed = work / statistics.median(seconds["ours"])
    peak = {side: m["peak"] for side, m in memory.items()}
    growth = {side: m["peak"] - m["loaded"] for side, m in memory.items()}
    print(f"\n{variant}, {views} views of {WIDTH} x {HEIGHT}, ours in {chosen}, {runs} runs")
    for side, values in seconds.items():
        print(
            f"  {side:9}  {spread(values)} s a call, {spread([t / views for t in values])} a view"
        )
    print(f"  ours is {spread(ratios)} times as fast")
    print(f"  median relative difference of depth: {difference:.1e}")
    print(
        f"  {work:.0f} GFLOP at {speed:.0f} GFLOP/s: {speed / rate:.0%} of the machine's {rate:.0f}"
    )
    for side in sides:
        print(
            f"  {side:9}  peak memory {peak[side]:.0f} MB, of which the call {growth[side]:.0f} MB"
        )
    print(f"  peak memory: {peak['ours'] / peak['reference']:.0%} of the reference's")
    return {
        "variant": variant,
        "views": views,
        "dtype": str(chosen),
        "seconds": seconds,
        "ratios": ratios,
        "depth_difference": difference,
        "gflop": work,
        "product_rate_gflops": rate,
        "memory_mb": memory,
    }


def cpu_name() -> str:
    """The processor's model."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", default="small", choices=["small", "base", "large"])
    parser.add_argument("--views", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--dtype", default="auto", help="of ours: auto, float32, bfloat16")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--memory-of", choices=["ours", "reference"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory_of:
        run = caller(given.memory_of, given.variant, given.dtype, given.views[0])
        loaded = peak_megabytes()
        run()
        print(json.dumps({"loaded": loaded, "peak": peak_megabytes()}))
        return
    cpu = cpu_name()
    print(f"{cpu}, {torch.get_num_threads()} threads, torch {torch.__version__}")
    results = [compare(given.variant, given.dtype, v, given.runs) for v in given.views]
    if given.json:
        given.json.write_text(json.dumps({"cpu": cpu, "results": results}, indent=1))


if __name__ == "__main__":
    main()
