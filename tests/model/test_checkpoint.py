# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Networks to files and back, strictly."""

import json
import logging
import os
import stat
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from anyview.core.errors import CheckpointError, CheckpointMismatchError, OptionError, OutputError
from anyview.model.build import build
from anyview.model.checkpoint import (
    load_checkpoint,
    load_model,
    read_tensors,
    save_checkpoint,
    write_state,
)
from anyview.model.published_state import to_published
from anyview.model.registry import NON_COMMERCIAL, VARIANTS
from anyview.model.weights_files import inspect
from anyview.model.weights_info import METADATA_KEY, info_of_variant, info_to_metadata

INFO = replace(info_of_variant(VARIANTS["nano"]), name="mine", notes="a note")


@pytest.fixture(scope="module")
def nano():
    return build(VARIANTS["nano"].config, seed=3)


@pytest.fixture
def saved(tmp_path, nano):
    path = tmp_path / "nano.safetensors"
    save_checkpoint(path, nano, INFO)
    return path


def assert_same_state(network, expected):
    state = network.state_dict()
    assert state.keys() == expected.keys()
    assert all(torch.equal(state[k], expected[k]) for k in expected)


def test_round_trip_is_exact(saved, nano):
    loaded = load_checkpoint(saved)
    assert_same_state(loaded.network, nano.state_dict())
    assert replace(loaded.info, file=None) == INFO
    assert loaded.info.file.path == saved
    assert not loaded.network.training
    assert not any(p.requires_grad for p in loaded.network.parameters())


@pytest.mark.parametrize("name", ["nano-mono", "nano-gaussians", "nano-nested"])
def test_round_trip_of_every_kind(tmp_path, name):
    network = build(VARIANTS[name].config, seed=1)
    save_checkpoint(tmp_path / "a.safetensors", network, info_of_variant(VARIANTS[name]))
    loaded = load_checkpoint(tmp_path / "a.safetensors")
    assert_same_state(loaded.network, network.state_dict())
    assert loaded.info.config == VARIANTS[name].config


def test_a_loaded_network_predicts_what_the_saved_one_does(saved, nano):
    images = torch.randn(1, 2, 3, 28, 42, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before, after = nano(images), load_checkpoint(saved).network(images)
    assert torch.equal(before.depth, after.depth)
    assert torch.equal(before.extrinsics, after.extrinsics)


def test_equal_weights_give_equal_bytes(saved, nano, tmp_path):
    save_checkpoint(tmp_path / "again.safetensors", nano, INFO)
    assert (tmp_path / "again.safetensors").read_bytes() == saved.read_bytes()


def test_other_programs_can_read_our_files(saved, nano):
    assert load_file(saved).keys() == nano.state_dict().keys()
    with safe_open(saved, framework="pt") as file:
        assert json.loads(file.metadata()[METADATA_KEY])["name"] == "mine"


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_become_float32(tmp_path, nano, dtype):
    path = tmp_path / "half.safetensors"
    state = {k: v.to(dtype) for k, v in nano.state_dict().items()}
    if dtype == torch.float64:  # foreign writers only: ours has no such precision
        save_file(state, path, metadata=info_to_metadata(INFO))
    else:
        save_checkpoint(path, nano, INFO, dtype=dtype)
    assert inspect(path).file.dtype == str(dtype).removeprefix("torch.")
    loaded = load_checkpoint(path).network
    assert all(p.dtype == torch.float32 for p in loaded.parameters())
    assert_same_state(loaded, {k: v.float() for k, v in state.items()})


def test_changing_a_loaded_network_leaves_the_file_alone(saved):
    before = saved.read_bytes()
    network = load_checkpoint(saved).network
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1)
    assert saved.read_bytes() == before
    save_checkpoint(saved, network, INFO)  # over the file that is mapped
    assert_same_state(load_checkpoint(saved).network, network.state_dict())


def test_everything_that_does_not_fit_is_named_at_once(tmp_path, nano):
    state = dict(nano.state_dict())
    del state["backbone.class_token"], state["head.ray_out.norm.bias"]
    state["head.extra"] = torch.zeros(2)
    state["backbone.final_norm.bias"] = torch.zeros(33)
    state["backbone.final_norm.weight"] = torch.zeros(32, dtype=torch.int64)
    path = tmp_path / "a.safetensors"
    save_file(state, path, metadata=info_to_metadata(INFO))
    with pytest.raises(CheckpointMismatchError) as caught:
        load_checkpoint(path)
    assert caught.value.missing == ["backbone.class_token", "head.ray_out.norm.bias"]
    assert caught.value.unexpected == ["head.extra"]
    assert caught.value.wrong_shape == [
        "backbone.final_norm.bias is (33,), expected (32,)",
        "backbone.final_norm.weight holds torch.int64, expected floats",
    ]
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("keep", [0, 7, 100, 0.5, -1])
def test_a_file_cut_short_is_refused_in_one_line(saved, keep):
    content = saved.read_bytes()
    end = int(len(content) * keep) if isinstance(keep, float) else keep
    saved.write_bytes(content[:end])
    with pytest.raises(CheckpointError, match="cut short") as caught:
        load_checkpoint(saved)
    assert "\n" not in str(caught.value)


