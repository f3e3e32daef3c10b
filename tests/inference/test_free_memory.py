# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Free memory as the system and its containers report it, read from planted files."""

import pytest
import torch

from anyview.inference.free_memory import free_memory, free_memory_of_host

GB = 10**9


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MEMINFO = {"proc/meminfo": "MemTotal: 9000000 kB\nMemFree: 1 kB\nMemAvailable:   8000000 kB\n"}


def test_machine_without_limits(tmp_path):
    assert free_memory_of_host(plant(tmp_path, MEMINFO)) == 8_000_000 * 1024


def test_not_linux(tmp_path):
    assert free_memory_of_host(tmp_path) is None


def test_container_of_version_2_and_its_parents(tmp_path):
    files = {
        **MEMINFO,
        "proc/self/cgroup": "0::/slice/job\n",
        "sys/fs/cgroup/slice/job/memory.max": "max\n",
        "sys/fs/cgroup/slice/job/memory.current": "5\n",
        "sys/fs/cgroup/slice/memory.max": f"{4 * GB}\n",
        "sys/fs/cgroup/slice/memory.current": f"{3 * GB}\n",
        "sys/fs/cgroup/slice/memory.stat": f"anon 7\ninactive_file {GB}\nactive_file 3\n",
    }
    assert free_memory_of_host(plant(tmp_path, files)) == 2 * GB


def test_container_of_version_1_seen_from_inside(tmp_path):
    files = {
        **MEMINFO,
        "proc/self/cgroup": "9:cpu,cpuacct:/x\n4:memory:/docker/0123\n0::/\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GB}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{1 * GB}\n",
        "sys/fs/cgroup/memory/memory.stat": f"total_inactive_file {GB // 2}\n",
    }
    assert free_memory_of_host(plant(tmp_path, files)) == 3 * GB // 2


@pytest.mark.parametrize(
    ("limit", "usage", "expected"),
    [
        (2**63 - 4096, 5 * GB, 8_000_000 * 1024),  # version 1 writes this for "none"
        (1 * GB, 2 * GB, 0),  # beyond the limit already
    ],
)
def test_odd_limits(tmp_path, limit, usage, expected):
    files = {
        **MEMINFO,
        "proc/self/cgroup": "4:memory:/\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{limit}\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{usage}\n",
    }
    assert free_memory_of_host(plant(tmp_path, files)) == expected


def test_gpus_are_asked(monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (5 * GB, 8 * GB))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 2 * GB)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 1 * GB)
    assert free_memory(torch.device("cuda")) == 6 * GB
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 9 * GB)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 2 * GB)
    assert free_memory(torch.device("mps")) == 7 * GB


def test_this_machine_answers_something_sane():
    free = free_memory(torch.device("cpu"))
    assert free is None or 0 <= free < 2**50
