# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is written is in the event files."""

import importlib
import struct
from pathlib import Path

import pytest

from anyview.core.errors import MissingDependencyError
from anyview.training.tensorboard_log import TensorBoardLog


def scalars(folder: Path) -> list[tuple[int, str, float]]:
    """Step, tag and value of all scalars, read record by record."""
    event_pb2 = pytest.importorskip("tensorboard.compat.proto.event_pb2")
    found = []
    for file in sorted(folder.glob("events*")):
        content, at = file.read_bytes(), 0
        while at < len(content):
            (length,) = struct.unpack("<Q", content[at : at + 8])
            event = event_pb2.Event.FromString(content[at + 12 : at + 12 + length])
            at += 12 + length + 4
            found += [(event.step, v.tag, v.simple_value) for v in event.summary.value]
    return found


def test_numbers_are_there(tmp_path: Path):
    pytest.importorskip("tensorboard")
    with TensorBoardLog(tmp_path / "tb") as log:
        log.write(0, {"loss": 1.5, "views": 16})
        log.write(4, {"delta1": 0.5}, kind="validation")
    assert scalars(tmp_path / "tb") == [
        (0, "train/loss", 1.5),
        (0, "train/views", 16.0),
        (4, "validation/delta1", 0.5),
    ]


def test_without_tensorboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def missing(name: str, package: str | None = None) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(MissingDependencyError, match=r"anyview\[train\]"):
        TensorBoardLog(tmp_path)
