# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How much memory is free on a device: container limits count, caches that can go do not."""

from pathlib import Path

import torch

_UNLIMITED = 1 << 60
"""Limits from here on mean none (cgroup v1 writes a number near 2**63)."""


def free_memory(device: torch.device) -> int | None:
    """Bytes that can still be allocated on a device.

    Args:
        device: CPU (Linux), CUDA or MPS.

    Returns:
        The number, or None where it cannot be found out (CPUs of other systems).
    """
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        cached = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + cached
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return free_memory_of_host()


def free_memory_of_host(root: Path = Path("/")) -> int | None:
    """Free memory of this machine or container, whichever is less; None if not on Linux.

    Args:
        root: Where ``proc`` and ``sys`` lie.
    """
    available = _field(root / "proc/meminfo", "MemAvailable:")
    if available is None:
        return None
    limits = [available * 1024, *_left_in_groups(root)]
    return max(0, min(limits))


def _left_in_groups(root: Path) -> list[int]:
    """What the control groups of this process leave, version 1 and 2, up to their root."""
    left = []
    for line in _lines(root / "proc/self/cgroup"):
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            mount, names = root / "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            mount = root / "sys/fs/cgroup/memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        folder = mount / path.lstrip("/")
        # Inside a container the path is often that of the host and does not exist here.
        for group in [folder, *folder.parents]:
            if not group.is_relative_to(mount):
                break
            room = _left_in_group(group, *names)
            if room is not None:
                left.append(room)
    return left


def _left_in_group(group: Path, limit_name: str, usage_name: str, cache_name: str) -> int | None:
    limit, usage = _number(group / limit_name), _number(group / usage_name)
    if limit is None or usage is None or limit >= _UNLIMITED:
        return None
    # Pages of files that nobody uses are given back before anything fails.
    reclaimable = _field(group / "memory.stat", cache_name) or 0
    return max(0, limit - max(0, usage - reclaimable))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def _number(path: Path) -> int | None:
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _field(path: Path, name: str) -> int | None:
    """The number after ``name`` at the start of a line."""
    for line in _lines(path):
        parts = line.split()
        if len(parts) >= 2 and parts[0] == name and parts[1].isdigit():
            return int(parts[1])
    return None
