# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where results were made: program, commit, machine."""

import os
import platform
from pathlib import Path
from typing import Any

import numpy as np
import torch

from anyview.core.version import __version__


def program() -> dict[str, Any]:
    """Version of the package, its commit where it lies in a repository, and of what it rests on."""
    return {
        "name": "anyview",
        "version": __version__,
        "commit": commit_of(Path(__file__)),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def machine() -> dict[str, Any]:
    """Processor, memory and accelerator."""
    found: dict[str, Any] = {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_bytes": _memory(),
    }
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        found["accelerators"] = [torch.cuda.get_device_name(i) for i in range(count)]
    return found


def commit_of(path: Path) -> str | None:
    """The commit that is checked out where a file lies, or None outside of a repository.

    Args:
        path: A file.
    """
    git = next((p / ".git" for p in path.resolve().parents if (p / ".git").exists()), None)
    try:
        if git is not None and git.is_file():  # a work tree beside its repository
            link = git.read_text(encoding="utf-8").strip().removeprefix("gitdir: ")
            git = (git.parent / link).resolve()
        if git is None:
            return None
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return _resolved(git, head.removeprefix("ref: "))
    except (OSError, ValueError):
        return None


def _resolved(git: Path, ref: str) -> str | None:
    folders = [git]
    if (git / "commondir").is_file():
        folders.append((git / (git / "commondir").read_text(encoding="utf-8").strip()).resolve())
    for folder in folders:
        if (folder / ref).is_file():
            return (folder / ref).read_text(encoding="utf-8").strip()
        if (folder / "packed-refs").is_file():
            for line in (folder / "packed-refs").read_text(encoding="utf-8").splitlines():
                if line.endswith(f" {ref}"):
                    return line.split()[0]
    return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on every system
        return None
