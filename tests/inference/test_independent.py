# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Many images, each alone: equal to one at a time, resumable, never half-written."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.inference.engine import Predictor
from anyview.inference.independent import Progress, predict_independent
from anyview.inference.options import InputOptions, PredictOptions
from anyview.inference.run_record import RUN_FILE, RunSettings
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant

OPTIONS = PredictOptions(resolution=56)
SETTINGS = RunSettings(predict=OPTIONS, batch_size=2)


def predictor_of(name: str) -> Predictor:
    variant = VARIANTS[name]
    return Predictor(
        build(variant.config, seed=1), info_of_variant(variant), device="cpu", dtype="float32"
    )


NANO = predictor_of("nano")
METRIC = predictor_of("nano-metric")


def write(prediction, folder: Path) -> None:
    np.savez(folder / "result.npz", depth=prediction.depth.numpy())


def result_of(root: Path, name: str) -> torch.Tensor:
    with np.load(root / name / "result.npz") as file:
        return torch.from_numpy(file["depth"])


@pytest.fixture
def photos(tmp_path) -> list[tuple[Path, str]]:
    """Seven images in three shapes, in two folders."""
    rng = np.random.default_rng(0)
    files = []
    for index in range(7):
        height, width = [(60, 80), (80, 60), (60, 60)][index % 3]
        v, u = np.mgrid[0:height, 0:width]
        wave = 128 + 90 * np.sin(u / (5 + index)) * np.cos(v / (9 - index))
        pixels = wave[..., None] + rng.normal(0, 9, (height, width, 3))
        path = tmp_path / "in" / f"{index % 2}" / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path)
        files.append((path, f"{index % 2}/{index}.png"))
    return files


@pytest.mark.parametrize("predictor", [NANO, METRIC], ids=["nano", "metric"])
def test_equal_to_one_at_a_time(predictor, photos, tmp_path):
    progress: list[Progress] = []
    report = predict_independent(
        predictor, photos, tmp_path / "out", write, settings=SETTINGS, on_progress=progress.append
    )
    assert report.progress.done == 7
    assert report.progress.failed == report.progress.skipped == 0
    assert report.problems == ()
    for path, name in photos:
        alone = predictor.predict([path], options=OPTIONS).depth
        torch.testing.assert_close(result_of(tmp_path / "out", name), alone, rtol=1e-4, atol=0)
    assert progress[-1].done == 7
    assert progress[-1].images_per_second > 0
    assert [p.done for p in progress] == sorted(p.done for p in progress)
    assert not list((tmp_path / "out").glob(".partial*"))


def test_a_run_goes_on_where_it_stopped(photos, tmp_path):
    out = tmp_path / "out"
    written: list[str] = []

    def failing(prediction, folder):
        if len(written) == 3:
            raise OutputError("the disk is full")
        written.append(prediction.names[0])
        write(prediction, folder)

    with pytest.raises(OutputError, match="disk is full"):
        predict_independent(NANO, photos, out, failing, settings=SETTINGS)
    there = [name for _, name in photos if (out / name).exists()]
    assert 0 < len(there) < 7
    assert all((out / name / "result.npz").is_file() for name in there)
    assert not list(out.glob(".partial*"))
    times = {name: (out / name / "result.npz").stat().st_mtime_ns for name in there}

    report = predict_independent(NANO, photos, out, write, settings=SETTINGS)
    assert report.progress.skipped == len(there)
    assert report.progress.done == 7 - len(there)
    assert all((out / name / "result.npz").stat().st_mtime_ns == times[name] for name in there)
    assert all((out / name / "result.npz").is_file() for _, name in photos)


def test_bad_images_stop_the_run_or_are_skipped(photos, tmp_path):
    bad = tmp_path / "in" / "bad.jpg"
    bad.write_text("no picture")
    files = [*photos[:3], (bad, "bad.jpg"), *photos[3:]]
    with pytest.raises(InputError, match=r"bad\.jpg"):
        predict_independent(NANO, files, tmp_path / "stopped", write, settings=SETTINGS)
    problems: list[str] = []
    skipping = RunSettings(InputOptions(on_error="skip"), OPTIONS, batch_size=2)
    report = predict_independent(
        NANO, files, tmp_path / "skipped", write, settings=skipping, on_problem=problems.append
    )
    assert report.progress.failed == 1
    assert report.progress.done == 7
    assert "bad.jpg" in problems[0]
    assert report.problems == tuple(problems)
    assert not (tmp_path / "skipped" / "bad.jpg").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (RunSettings(predict=PredictOptions(resolution=70)), "predict"),
        (RunSettings(predict=OPTIONS, record={"formats": "glb"}), "write"),
    ],
)
def test_other_settings_do_not_mix(photos, tmp_path, settings, words):
    predict_independent(NANO, photos[:1], tmp_path / "out", write, settings=SETTINGS)
    with pytest.raises(OptionError, match=words):
        predict_independent(NANO, photos, tmp_path / "out", write, settings=settings)
    with pytest.raises(OptionError, match="model"):
        predict_independent(METRIC, photos, tmp_path / "out", write, settings=SETTINGS)


