# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Conversion to our format: strict about tensors, and never running what a pickle contains."""

import collections
import json
import pickle
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from anyview.core.errors import CheckpointError, CheckpointMismatchError, OptionError
from anyview.model.build import build
from anyview.model.checkpoint import load_checkpoint, save_checkpoint
from anyview.model.convert import convert, read_pickle
from anyview.model.published_state import to_published
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant


@pytest.fixture(scope="module")
def nano():
    return build(VARIANTS["nano"].config, seed=5)


@pytest.fixture(scope="module")
def published(nano):
    return {k: v.contiguous() for k, v in to_published(nano.state_dict()).items()}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "out.safetensors"


def assert_converted(target, network, info):
    loaded = load_checkpoint(target)
    expected = network.state_dict()
    assert all(torch.equal(v, expected[k]) for k, v in loaded.network.state_dict().items())
    assert loaded.info == info
    assert info.file.layout == "anyview"
    assert info.file.path == target


def test_published_folder(tmp_path, target, nano, published):
    folder = tmp_path / "published"
    folder.mkdir()
    extra = {"model.head.scratch.output_conv2_aux.1.5.bias": torch.zeros(7)}
    save_file({**published, **extra}, folder / "model.safetensors")
    info = convert(folder, target, notes="from elsewhere")
    assert_converted(target, nano, info)
    assert (info.name, info.notes) == ("nano", "from elsewhere")
    assert info.file.parameters == VARIANTS["nano"].parameters


@pytest.mark.parametrize(("wrap", "zipped"), [(None, True), ("state_dict", False), ("model", True)])
def test_pickles_of_tensors(tmp_path, target, nano, published, wrap, zipped):
    path = tmp_path / "weights.pth"
    content = published if wrap is None else {wrap: published, "epoch": 3}
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    assert_converted(target, nano, convert(path, target))


def test_a_pickle_with_our_own_keys_needs_the_variant(tmp_path, target, nano):
    path = tmp_path / "weights.ckpt"
    torch.save({"state_dict": nano.state_dict()}, path)
    with pytest.raises(CheckpointError, match="neither"):
        convert(path, target)
    assert_converted(target, nano, convert(path, target, variant="nano"))


def test_a_pickle_is_recognised_by_the_config_beside_it(tmp_path, target):
    mono = build(VARIANTS["nano-mono"].config)
    torch.save(to_published(mono.state_dict()), tmp_path / "weights.bin")
    with pytest.raises(CheckpointError, match=r"--variant nano-mono"):
        convert(tmp_path / "weights.bin", target)
    (tmp_path / "config.json").write_text(json.dumps({"model_name": "nano-metric"}))
    assert convert(tmp_path / "weights.bin", target).metric == "canonical"


class RunsCode:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("name", ["evil.pt", "evil.safetensors"])
@pytest.mark.parametrize("plain", [True, False])
def test_a_pickle_that_holds_code_is_refused_and_not_run(tmp_path, target, name, plain):
    witness, path = tmp_path / "witness", tmp_path / name
    content = {"a": torch.zeros(2), "b": RunsCode(witness)}
    if plain:
        path.write_bytes(pickle.dumps({"b": RunsCode(witness)}, protocol=2))
    else:
        torch.save(content, path)
    with pytest.raises(CheckpointError, match=r"refused: it wants to run \w*\.?open ") as caught:
        convert(path, target)
    assert "\n" not in str(caught.value)
    assert not witness.exists()
    assert not target.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 nonsense", b"\x80\x02nonsense", b"text", b"\x80\x02}q\x00."]
)
def test_what_is_no_pickle_of_tensors_is_refused(tmp_path, content):
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"weights\.pt") as caught:
        read_pickle(path)
    assert "\n" not in str(caught.value)


def test_a_pickle_of_other_things_is_refused(tmp_path):
    path = tmp_path / "weights.pt"
    for content in ([1, 2], {"a": 1}, {"state_dict": {"a": 3}}, collections.OrderedDict()):
        torch.save(content, path)
        with pytest.raises(CheckpointError, match="tensors by name are expected"):
            read_pickle(path)
    with pytest.raises(CheckpointError, match="not a readable pickle"):
        read_pickle(tmp_path / "none.pt")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "keep"])
def test_precision(tmp_path, target, nano, dtype):
    source = tmp_path / "in.safetensors"
    save_checkpoint(source, nano, info_of_variant(VARIANTS["nano"]), dtype=torch.bfloat16)
    info = convert(source, target, dtype=dtype)
    assert info.file.dtype == ("bfloat16" if dtype == "keep" else dtype)


def test_converting_our_own_file_keeps_what_it_says(tmp_path, target, nano):
    own = replace(info_of_variant(VARIANTS["nano"]), name="mine", licence="MIT", notes="a note")
    source = tmp_path / "in.safetensors"
    save_checkpoint(source, nano, own)
    assert replace(convert(source, target), file=None) == own
    # Naming the variant writes down what the registry says now.
    again = convert(source, target, variant="nano", overwrite=True)
    assert replace(again, file=None) == replace(info_of_variant(VARIANTS["nano"]), notes="a note")
    convert(target, target, overwrite=True)
    assert_converted(target, nano, again)


def test_a_key_that_no_rule_covers_is_named(tmp_path, target, published):
    save_file({**published, "model.head.teacher": torch.zeros(1)}, tmp_path / "a.safetensors")
    with pytest.raises(CheckpointMismatchError, match=r"model\.head\.teacher"):
        convert(tmp_path / "a.safetensors", target)
    assert not target.exists()


def test_values_that_are_not_finite_are_refused(tmp_path, target, published):
    key = "model.cam_dec.fc_t.bias"
    save_file(
        {**published, key: torch.tensor([0.0, float("nan"), 1.0])}, tmp_path / "a.safetensors"
    )
    with pytest.raises(CheckpointError, match=r"not finite in: camera_decoder\.centre\.bias"):
        convert(tmp_path / "a.safetensors", target)


def test_options_are_checked_before_anything_is_read(tmp_path, target):
    missing = tmp_path / "none.safetensors"
    with pytest.raises(OptionError, match=r"'float8'.*Accepted: keep, float32, float16, bfloat16"):
        convert(missing, target, dtype="float8")
    with pytest.raises(OptionError, match=r"'nnao'.*Accepted"):
        convert(missing, target, variant="nnao")
    target.write_text("mine")
    with pytest.raises(OptionError, match="exists"):
        convert(missing, target)
    assert target.read_text() == "mine"
    with pytest.raises(CheckpointError, match="no weights at"):
        convert(missing, target, overwrite=True)
