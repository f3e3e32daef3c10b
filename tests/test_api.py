# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The public functions, as a user calls them."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

import anyview
from anyview.api import predict_independent
from anyview.core.errors import CheckpointError, InputError, OptionError
from anyview.inference.run_record import RunSettings
from tests.fusion.ball import ball_prediction

OPTIONS = {"resolution": 56}


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(3):
        v, u = np.mgrid[0:60, 0:80]
        wave = 128 + 90 * np.sin(u / (5 + index)) * np.cos(v / (9 - index))
        pixels = wave[..., None] + rng.normal(0, 9, (60, 80, 3))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{index}.png")
    return folder


def test_build_repeats_for_a_seed(photos):
    one, two, other = (anyview.build("nano", device="cpu", seed=s) for s in (5, 5, 6))
    results = [p.predict(photos, options=OPTIONS).depth for p in (one, two, other)]
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])
    assert isinstance(one, anyview.Predictor)


def test_build_takes_no_flag():
    predictor = anyview.build("nano")
    assert predictor.device.type in ("cpu", "cuda", "mps")


def test_network_is_a_module(photos):
    predictor = anyview.build("nano", device="cpu")
    output = predictor.network(torch.zeros(2, 3, 3, 28, 42))
    assert output.depth.shape == (2, 3, 28, 42)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"variant": "enormous"}, "enormous"),
        ({"variant": "nano", "device": "abacus"}, "abacus"),
        ({"variant": "nano", "dtype": "int4"}, "int4"),
    ],
)
def test_build_refuses_what_is_unknown(arguments, words):
    with pytest.raises(OptionError, match=words):
        anyview.build(**arguments)


def test_bundled_model_predicts_and_round_trips(photos, tmp_path):
    """The first command of a newcomer: load, predict, export, load again, export again."""
    predictor = anyview.load(device="cpu")
    assert predictor.info.name == "tiny"
    prediction = predictor.predict(photos, options=OPTIONS)
    assert len(prediction) == 3
    assert len(prediction.provenance["weights"]["sha256"]) == 64
    files = anyview.export_prediction(prediction, tmp_path / "out", "npz,glb")
    assert all(path.is_file() and path.stat().st_size for path in files)
    again = anyview.load_prediction(tmp_path / "out")
    for name, value in prediction.numpy().items():
        assert np.array_equal(value, again.numpy()[name]), name
    assert again.provenance == prediction.provenance
    assert again.scale_note == prediction.scale_note
    second = anyview.export_prediction(again, tmp_path / "again", ["glb"])
    glb = next(path for path in files if path.suffix == ".glb")
    assert second[0].read_bytes() == glb.read_bytes()


def test_padding_survives_the_round_trip(photos, tmp_path):
    Image.fromarray(np.full((80, 60, 3), 99, dtype=np.uint8)).save(photos / "upright.png")
    prediction = anyview.build("nano", device="cpu").predict(photos, options=OPTIONS)
    assert prediction.valid is not None
    anyview.export_prediction(prediction, tmp_path, "npz")
    again = anyview.load_prediction(tmp_path / "prediction.npz")
    assert torch.equal(again.valid, prediction.valid)


def test_load_a_file_that_was_saved(photos, tmp_path):
    from anyview.model.checkpoint import save_checkpoint

    built = anyview.build("nano", device="cpu", seed=9)
    save_checkpoint(tmp_path / "mine.safetensors", built.network, built.info)
    loaded = anyview.load(tmp_path / "mine.safetensors", device="cpu")
    expected = built.predict(photos, options=OPTIONS)
    assert torch.equal(loaded.predict(photos, options=OPTIONS).depth, expected.depth)


def test_load_refuses_what_is_not_there(tmp_path):
    with pytest.raises((CheckpointError, OptionError)):
        anyview.load(tmp_path / "absent.safetensors")


def test_predict_in_one_call(photos):
    result = anyview.predict(photos, options=OPTIONS, device="cpu")
    assert result.provenance["model"] == "tiny"
    with pytest.raises(OptionError, match="resolutoin"):
        anyview.predict(photos, options={"resolutoin": 56})


def test_export_defaults_to_all_that_is_there(photos, tmp_path):
    relative = anyview.build("nano", device="cpu").predict(photos, options=OPTIONS)
    names = {path.name for path in anyview.export_prediction(relative, tmp_path / "any-view")}
    assert {"prediction.npz", "scene.glb", "points.ply", "cameras.json"} <= names
    single = anyview.build("nano-mono", device="cpu").predict(photos, options=OPTIONS)
    names = {path.name for path in anyview.export_prediction(single, tmp_path / "mono")}
    assert "prediction.npz" in names
    assert "cameras.json" not in names


def test_load_prediction_says_what_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"prediction\.npz"):
        anyview.load_prediction(tmp_path)


def test_independent_images_with_any_format(photos, tmp_path):
    predictor = anyview.build("nano", device="cpu")
    settings = RunSettings(predict=anyview.PredictOptions(resolution=56), batch_size=2)
    report = predict_independent(
        predictor, photos, tmp_path / "out", formats="npz,depth-png", settings=settings
    )
    assert report.progress.done == 3
    for index in range(3):
        folder = tmp_path / "out" / str(index)
        assert anyview.load_prediction(folder).depth.shape == (1, 42, 56)
        assert list(folder.glob("depth/*.png"))
    again = predict_independent(
        predictor, photos, tmp_path / "out", formats="npz,depth-png", settings=settings
    )
    assert again.progress.skipped == 3
    with pytest.raises(OptionError, match="write"):
        predict_independent(predictor, photos, tmp_path / "out", formats="npz", settings=settings)


def test_a_prediction_becomes_a_mesh(tmp_path):
    prediction = ball_prediction(6)
    mesh = anyview.fuse(prediction, {"voxel_size": 0.1, "edge_threshold": 0.2})
    assert mesh.vertices.norm(dim=-1).mean() == pytest.approx(1, abs=0.02)
    assert anyview.save_mesh(mesh, tmp_path / "ball.ply").stat().st_size > 1000
    with pytest.raises(OptionError, match="voxel_size"):
        anyview.fuse(prediction, {"voxelsize": 0.1})


def test_importing_the_package_imports_nothing_heavy():
    code = "import anyview, sys; sys.exit(any(m in sys.modules for m in ('torch', 'numpy', 'PIL')))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_name_is_there():
    import types

    for name in anyview.__all__:
        # A public name that is also a sub-package would become a module once that is imported.
        assert not isinstance(getattr(anyview, name), types.ModuleType), name
