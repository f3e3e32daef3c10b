# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The facts behind ``anyview doctor``, on machines that lack something too."""

import importlib.metadata
import sys

import torch

from anyview.cli import diagnosis
from anyview.cli.diagnosis import CORE, diagnose, missing
from anyview.core.version import __version__
from anyview.model.registry import public_names


def test_a_machine_that_has_everything():
    facts = diagnose()
    assert list(facts) == ["program", "packages", "machine", "models"]
    assert facts["program"]["anyview"] == __version__
    assert facts["packages"]["torch"] == importlib.metadata.version("torch")
    assert facts["packages"].keys() == set(CORE)
    assert list(facts["models"]) == public_names()
    assert facts["models"]["tiny"].startswith("bundled: ")
    assert missing(facts) == []
    assert all(isinstance(text, str) for section in facts.values() for text in section.values())


def test_the_device_is_the_one_that_would_be_used():
    machine = diagnose()["machine"]
    assert machine["device"].split()[0] in ("cpu", "cuda", "mps")
    assert machine["precision"].split()[0] in ("float32", "bfloat16", "float16")
    if not torch.cuda.is_available() and torch.version.cuda is None:
        assert "built without it" in machine["CUDA"]


def test_a_package_that_is_missing(monkeypatch):
    real = importlib.metadata.version

    def version(name):
        if name == "trimesh":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    facts = diagnose()
    assert facts["packages"]["trimesh"] == "MISSING: pip install --upgrade anyview"
    assert missing(facts) == ["trimesh"]


def test_a_broken_torch_is_told_of(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it raises ImportError
    facts = diagnose()
    assert list(facts["machine"]) == ["unknown"]
    assert "torch" in facts["machine"]["unknown"]
    assert list(facts["models"]) == public_names()


def test_unknown_free_memory(monkeypatch):
    monkeypatch.setattr("anyview.inference.free_memory.free_memory", lambda device: None)
    assert diagnosis.diagnose()["machine"]["free memory"] == "unknown"