def test_batch_size_and_memory_may_change_between_runs(photos, tmp_path):
    predict_independent(NANO, photos[:1], tmp_path / "out", write, settings=SETTINGS)
    other = RunSettings(predict=PredictOptions(resolution=56, max_memory_gb=4.0), batch_size=5)
    report = predict_independent(NANO, photos, tmp_path / "out", write, settings=other)
    assert (report.progress.skipped, report.progress.done) == (1, 6)


def test_nothing_that_exists_is_replaced(photos, tmp_path):
    mine = tmp_path / "mine"
    (mine / "0").mkdir(parents=True)
    with pytest.raises(OutputError, match="not results of this program"):
        predict_independent(NANO, photos, mine, write, settings=SETTINGS)
    assert list(mine.iterdir()) == [mine / "0"]
    predict_independent(NANO, photos[:1], tmp_path / "out", write, settings=SETTINGS)
    fresh = RunSettings(predict=OPTIONS, resume=False)
    with pytest.raises(OutputError, match="holds results already"):
        predict_independent(NANO, photos, tmp_path / "out", write, settings=fresh)


def test_settings_are_kept_beside_the_results(photos, tmp_path):
    predict_independent(NANO, photos[:1], tmp_path / "out", write, settings=SETTINGS)
    record = json.loads((tmp_path / "out" / RUN_FILE).read_text())
    assert record["model"] == "nano"
    assert record["predict"]["resolution"] == 56
    (tmp_path / "out" / RUN_FILE).write_text("{")
    with pytest.raises(OutputError, match="cannot be read"):
        predict_independent(NANO, photos, tmp_path / "out", write, settings=SETTINGS)


def test_endless_lists_are_read_as_needed(photos, tmp_path):
    """No more than a few batches are taken from the list ahead of what is written."""
    taken: list[int] = []
    out = tmp_path / "out"

    def endless():
        for index in range(10**6):
            taken.append(index)
            yield photos[0][0], f"{index}.png"

    class Enough(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.done >= 4:
            raise Enough

    with pytest.raises(Enough):
        predict_independent(NANO, endless(), out, write, settings=SETTINGS, on_progress=stop)
    assert len(taken) < 40


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(OptionError, match="batch_size is 0"):
        RunSettings(batch_size=0)


def test_what_the_model_cannot_do_leaves_no_folder(photos, tmp_path):
    gaussians = RunSettings(predict=PredictOptions(gaussians=True))
    with pytest.raises(OptionError, match="no Gaussian head"):
        predict_independent(NANO, photos, tmp_path / "out", write, settings=gaussians)
    assert not (tmp_path / "out").exists()


def test_a_list_that_fails_leaves_no_folder(tmp_path):
    def listing():
        raise InputError("nothing matches")
        yield

    with pytest.raises(InputError, match="nothing matches"):
        predict_independent(NANO, listing(), tmp_path / "out", write, settings=SETTINGS)
    with pytest.raises(InputError, match="No images"):
        predict_independent(NANO, [], tmp_path / "out", write, settings=SETTINGS)
    assert not (tmp_path / "out").exists()


def test_known_focal_lengths_of_single_images(tmp_path):
    """EXIF decides image by image: those with a focal length become metric."""
    image = Image.fromarray(np.full((60, 80, 3), 90, dtype=np.uint8))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = 28  # 35 mm equivalent
    image.save(tmp_path / "with.jpg", exif=exif)
    image.save(tmp_path / "without.jpg")
    notes: dict[str, bool] = {}

    def note(prediction, folder):
        notes[prediction.names[0]] = prediction.is_metric

    predict_independent(
        METRIC,
        [(tmp_path / "with.jpg", "a"), (tmp_path / "without.jpg", "b")],
        tmp_path / "out",
        note,
        settings=RunSettings(predict=PredictOptions(resolution=56, focal="exif")),
    )
    assert notes == {"with": True, "without": False}
