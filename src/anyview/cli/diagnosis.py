# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The facts behind ``anyview doctor``."""

import importlib.metadata
import os
import platform
from collections.abc import Callable, Mapping

from anyview.core.version import __version__

CORE = (
    "torch",
    "numpy",
    "pillow",
    "safetensors",
    "huggingface-hub",
    "av",
    "trimesh",
    "click",
    "rich",
    "jaxtyping",
)
"""Distributions that the package needs; a test compares them with pyproject.toml."""


_MISSING = "MISSING: pip install --upgrade anyview"

Facts = Mapping[str, Mapping[str, str]]
"""Facts by section and name, all of them text."""


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return _MISSING


def diagnose() -> Facts:
    """Find out what is installed and what this machine can do.

    Packages that are missing or broken are told of, not stumbled over.
    """
    return {
        "program": {
            "anyview": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        },
        "packages": {name: _version(name) for name in CORE},
        "machine": _if_importable(_machine),
        "models": _if_importable(_models),
    }


def missing(facts: Facts) -> list[str]:
    """The packages that are needed and not installed."""
    return [name for name, version in facts["packages"].items() if version == _MISSING]


def _if_importable(section: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return section()
    except ImportError as error:
        return {"unknown": f"a package cannot be imported ({error})"}


def _machine() -> dict[str, str]:
    import torch

    from anyview.inference.device import choose_device, choose_dtype, cpu_multiplies_bfloat16
    from anyview.inference.free_memory import free_memory

    device = choose_device("auto")
    dtype = str(choose_dtype("auto", device)).removeprefix("torch.")
    free = free_memory(device)
    facts = {
        "device": f"{device} (chosen by 'auto')",
        "precision": f"{dtype} (chosen by 'auto')",
        "threads": f"{torch.get_num_threads()} of {os.cpu_count()} processors",
        "free memory": "unknown" if free is None else f"{free / 1e9:.1f} GB",
        "CPU bfloat16": "fast" if cpu_multiplies_bfloat16() else "no fast instructions: float32",
        "CUDA": "no",
        "MPS": "yes" if torch.backends.mps.is_available() else "no",
    }
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        facts["CUDA"] = ", ".join(names)
    elif torch.version.cuda is None:
        facts["CUDA"] = (
            "no: this torch was built without it. On a machine with an NVIDIA GPU install another "
            "build, see https://pytorch.org/get-started"
        )
    return facts


def _models() -> dict[str, str]:
    from anyview.model.sources import list_variants

    return {
        row.name: row.where if row.path is None else f"{row.where}: {row.path}"
        for row in list_variants()
    }
