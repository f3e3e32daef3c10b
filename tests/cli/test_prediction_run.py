# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One scene: known cameras, licences, interruption, what is said of the result."""

import json
import shutil
import signal

import numpy as np
import pytest

from anyview.cli.prediction_run import Job, Run, check_inputs, load_predictor, plural, run_scene
from anyview.core.errors import InputError
from anyview.inference.options import InputOptions, PredictOptions
from anyview.model.build import build
from anyview.model.checkpoint import save_checkpoint
from anyview.model.registry import NON_COMMERCIAL, VARIANTS
from anyview.model.weights_info import info_of_variant

from .conftest import SMALL


def cameras_in(folder):
    with np.load(folder / "prediction.npz") as file:
        return file["extrinsics"], file["original_intrinsics"]


def test_cameras_as_json(cli, photos, camera_matrices, tmp_path):
    path = tmp_path / "known.json"
    path.write_text(json.dumps(camera_matrices))
    done = cli("predict", photos, "-o", tmp_path / "out", "-f", "npz", *SMALL, "--cameras", path)
    assert done.code == 0
    extrinsics, intrinsics = cameras_in(tmp_path / "out")
    np.testing.assert_allclose(extrinsics, camera_matrices["extrinsics"], atol=1e-6)
    np.testing.assert_allclose(intrinsics, camera_matrices["intrinsics"], rtol=1e-5)


@pytest.mark.parametrize("only", ["extrinsics", "intrinsics"])
def test_half_of_the_cameras_as_npz(cli, photos, camera_matrices, tmp_path, only):
    path = tmp_path / "known.npz"
    np.savez(path, **{only: np.array(camera_matrices[only])})
    done = cli("predict", photos, "-o", tmp_path / "out", "-f", "npz", *SMALL, "--cameras", path)
    assert done.code == 0
    found = dict(zip(("extrinsics", "intrinsics"), cameras_in(tmp_path / "out"), strict=True))
    np.testing.assert_allclose(found[only], camera_matrices[only], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["cameras.json", "prediction.npz"])
def test_our_own_files_are_cameras_too(cli, photos, saved, tmp_path, name):
    """What one run found another can be given, on the original images."""
    words = ["-o", tmp_path, "-f", "npz", *SMALL, "--cameras", saved / name]
    assert cli("predict", photos, *words).code == 0
    for given, found in zip(cameras_in(saved), cameras_in(tmp_path), strict=True):
        np.testing.assert_allclose(found, given, rtol=1e-4, atol=1e-5)


@pytest.fixture(scope="module")
def licensed(tmp_path_factory):
    """Weights with a licence that forbids commercial use."""
    path = tmp_path_factory.mktemp("licensed") / "weights.safetensors"
    info = info_of_variant(VARIANTS["nano"])
    save_checkpoint(
        path, build(info.config, seed=0), type(info)(**{**vars(info), "licence": NON_COMMERCIAL})
    )
    return path


@pytest.mark.parametrize("words", [[], ["-q"], ["--json"], ["--independent"]])
def test_a_licence_is_said_exactly_once(cli, photos, tmp_path, licensed, words):
    done = cli("predict", photos, "-o", tmp_path, "-f", "npz", *SMALL, "-m", licensed, *words)
    assert done.code == 0
    (line,) = done.remarks
    assert line.startswith(f"note: The weights of 'nano' are licensed {NON_COMMERCIAL}: not for")


@pytest.mark.parametrize("existing", [False, True])
def test_ctrl_c_while_writing(cli, photos, tmp_path, monkeypatch, existing):
    """The folder holds what it held before, whole."""
    out = tmp_path / "out"
    words = ("predict", photos, "-o", out, "-f", "npz", *SMALL)
    if existing:
        assert cli(*words).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*")}

    def interrupt(file, array, **_):
        file.write(b"half")
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(np.lib.format, "write_array", interrupt)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        done = cli(*words)
    finally:
        signal.signal(signal.SIGINT, handler)
    assert done.code == 130
    assert done.remarks[-1] == "error: interrupted"
    assert {path: path.read_bytes() for path in out.rglob("*")} == before
    assert out.exists() == existing


def test_a_loaded_model_is_used_again(photos, tmp_path):
    job = Job((str(photos),), tmp_path / "a", "nano", "npz", predict_options=PredictOptions(56))
    predictor = load_predictor(job)
    again = Job((str(photos),), tmp_path / "b", "nosuch", "npz", predict_options=PredictOptions(56))
    runs = [run_scene(job), run_scene(again, predictor=predictor)]
    with (
        np.load(tmp_path / "a" / "prediction.npz") as a,
        np.load(tmp_path / "b" / "prediction.npz") as b,
    ):
        np.testing.assert_array_equal(a["depth"], b["depth"])
    assert all(isinstance(run, Run) and run.exit_code == 0 for run in runs)


def test_inputs_are_looked_for_before_a_model_is_loaded(photos, tmp_path, monkeypatch):
    monkeypatch.setattr("anyview.api.load", lambda *_, **__: pytest.fail("loads a model"))
    job = Job((str(photos), str(tmp_path / "nosuch")), tmp_path / "out")
    with pytest.raises(InputError, match="nosuch: no such file or folder"):
        run_scene(job)
    check_inputs(Job(job.inputs, job.output, input_options=InputOptions(on_error="skip")))


def test_an_input_that_is_not_there_can_be_skipped(cli, photos, tmp_path):
    words = ["-o", tmp_path, "-f", "npz", *SMALL, "--on-error", "skip"]
    done = cli("predict", photos, tmp_path / "nosuch.jpg", *words)
    assert done.code == 8
    assert done.remarks == [f"skipped: {tmp_path / 'nosuch.jpg'}: no such file or folder."]


def test_results_of_an_earlier_run_are_replaced_and_others_kept(cli, photos, saved, tmp_path):
    out = shutil.copytree(saved, tmp_path / "out")
    (out / "notes.txt").write_text("mine")
    assert cli("predict", photos / "0.png", "-o", out, "-f", "npz", *SMALL).code == 0
    with np.load(out / "prediction.npz") as file:
        assert len(file["names"]) == 1
    assert (out / "notes.txt").read_text() == "mine"


def test_counts_in_words():
    assert [plural(count, "view") for count in (0, 1, 2)] == ["0 views", "1 view", "2 views"]