def test_offsets_that_lie_are_refused(saved):
    content = saved.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["backbone.class_token"]["data_offsets"][0] += 4
    text = json.dumps(header).encode()
    saved.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])
    with pytest.raises(CheckpointError, match="is damaged"):
        load_checkpoint(saved)


def test_published_files_load_exactly(tmp_path, nano):
    published = {k: v.contiguous() for k, v in to_published(nano.state_dict()).items()}
    published["model.head.scratch.output_conv1_aux.0.0.bias"] = torch.zeros(8)
    save_file(published, tmp_path / "model.safetensors")
    loaded = load_checkpoint(tmp_path)
    assert_same_state(loaded.network, nano.state_dict())
    assert loaded.info.name == "nano"


def test_a_published_file_without_a_tensor_is_refused(tmp_path, nano):
    published = {k: v.contiguous() for k, v in to_published(nano.state_dict()).items()}
    del published["model.cam_dec.fc_fov.0.bias"]
    save_file(published, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointMismatchError, match=r"missing \(1\): camera_decoder\.fov\.bias"):
        load_checkpoint(tmp_path)


def test_bundled_weights_are_those_of_the_registry():
    loaded = load_model("tiny")
    variant = VARIANTS["tiny"]
    assert replace(loaded.info, file=None, notes="") == info_of_variant(variant)
    assert loaded.info.notes
    assert loaded.info.file.dtype == "float16"
    assert loaded.info.file.parameters == variant.parameters
    with torch.inference_mode():
        near = torch.zeros(1, 1, 3, 84, 112)
        far = torch.randn(1, 1, 3, 84, 112, generator=torch.Generator().manual_seed(0))
        depths = [loaded.network(images).depth for images in (near, far)]
    assert all(bool(d.isfinite().all()) and 0.05 < d.mean() < 20 for d in depths)
    assert (depths[0] - depths[1]).abs().mean() > 0.01  # it looks at its input


def test_test_variants_have_seeded_random_weights_and_say_so(caplog):
    with caplog.at_level(logging.WARNING, logger="anyview"):
        loaded = load_model("nano", seed=3)
    assert "random" in caplog.text
    assert loaded.info.file is None
    assert_same_state(loaded.network, build(VARIANTS["nano"].config, seed=3).state_dict())


def test_a_non_commercial_licence_is_said_once(tmp_path, nano, caplog):
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, nano, replace(INFO, licence=NON_COMMERCIAL))
    with caplog.at_level(logging.INFO):
        loaded = load_model(path)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "not for commercial use" in caplog.records[0].getMessage()
    assert caplog.records[0].name == "anyview.model.checkpoint"
    assert loaded.info.licence_notice == caplog.records[0].getMessage()


def test_a_permissive_licence_is_not_mentioned(saved, caplog):
    with caplog.at_level(logging.INFO):
        load_checkpoint(saved)
    assert not caplog.records


def test_saving_refuses_other_names_and_configs(tmp_path, nano):
    with pytest.raises(OptionError, match="must end in"):
        save_checkpoint(tmp_path / "a.pt", nano, INFO)
    with pytest.raises(OptionError, match="another config"):
        save_checkpoint(tmp_path / "a.safetensors", nano, info_of_variant(VARIANTS["nano-mono"]))
    assert not list(tmp_path.iterdir())


def test_saving_refuses_values_that_float16_cannot_hold(tmp_path, nano):
    path = tmp_path / "a.safetensors"
    state = {**nano.state_dict(), "backbone.class_token": torch.full((1, 1, 32), 1e5)}
    with pytest.raises(CheckpointError, match=r"too large for float16 in: backbone\.class_token\."):
        write_state(path, state, INFO, dtype=torch.float16)
    assert not path.exists()
    write_state(path, state, INFO, dtype=torch.bfloat16)


def test_saving_into_a_file_is_an_output_error(tmp_path, nano):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        save_checkpoint(tmp_path / "file" / "a.safetensors", nano, INFO)


def test_saved_files_have_the_usual_permissions_and_alignment(saved):
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o666 & ~mask
    assert (8 + int.from_bytes(saved.read_bytes()[:8], "little")) % 64 == 0


def test_read_tensors_refuses_what_is_no_file_of_tensors(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"\x08" + b"\0" * 7 + b"nonsense")
    with pytest.raises(CheckpointError, match="damaged"):
        read_tensors(path)


def test_non_contiguous_and_empty_tensors_are_written_right(tmp_path):
    state = {
        "a": torch.arange(6.0).reshape(2, 3).T,
        "b": torch.zeros(0, 3),
        "c": torch.tensor(2.5),
        "d": torch.arange(4.0)[::2],
    }
    write_state(tmp_path / "a.safetensors", state, INFO)
    back = load_file(tmp_path / "a.safetensors")
    assert all(torch.equal(back[k], state[k]) for k in state)
