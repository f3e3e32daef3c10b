# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which device computes and in which precision: chosen once, when a model is built or loaded.

CUDA and MPS could not be run where this was written; their branches are decisions read from the
documentation of torch, and marked so in ``docs/``.
"""

import platform
from pathlib import Path

import torch

from anyview.core.errors import OptionError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
"""Precisions by the name that options use."""

_CPU_FLAGS_WITH_BF16 = frozenset({"avx512_bf16", "amx_bf16", "bf16", "svebf16"})


def choose_device(device: str | torch.device = "auto") -> torch.device:
    """The device that a name stands for.

    Args:
        device: ``"auto"`` (CUDA, else MPS, else CPU), or any name torch accepts: ``"cpu"``,
            ``"cuda"``, ``"cuda:1"``, ``"mps"``.

    Raises:
        OptionError: If the name means nothing, or the device is not there.
    """
    if isinstance(device, str) and device == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        chosen = torch.device(device)
    except RuntimeError as error:
        raise OptionError(
            f"device {device!r} is not known; use 'auto', 'cpu', 'cuda', 'cuda:<number>' or 'mps'."
        ) from error
    if chosen.type == "cuda":
        _check_cuda(chosen)
    elif chosen.type == "mps" and not torch.backends.mps.is_available():
        raise OptionError(
            "device 'mps' was asked for, but this torch finds no Apple GPU (macOS 12.3 or later on "
            "Apple silicon is needed); use device='auto' or 'cpu'."
        )
    elif chosen.type not in ("cpu", "cuda", "mps"):
        raise OptionError(
            f"device {str(chosen)!r} is not supported; use 'auto', 'cpu', 'cuda' or 'mps'."
        )
    return chosen


def _check_cuda(device: torch.device) -> None:
    if not torch.cuda.is_available():
        build = torch.version.cuda
        cause = (
            f"this torch ({torch.__version__}) is built without CUDA: install a CUDA build, see "
            "https://pytorch.org/get-started/locally"
            if build is None
            else f"this torch is built for CUDA {build} but finds no working NVIDIA GPU and driver "
            "(does nvidia-smi list one?)"
        )
        raise OptionError(
            f"device {str(device)!r} was asked for, but {cause}; or use device='auto' or 'cpu'."
        )
    count = torch.cuda.device_count()
    if device.index is not None and device.index >= count:
        raise OptionError(
            f"device {str(device)!r} was asked for, but there are {count} CUDA devices, numbered "
            f"from 0 to {count - 1}."
        )


def choose_dtype(dtype: str | torch.dtype, device: torch.device) -> torch.dtype:
    """The precision of the transformer on a device; heads and cameras are always float32.

    ``"auto"``: CUDA bfloat16, or float16 on GPUs before Ampere; MPS float32; CPU bfloat16 only
    where the CPU multiplies bfloat16 matrices in hardware, else float32, because without those
    instructions bfloat16 is several times slower than float32.

    Args:
        dtype: ``"auto"``, ``"float32"``, ``"bfloat16"``, ``"float16"`` or a torch dtype of these.
        device: Where the network runs.

    Raises:
        OptionError: If the precision is not one of these, or not usable on the device.
    """
    if isinstance(dtype, str) and dtype == "auto":
        if device.type == "cuda":
            native = torch.cuda.is_bf16_supported(including_emulation=False)
            return torch.bfloat16 if native else torch.float16
        fast = device.type == "cpu" and cpu_multiplies_bfloat16()
        return torch.bfloat16 if fast else torch.float32
    chosen = DTYPES.get(dtype) if isinstance(dtype, str) else dtype
    if chosen not in DTYPES.values():
        raise OptionError(f"dtype {dtype!r} is not known; use 'auto', {', '.join(DTYPES)}.")
    assert chosen is not None
    if chosen == torch.float16 and device.type == "cpu":
        raise OptionError(
            "dtype 'float16' is far slower than float32 on CPUs; use 'auto', 'float32' or "
            "'bfloat16'."
        )
    return chosen


def cpu_multiplies_bfloat16() -> bool:
    """Whether this CPU has bfloat16 matrix instructions (AVX512-BF16, AMX or ARM BF16)."""
    flags = _cpu_flags(Path("/proc/cpuinfo"))
    if flags:
        return bool(flags & _CPU_FLAGS_WITH_BF16)
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False  # macOS on ARM: the Apple GPU is the fast path there
    # Windows and others: torch asks the CPU itself, through names that come and go with versions.
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        probe = getattr(torch.cpu, name, None)
        if probe is not None and bool(probe()):
            return True
    return False


def _cpu_flags(cpuinfo: Path) -> frozenset[str]:
    """Feature flags of the first processor that Linux lists; empty elsewhere."""
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip().lower() in ("flags", "features"):
            return frozenset(value.split())
    return frozenset()
