# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Device and precision by name, on machines that have them and machines that do not."""

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.inference import device as module
from anyview.inference.device import choose_device, choose_dtype, cpu_multiplies_bfloat16

CPU, CUDA, MPS = torch.device("cpu"), torch.device("cuda"), torch.device("mps")


def pretend(monkeypatch, *, cuda: bool = False, mps: bool = False) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2 if cuda else 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_auto_takes_the_fastest_that_is_there(monkeypatch, cuda, mps, expected):
    pretend(monkeypatch, cuda=cuda, mps=mps)
    assert choose_device("auto").type == expected
    assert choose_device().type == expected


def test_named_devices(monkeypatch):
    pretend(monkeypatch, cuda=True, mps=True)
    assert choose_device("cuda:1") == torch.device("cuda:1")
    assert choose_device(torch.device("cpu")) == CPU
    assert choose_device("mps") == MPS


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cuda", ["'cuda'", "device='auto'"]),
        ("mps", ["'mps'", "device='auto'"]),
        ("meta", ["'meta'", "not supported"]),
        ("gpu", ["'gpu'", "'auto'", "'cuda'"]),
    ],
)
def test_absent_devices_say_what_to_do(monkeypatch, name, words):
    pretend(monkeypatch)
    with pytest.raises(OptionError) as caught:
        choose_device(name)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("build", "words"), [(None, "built without CUDA"), ("12.6", "no working NVIDIA GPU")]
)
def test_absent_cuda_names_the_cause(monkeypatch, build, words):
    pretend(monkeypatch)
    monkeypatch.setattr(torch.version, "cuda", build)
    with pytest.raises(OptionError, match=words):
        choose_device("cuda")


def test_cuda_index_out_of_range(monkeypatch):
    pretend(monkeypatch, cuda=True)
    with pytest.raises(OptionError, match="2 CUDA devices"):
        choose_device("cuda:2")


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float16)])
def test_auto_precision_on_cuda(monkeypatch, native, expected):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: native)
    assert choose_dtype("auto", CUDA) == expected


@pytest.mark.parametrize(("native", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_auto_precision_on_cpu_follows_its_instructions(monkeypatch, native, expected):
    monkeypatch.setattr(module, "cpu_multiplies_bfloat16", lambda: native)
    assert choose_dtype("auto", CPU) == expected
    assert choose_dtype("auto", MPS) == torch.float32


def test_named_precisions():
    assert choose_dtype("bfloat16", CPU) == torch.bfloat16
    assert choose_dtype(torch.float32, CUDA) == torch.float32
    assert choose_dtype("float16", CUDA) == torch.float16


@pytest.mark.parametrize("name", ["half", "int8", torch.float64, torch.int8])
def test_unknown_precisions_are_refused(name):
    with pytest.raises(OptionError, match=r"use 'auto', float32, bfloat16, float16"):
        choose_dtype(name, CPU)


def test_float16_on_cpu_is_refused():
    with pytest.raises(OptionError, match="far slower"):
        choose_dtype("float16", CPU)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("flags\t\t: fpu sse avx512f avx512_bf16", True),
        ("flags\t\t: fpu amx_bf16 amx_tile", True),
        ("Features\t: fp asimd bf16 i8mm", True),
        ("flags\t\t: fpu sse avx512f avx512_vnni", False),
        ("Features\t: fp asimd", False),
    ],
)
def test_bfloat16_instructions_are_read_from_cpuinfo(monkeypatch, tmp_path, line, expected):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\n{line}\nprocessor\t: 1\nflags\t: nothing\n")
    flags = module._cpu_flags(cpuinfo)
    monkeypatch.setattr(module, "_cpu_flags", lambda path: flags)
    assert cpu_multiplies_bfloat16() is expected


@pytest.mark.parametrize("supported", [True, False])
def test_bfloat16_instructions_without_cpuinfo(monkeypatch, tmp_path, supported):
    assert module._cpu_flags(tmp_path / "absent") == frozenset()
    monkeypatch.setattr(module, "_cpu_flags", lambda path: frozenset())
    monkeypatch.setattr(module.platform, "machine", lambda: "AMD64")
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: supported, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False, raising=False)
    assert cpu_multiplies_bfloat16() is supported
    monkeypatch.setattr(module.platform, "machine", lambda: "arm64")
    assert cpu_multiplies_bfloat16() is False
