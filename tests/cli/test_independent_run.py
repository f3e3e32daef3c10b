# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview predict --independent``: throughput, resuming, skipping."""

import re

import numpy as np
import pytest

from anyview.cli import independent_run
from anyview.cli.independent_run import _log_lines
from anyview.inference.independent import Progress
from anyview.inference.run_record import RUN_FILE

from .conftest import SMALL

WORDS = ("--independent", "-f", "npz", *SMALL)


def names_in(out):
    return sorted(path.name for path in out.iterdir())


def test_each_image_alone(cli, photos, tmp_path):
    out = tmp_path / "out"
    done = cli("predict", photos, "-o", out, *WORDS, "--batch-size", "2")
    assert (done.code, done.remarks) == (0, [])
    first, last = done.out.splitlines()
    assert re.fullmatch(r"3 images, model nano on .*, [\d.]+ s, [\d.]+ images/s", first)
    assert last == f"written to {out}/, a folder for each image"
    assert names_in(out) == ["0", "1", "2", RUN_FILE]
    for name in ("0", "1", "2"):
        alone = tmp_path / "alone" / name
        assert cli("predict", photos / f"{name}.png", "-o", alone, "-f", "npz", *SMALL).code == 0
        with (
            np.load(out / name / "prediction.npz") as a,
            np.load(alone / "prediction.npz") as b,
        ):
            np.testing.assert_allclose(a["depth"], b["depth"], rtol=1e-4)


def test_every_format(cli, photos, tmp_path):
    done = cli("predict", photos, "-o", tmp_path / "out", "--independent", *SMALL)
    assert done.code == 0
    assert cli("predict", photos / "0.png", "-o", tmp_path / "alone", *SMALL).code == 0

    def files_in(folder):
        return {str(path.relative_to(folder)) for path in folder.rglob("*")}

    assert files_in(tmp_path / "out" / "0") == files_in(tmp_path / "alone")


def test_resuming(cli, own_photos, tmp_path):
    out = tmp_path / "out"
    (own_photos / "1.png").rename(tmp_path / "later.png")
    assert cli("predict", own_photos, "-o", out, *WORDS).code == 0
    time = (out / "0" / "prediction.npz").stat().st_mtime_ns
    (tmp_path / "later.png").rename(own_photos / "1.png")
    done = cli("predict", own_photos, "-o", out, *WORDS)
    assert done.code == 0
    assert done.out.startswith("1 image, ")
    assert "2 images done before" in done.out.splitlines()
    assert names_in(out) == ["0", "1", "2", RUN_FILE]
    assert (out / "0" / "prediction.npz").stat().st_mtime_ns == time
    document = cli("predict", own_photos, "-o", out, *WORDS, "--json").document
    assert (document["images"], document["done"], document["done_before"]) == (3, 0, 3)


def test_other_settings_do_not_mix(cli, photos, tmp_path):
    assert cli("predict", photos, "-o", tmp_path, *WORDS).code == 0
    done = cli("predict", photos, "-o", tmp_path, *WORDS, "--seed", "1")
    assert done.code == 2
    assert "holds results made with other settings" in done.error


def test_bad_images_are_skipped(cli, own_photos, tmp_path):
    out = tmp_path / "out"
    (own_photos / "bad.jpg").write_text("no picture")
    done = cli("predict", own_photos, "-o", out, *WORDS, "--on-error", "skip")
    assert done.code == 8
    (line,) = done.remarks
    assert re.match(r"skipped: .*bad\.jpg: a text file", line)
    assert "1 image could not be used" in done.out.splitlines()
    assert names_in(out) == ["0", "1", "2", RUN_FILE]
    document = cli("predict", own_photos, "-o", out, *WORDS, "--on-error", "skip", "--json")
    assert document.code == 8
    assert document.document["failed"] == 1
    assert document.document["skipped"] == [line.removeprefix("skipped: ")]


def test_an_interrupted_run_goes_on(cli, photos, tmp_path, monkeypatch):
    out = tmp_path / "out"
    words = ("predict", photos, "-o", out, *WORDS, "--batch-size", "1")

    def interrupt(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(independent_run, "_seen", interrupt)
        done = cli(*words)
    assert done.code == 130
    assert done.remarks[-1] == "error: interrupted"
    there = names_in(out)
    assert RUN_FILE in there
    assert 1 <= len(there) - 1 < 3
    assert not [name for name in there if name.startswith(".")]
    assert all((out / n / "prediction.npz").is_file() for n in there if n != RUN_FILE)
    again = cli(*words, "--json")
    assert again.code == 0
    assert again.document["done_before"] == len(there) - 1
    assert again.document["done"] + again.document["done_before"] == 3


def test_interrupted_before_the_first_result_leaves_nothing(cli, photos, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("anyview.inference.engine.Predictor.run", interrupt)
    assert cli("predict", photos, "-o", tmp_path / "new" / "out", *WORDS).code == 130
    assert not (tmp_path / "new").exists()


def test_long_runs_write_a_line_from_time_to_time(capsys):
    log = _log_lines(1000)
    for seconds in (1, 29, 31, 45, 62):
        log(Progress(done=10 * seconds, skipped=5, failed=0, seconds=float(seconds)))
    assert capsys.readouterr().err.splitlines() == [
        "315 of 1000 images, 10.00 images/s",
        "625 of 1000 images, 10.00 images/s",
    ]


@pytest.mark.parametrize(("words", "lines"), [([], 1), (["-q"], 0)])
def test_a_run_without_a_terminal_says_how_far_it_is(
    cli, photos, tmp_path, monkeypatch, words, lines
):
    monkeypatch.setattr(independent_run, "_SECONDS_BETWEEN_LINES", 0.0)
    done = cli("predict", photos, "-o", tmp_path, *WORDS, *words)
    found = [line for line in done.remarks if re.fullmatch(r"\d of 3 images, .* images/s", line)]
    assert len(found) >= lines
    assert bool(found) == bool(lines)
