# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which file a path means and what is in it."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from anyview.assets import asset_path
from anyview.core.errors import CheckpointError
from anyview.model.build import build
from anyview.model.checkpoint import save_checkpoint
from anyview.model.published_state import to_published
from anyview.model.registry import VARIANTS, find_variant
from anyview.model.weights_files import inspect, locate, read_model_name
from anyview.model.weights_info import info_of_variant


@pytest.fixture(scope="module")
def mono():
    return build(VARIANTS["nano-mono"].config)


def publish(folder, network, name="model.safetensors", config=None):
    folder.mkdir(exist_ok=True)
    save_file(
        {k: v.contiguous() for k, v in to_published(network.state_dict()).items()}, folder / name
    )
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_published_folder(tmp_path, mono):
    folder = publish(tmp_path / "m", mono, config={"model_name": "nano-metric", "config": {"a": 1}})
    for path in (folder, str(folder), folder / "model.safetensors"):
        info = inspect(path)
        assert (info.name, info.metric) == ("nano-metric", "canonical")
        assert info.file.layout == "published"
        assert info.file.path == folder / "model.safetensors"
        assert info.file.parameters == VARIANTS["nano-mono"].parameters
        assert info.file.size_bytes == (folder / "model.safetensors").stat().st_size
        assert info.file.dtype == "float32"


def test_published_folder_without_config(tmp_path, mono):
    folder = publish(tmp_path / "m", mono)
    with pytest.raises(CheckpointError, match="differ in the unit of depth"):
        inspect(folder)
    assert inspect(folder, variant=find_variant("nano-mono")).metric == "relative"


def test_own_file(tmp_path, mono):
    info = info_of_variant(VARIANTS["nano-mono"])
    save_checkpoint(tmp_path / "a.safetensors", mono, info, dtype=torch.bfloat16)
    found = inspect(tmp_path)
    assert found.file.layout == "anyview"
    assert found.file.dtype == "bfloat16"
    assert (found.name, found.config, found.licence) == (info.name, info.config, info.licence)
    with pytest.raises(CheckpointError, match="should be 'nano-metric', but it is 'nano-mono'"):
        inspect(tmp_path, variant=find_variant("nano-metric"))


def test_a_config_beside_several_files_belongs_to_model_safetensors_only(tmp_path, mono):
    folder = publish(tmp_path, mono, "x.safetensors", {"model_name": "nano-metric"})
    assert locate(folder / "x.safetensors") == (folder / "x.safetensors", folder / "config.json")
    publish(tmp_path, mono, "y.safetensors")
    assert locate(folder / "x.safetensors") == (folder / "x.safetensors", None)
    with pytest.raises(CheckpointError, match=r"several.*x\.safetensors, y\.safetensors"):
        locate(folder)
    publish(tmp_path, mono)
    assert locate(folder) == (folder / "model.safetensors", folder / "config.json")


def test_folders_without_weights(tmp_path):
    with pytest.raises(CheckpointError, match="no weights at"):
        locate(tmp_path / "none")
    with pytest.raises(CheckpointError, match="holds no safetensors file"):
        locate(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"PK\x03\x04")
    with pytest.raises(CheckpointError, match="anyview weights convert"):
        locate(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "", "[" * 100_000])
def test_broken_config(tmp_path, mono, content):
    folder = publish(tmp_path / "m", mono)
    (folder / "config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"config\.json is not"):
        inspect(folder)


def test_model_name_may_be_absent(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"backbone": {}, "model_name": 3}')
    assert read_model_name(path) is None
    with pytest.raises(CheckpointError, match="Cannot read"):
        read_model_name(tmp_path / "none.json")


def test_bad_metadata_names_the_file(tmp_path):
    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors", metadata={"anyview": "{"})
    with pytest.raises(CheckpointError, match=r"Cannot use .*a\.safetensors: .*not JSON"):
        inspect(tmp_path / "a.safetensors")


def test_inspecting_needs_no_torch():
    code = (
        "import sys; from anyview.model.weights_files import inspect; "
        f"assert inspect({str(asset_path('tiny.safetensors'))!r}).name == 'tiny'; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
