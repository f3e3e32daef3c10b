# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.training.distributed import Processes
from anyview.training.efficiency import EfficiencyMeter
from anyview.training.journal import read_journal
from anyview.training.run_log import open_run_log


def test_writes_journal_tensorboard_and_curves(tmp_path):
    group = Processes(0, 1, torch.device("cpu"))
    meter = EfficiencyMeter()
    with open_run_log(tmp_path, 0, 10, group, tensorboard=True) as log:
        for step in range(2):
            meter.data_arrived()
            meter.step_done(4)
            log.train(step, {"loss": 1.0 / (step + 1)}, meter)
        log.validation(1, {"1view/delta1": 0.5})
    entries = read_journal(tmp_path / "journal.jsonl")
    assert [(e.step, e.kind) for e in entries] == [(0, "train"), (1, "train"), (1, "validation")]
    assert entries[0].numbers["views_per_s"] > 0
    assert (tmp_path / "curves.png").stat().st_size > 1000
    assert list((tmp_path / "tensorboard").iterdir())


def test_other_processes_write_nothing(tmp_path):
    group = Processes(1, 1, torch.device("cpu"))
    with open_run_log(tmp_path, 0, 10, group, tensorboard=True) as log:
        log.train(0, {"loss": 1.0}, EfficiencyMeter())
    assert not list(tmp_path.iterdir())
