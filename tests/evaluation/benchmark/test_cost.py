# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import pytest
import torch

from anyview.evaluation.benchmark import cost
from anyview.evaluation.benchmark.cost import measured, resident_bytes

MEGABYTE = 1 << 20
needs_proc = pytest.mark.skipif(resident_bytes() is None, reason="no /proc on this system")


def fill(megabytes: int) -> int:
    """Touch so much memory, give it back, return how much."""
    block = torch.ones(megabytes * MEGABYTE, dtype=torch.uint8)
    return int(block.max())


def test_time_and_result():
    result, found = measured(lambda: time.sleep(0.05) or "done")
    assert result == "done"
    assert 0.05 <= found.seconds < 2


@needs_proc
def test_memory_is_that_of_the_work_alone():
    kept = torch.ones(64 * MEGABYTE, dtype=torch.uint8)
    _, small = measured(lambda: fill(16))
    _, large = measured(lambda: fill(96))
    _, none = measured(lambda: None)
    assert 14 < small.peak_bytes / MEGABYTE < 40
    assert 94 < large.peak_bytes / MEGABYTE < 120
    assert none.peak_bytes < 8 * MEGABYTE
    del kept


@needs_proc
def test_samples_where_the_mark_cannot_be_reset(monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "_CLEAR", tmp_path / "absent" / "clear_refs")

    def work() -> None:
        block = torch.ones(48 * MEGABYTE, dtype=torch.uint8)
        time.sleep(0.1)  # as long as a sampler needs on a busy machine
        del block

    assert 40 < measured(work)[1].peak_bytes / MEGABYTE < 80


def test_memory_is_unknown_without_proc(monkeypatch, tmp_path):
    monkeypatch.setattr(cost, "_STATUS", tmp_path / "status")
    assert measured(lambda: fill(8))[1].peak_bytes is None


def test_an_error_passes():
    with pytest.raises(ZeroDivisionError):
        measured(lambda: 1 / 0)
