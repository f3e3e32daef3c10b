# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The memory estimate: monotone, near what is measured, and a refusal that says what fits."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from anyview.core.errors import MemoryLimitError
from anyview.inference import memory
from anyview.inference.memory import Workload, check_fits, head_chunk, needed_bytes, peak_bytes
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS

CPU = torch.device("cpu")
SMALL = VARIANTS["small"].config
WORK = Workload(100, 378, 504)


@pytest.mark.parametrize(
    "variant", ["nano", "tiny", "small", "giant", "mono-large", "nested-giant-large"]
)
def test_more_work_needs_more(variant):
    config = VARIANTS[variant].config
    base = peak_bytes(config, WORK)
    assert peak_bytes(config, replace(WORK, num_views=101)) > base
    assert peak_bytes(config, replace(WORK, height=392)) > base
    assert peak_bytes(config, replace(WORK, request=OutputRequest(rays=True))) > base
    assert peak_bytes(config, replace(WORK, request=OutputRequest(feature_layers=(1,)))) > base
    assert peak_bytes(config, replace(WORK, request=OutputRequest(gaussians=True))) > base
    assert peak_bytes(config, replace(WORK, dtype=torch.bfloat16)) < base


def test_head_chunks_shrink_with_the_picture_and_the_head():
    assert head_chunk(VARIANTS["tiny"].config, 112, 112) == memory.MAX_HEAD_CHUNK
    assert head_chunk(SMALL, 378, 504) < memory.MAX_HEAD_CHUNK
    assert head_chunk(VARIANTS["giant"].config, 378, 504) == 1
    assert head_chunk(VARIANTS["giant"].config, 378, 504, "cuda") > 1
    nested = VARIANTS["nested-giant-large"].config
    assert head_chunk(nested, 112, 112) == head_chunk(nested.metric, 112, 112)


def test_refusal_names_views_and_resolution_that_fit():
    with pytest.raises(MemoryLimitError) as caught:
        check_fits(SMALL, WORK, CPU, limit_gb=2.0)
    text = str(caught.value)
    views = memory.views_that_fit(SMALL, WORK, 2_000_000_000)
    side = memory.side_that_fits(SMALL, WORK, 2_000_000_000)
    assert 0 < views < 100
    assert 0 < side < 504
    assert f"{views} views fit" in text
    assert f"resolution={side}" in text
    assert "max_memory_gb" in text
    # What is promised is accepted, and one more is not.
    check_fits(SMALL, replace(WORK, num_views=views), CPU, limit_gb=2.0)
    with pytest.raises(MemoryLimitError):
        check_fits(SMALL, replace(WORK, num_views=views + 1), CPU, limit_gb=2.0)
    smaller = replace(WORK, height=round(378 * side / 504 / 14) * 14, width=side)
    check_fits(SMALL, smaller, CPU, limit_gb=2.0)


def test_refusal_when_nothing_fits():
    with pytest.raises(MemoryLimitError, match="not even one small view"):
        check_fits(SMALL, WORK, CPU, limit_gb=0.01)


def test_free_memory_is_the_default_limit(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda device: 10**8)
    with pytest.raises(MemoryLimitError, match=r"0\.1 GB is free"):
        check_fits(SMALL, WORK, CPU)
    monkeypatch.setattr(memory, "free_memory", lambda device: 10**12)
    check_fits(SMALL, WORK, CPU)
    monkeypatch.setattr(memory, "free_memory", lambda device: None)
    check_fits(SMALL, WORK, CPU)  # nothing is known, nothing is refused


MEASURE = """
import json, sys
from anyview.inference.memory import Workload, head_chunk, peak_bytes
from anyview.model.build import build
from anyview.model.registry import VARIANTS
import torch

def status(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) * 1024

name, views, height, width = sys.argv[1], *map(int, sys.argv[2:])
config = VARIANTS[name].config
network = build(config)
with torch.inference_mode():
    network(torch.zeros(1, 1, 3, 56, 56))
    before = status("VmRSS:")
    open("/proc/self/clear_refs", "w").write("5")  # resets the high-water mark
    images = torch.zeros(1, views, 3, height, width)
    network(images, head_chunk=head_chunk(config, height, width))
peak = status("VmHWM:") - before
print(json.dumps([peak, peak_bytes(config, Workload(views, height, width))]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux only")
@pytest.mark.parametrize(
    ("variant", "views", "height", "width"),
    [
        ("tiny", 2, 252, 336),
        ("tiny", 16, 252, 336),
        ("small", 1, 378, 504),
        ("small", 8, 378, 504),
        ("nano", 64, 112, 112),
    ],
)
def test_estimate_is_at_least_what_is_measured_and_not_far_above(variant, views, height, width):
    command = [sys.executable, "-c", MEASURE, variant, *map(str, (views, height, width))]
    measured, estimated = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout
    )
    assert estimated >= measured
    if measured > 100e6:
        assert estimated <= 2 * measured


def test_margin_is_on_top():
    assert needed_bytes(SMALL, WORK) == int(1.1 * peak_bytes(SMALL, WORK))
