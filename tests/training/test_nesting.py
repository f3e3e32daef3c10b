# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import anyview
from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.checkpoint import load_checkpoint, save_checkpoint
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.training.nesting import nest


def _saved(folder: Path, variant: str, *, seed: int = 1, dtype=torch.float16, **changes: str):
    info = replace(info_of_variant(VARIANTS[variant]), **changes)
    path = folder / f"{variant}-{seed}.safetensors"
    save_checkpoint(path, build(info.config, seed=seed), info, dtype=dtype)
    return path


def test_the_nested_file_loads_and_predicts_metres(tmp_path):
    any_view, metric = _saved(tmp_path, "nano"), _saved(tmp_path, "nano-metric", seed=2)
    info = nest(any_view, metric, tmp_path / "both.safetensors")
    assert (info.name, info.metric) == ("nested-nano-nano-metric", "nested")
    assert info.file is not None
    assert info.file.dtype == "float16"
    predictor = anyview.load(tmp_path / "both.safetensors", device="cpu")
    both = predictor.network.state_dict()
    for prefix, path in (("any_view.", any_view), ("metric.", metric)):
        own = load_checkpoint(path).network.state_dict()
        assert {k.removeprefix(prefix) for k in both if k.startswith(prefix)} == set(own)
        assert all(torch.equal(both[prefix + k], v) for k, v in own.items())
    images = torch.randint(0, 256, (2, 3, 42, 56), dtype=torch.uint8)
    prediction = predictor.predict(images, options={"resolution": 56})
    assert prediction.is_metric
    assert prediction.sky is not None
    assert prediction.extrinsics is not None


def test_the_stricter_licence_and_the_wider_numbers_win(tmp_path):
    any_view = _saved(tmp_path, "nano", licence="CC-BY-NC-4.0")
    metric = _saved(tmp_path, "nano-metric", dtype=torch.float32)
    info = nest(any_view, metric, tmp_path / "both.safetensors", name="mine")
    assert (info.name, info.licence) == ("mine", "CC-BY-NC-4.0")
    assert info.file is not None
    assert info.file.dtype == "float32"


def test_refuses_models_of_the_wrong_kind_and_files_that_are_there(tmp_path):
    any_view, metric = _saved(tmp_path, "nano"), _saved(tmp_path, "nano-metric")
    mono, target = _saved(tmp_path, "nano-mono"), tmp_path / "both.safetensors"
    with pytest.raises(OptionError, match=r"no metric model.*relative"):
        nest(any_view, mono, target)
    with pytest.raises(OptionError, match="no any-view model"):
        nest(metric, metric, target)
    assert not target.exists()
    nest(any_view, metric, target)
    with pytest.raises(OptionError, match="exists"):
        nest(any_view, metric, target)
    nest(any_view, metric, target, overwrite=True)
