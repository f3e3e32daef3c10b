# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview weights``: list, info, convert."""

import subprocess
import sys

import pytest
import torch

from anyview.assets import asset_path
from anyview.cli.weights import STORED_DTYPES
from anyview.model import convert
from anyview.model.build import build
from anyview.model.registry import NON_COMMERCIAL, VARIANTS, public_names

from .conftest import SMALL


def test_list_is_readable_at_80_columns(cli):
    done = cli("weights", "list")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "* not for commercial use"
    assert [line.split()[0] for line in lines[1:-2:2]] == public_names()
    for name, line, gives in zip(public_names(), lines[1:-2:2], lines[2:-2:2], strict=True):
        variant = next(v for v in VARIANTS.values() if name in (v.name, *v.revisions))
        assert f" {variant.licence}{' ' if variant.commercial_use else ' * '} " in line
        assert gives.strip() == ", ".join(variant.capabilities)


def test_list_as_json(cli):
    rows = cli("weights", "list", "--json").document
    assert [row["name"] for row in rows] == public_names()
    assert rows[0]["where"] == "bundled"
    assert rows[0]["path"] == str(asset_path("tiny.safetensors"))


def test_info(cli):
    done = cli("weights", "info", "tiny")
    facts = dict(line.split("  ", 1) for line in done.out.splitlines())
    assert facts["licence"].strip() == "Apache-2.0"
    assert facts["gives"].strip() == "depth, conf, cameras, rays"
    document = cli("weights", "info", "tiny", "--json").document
    assert document["name"] == "tiny"
    assert len(document["sha256"]) == 64


def test_list_and_info_need_no_torch():
    code = (
        "import sys; from anyview.cli.main import run; "
        "codes = [run(['weights', 'list']), run(['weights', 'info', 'tiny'])]; "
        "sys.exit(any(codes) or 'torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.fixture
def pickled(tmp_path):
    path = tmp_path / "nano.pt"
    torch.save(build(VARIANTS["nano"].config, seed=0).state_dict(), path)
    return path


def test_the_way_out_of_a_refused_pickle(cli, photos, pickled, tmp_path):
    """What the refusal advises works."""
    target = tmp_path / "nano.safetensors"
    refused = cli("predict", photos, "-o", tmp_path / "out", *SMALL[2:], "-m", pickled)
    assert refused.code == 4
    assert f"anyview weights convert {pickled} {target.name}" in refused.error
    done = cli("weights", "convert", pickled, target, "--variant", "nano")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{target}  nano, 1 MB, licence ")
    words = ["-o", tmp_path / "out", "-f", "npz", *SMALL[2:], "-m", target]
    assert cli("predict", photos, *words).code == 0


def test_converting_again(cli, pickled, tmp_path):
    target = tmp_path / "nano.safetensors"
    words = ("weights", "convert", pickled, target, "--variant", "nano")
    assert cli(*words).code == 0
    before = target.read_bytes()
    done = cli(*words, "--dtype", "float16")
    assert done.code == 2
    assert "exists" in done.error
    assert target.read_bytes() == before
    document = cli(*words, "--dtype", "float16", "--overwrite", "--json").document
    assert document["stored as"] == "float16"
    assert document["file"] == str(target)


def test_a_licence_is_said_when_weights_are_converted(cli, tmp_path, monkeypatch):
    from dataclasses import replace

    variant = replace(VARIANTS["nano"], licence=NON_COMMERCIAL)
    monkeypatch.setattr(convert, "find_variant", lambda name: variant)
    pickled = tmp_path / "nano.pt"
    torch.save(build(variant.config, seed=0).state_dict(), pickled)
    done = cli("weights", "convert", pickled, tmp_path / "w.safetensors", "--variant", "nano")
    assert done.code == 0
    (line,) = done.remarks
    assert "not for commercial use" in line


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["nosuch.pt", "w.safetensors"], 4, "nosuch.pt"),
        (["garbage.pt", "w.safetensors"], 4, "garbage.pt"),
        (["nano.pt", "w.safetensors", "--variant", "nosuch"], 2, "Unknown model 'nosuch'"),
        (["nano.pt", "w.safetensors", "--variant", "tiny"], 4, "does not fit the network"),
        (["nano.pt", "w.bin", "--variant", "nano"], 2, "must end in"),
        (["nano.pt", "garbage.pt/w.safetensors", "--variant", "nano"], 7, "is a file"),
    ],
)
def test_bad_input(cli, pickled, tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "garbage.pt").write_bytes(b"no pickle" * 10)
    before = sorted(tmp_path.rglob("*"))
    done = cli("weights", "convert", *words)
    assert (done.code, done.out) == (code, "")
    assert message in done.error
    assert sorted(tmp_path.rglob("*")) == before


def test_names_of_dtypes_are_those_of_the_converter():
    assert tuple(convert.STORED_DTYPES) == STORED_DTYPES
