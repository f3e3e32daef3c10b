# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What made a run: recipe, code, torch, machine; kept beside its checkpoints."""

import hashlib
import platform
import subprocess
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import torch

import anyview
from anyview.core.version import __version__


def describe_session() -> dict[str, Any]:
    """The program and machine of this moment: JSON-able, different after each restart."""
    return {
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "anyview": __version__,
        "code_sha256": code_fingerprint(),
        "commit": _commit(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "machine": platform.platform(),
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        "threads": torch.get_num_threads(),
    }


@cache
def code_fingerprint() -> str:
    """SHA-256 over names and contents of all modules of the package: equal code, equal result."""
    root = _package_root()
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _package_root() -> Path:
    return Path(next(iter(anyview.__path__)))


def _commit() -> str | None:
    """The git commit of a source checkout, ``+`` if files were changed; None elsewhere."""
    root = _package_root()
    if not (root.parents[1] / ".git").exists():
        return None  # an installed package may lie inside somebody else's repository
    try:
        described = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--abbrev=12"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()
