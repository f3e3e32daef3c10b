# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview predict``: what it writes, and that its options arrive."""

import os
import sys

import numpy as np
import pytest

from anyview.assets import example_photos_dir
from anyview.export.formats import FORMATS
from anyview.export.options import ExportOptions
from anyview.inference.options import InputOptions, PredictOptions

from .conftest import HEIGHT, RANDOM_WEIGHTS, SMALL, WIDTH


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return tmp_path_factory.mktemp("everything") / "out"


def test_every_format_writes_its_files(cli, photos, everything):
    done = cli("predict", photos, "-o", everything, *SMALL)
    assert done.code == 0
    assert done.err == RANDOM_WEIGHTS + "\n"
    first, scale, written, *files = done.out.splitlines()
    assert first.startswith("3 views at 56 x 42, model nano on ")
    assert "unit" in scale
    assert written == f"written to {everything}/"
    for name, item in FORMATS.items():
        for pattern in item.files if item.is_default else ():
            expected = 3 if pattern.endswith("*.png") else 1
            found = list(everything.glob(pattern))
            assert len(found) == expected, (name, pattern)
            assert all(path.stat().st_size > 0 for path in found)
            top = pattern.split("/")[0]
            assert any(line.split()[0].rstrip("/") == top for line in files)


def test_the_document_names_every_file(cli, photos, everything, tmp_path):
    done = cli("predict", photos, "-o", tmp_path, *SMALL, "--json")
    document = done.document
    assert {os.path.relpath(name, tmp_path) for name in document["files"]} == {
        str(path.relative_to(everything)) for path in everything.rglob("*") if path.is_file()
    }
    assert (document["views"], document["height"], document["width"]) == (3, 42, 56)
    assert document["names"] == ["0", "1", "2"]
    assert document["skipped"] == []
    assert document["is_metric"] is False
    assert document["provenance"]["options"]["resolution"] == 56


@pytest.mark.parametrize("name", FORMATS)
def test_one_format_writes_nothing_else(cli, photos, tmp_path, name):
    if FORMATS[name].package is not None:
        pytest.importorskip(FORMATS[name].package[0])
    done = cli("predict", photos / "0.png", "-o", tmp_path, "-f", name, *SMALL, "--json")
    assert done.code == 0
    tops = {pattern.split("/")[0] for pattern in FORMATS[name].files}
    assert {path.name for path in tmp_path.iterdir()} == tops
    assert sorted(done.document["files"]) == sorted(
        str(path) for path in tmp_path.rglob("*") if path.is_file()
    )


def test_the_model_that_comes_with_the_package(cli, tmp_path):
    """No name of a model, no download, nothing to remark."""
    photo = example_photos_dir() / "coffee.jpg"
    done = cli("predict", photo, "-o", tmp_path, "-f", "npz", "--resolution", "112")
    assert (done.code, done.err) == (0, "")
    assert "model tiny" in done.out


@pytest.mark.parametrize("count", [1, 3])
def test_a_video(cli, clip, tmp_path, count):
    done = cli(
        "predict", clip, "-o", tmp_path, "-f", "cameras", "--video-count", count, *SMALL, "--json"
    )
    assert done.document["views"] == count
    assert all(name.startswith("clip_") for name in done.document["names"])


def test_patterns_and_several_inputs(cli, photos, clip, tmp_path):
    words = [photos / "[01].png", photos / "2.png", clip, "--video-every", "5"]
    done = cli("predict", *words, "-o", tmp_path, "-f", "cameras", *SMALL, "--json")
    assert done.document["names"] == ["0", "1", "2", "clip_000000", "clip_000005"]


# One value other than the default for every option.
CHANGED = {
    InputOptions: {
        "video_fps": 2.0,
        "video_count": 3,
        "video_every": 4,
        "on_error": "skip",
        "max_pixels": 5000,
        "masks": "masks",
        "alpha": "mask",
    },
    PredictOptions: {
        "resolution": 70,
        "resize": "shortest",
        "fit": "crop",
        "pose": "rays",
        "reference_view": "first",
        "known_cameras": "align",
        "mask_fill": "black",
        "known_unit": "m",
        "undistort": "keep",
        "focal": "exif",
        "rays": True,
        "gaussians": True,
        "feature_layers": (1, 3),
        "seed": 3,
        "max_memory_gb": 1.5,
    },
    ExportOptions: {
        "conf_percentile": 10.0,
        "max_points": 50,
        "max_colmap_points": 77,
        "size": "original",
        "drop_sky": False,
        "edge_threshold": 0.1,
        "camera_size": 0.5,
        "seed": 3,
        "depth_scale": "log",
    },
}


def test_every_option_arrives(cli, photos, tmp_path, monkeypatch):
    words: list[object] = []
    for name, value in {n: v for changed in CHANGED.values() for n, v in changed.items()}.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            words.append(flag if value else "--no-" + flag[2:])
        elif isinstance(value, tuple):
            words += [flag, ",".join(map(str, value))]
        else:
            words += [flag, value]
    jobs = []

    def take(job, **others):
        from anyview.cli.prediction_run import Run

        jobs.append((job, others))
        return Run(["done"])

    monkeypatch.setattr("anyview.cli.prediction_run.run_scene", take)
    words += ["-m", "some", "-f", "npz", "--device", "mps", "--dtype", "float16", "-q"]
    done = cli("predict", photos, "a b", "-o", tmp_path, *words, "--cameras", "c.json")
    assert (done.code, done.out) == (0, "done\n")
    ((job, others),) = jobs
    for cls, options in (
        (InputOptions, job.input_options),
        (PredictOptions, job.predict_options),
        (ExportOptions, job.export_options),
    ):
        assert options == cls(**CHANGED[cls])
        assert vars(options).keys() == CHANGED[cls].keys(), "an option is not tested"
    assert job.inputs == (str(photos), "a b")
    assert (job.model, job.formats, job.device, job.dtype) == ("some", "npz", "mps", "float16")
    assert job.quiet
    assert str(others["cameras_file"]) == "c.json"


def test_options_change_the_result(cli, photos, tmp_path):
    """One of each kind, through to the file."""
    words = ["--rays", "--feature-layers", "1,3", "--fit", "crop", "--resize", "shortest"]
    assert cli("predict", photos, "-o", tmp_path, "-f", "npz,ply", *words, *SMALL).code == 0
    with np.load(tmp_path / "prediction.npz") as file:
        assert {"ray_map", "features_1", "features_3"} <= set(file.files)
        assert min(file["depth"].shape[1:]) == 56
        assert file["original_sizes"].tolist() == [[HEIGHT, WIDTH]] * 3


def test_a_wrong_format_is_said_before_anything_is_imported(tmp_path):
    import subprocess

    code = (
        "import sys; from anyview.cli.main import run; "
        f"code = run(['predict', 'x.jpg', '-o', {str(tmp_path)!r}, '-f', 'obj']); "
        "print(code, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "2 False\n"
    assert "Unknown export format 'obj'" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are any bytes on Linux only")
def test_a_name_that_is_no_text(cli, photos, tmp_path):
    source = os.fsencode(tmp_path) + b"/caf\xe9.png"
    with open(source, "wb") as file:  # noqa: PTH123 (pathlib takes no bytes)
        file.write((photos / "0.png").read_bytes())
    done = cli("predict", tmp_path, "-o", tmp_path / "out", *SMALL)
    assert done.code == 0, done.err
    assert (tmp_path / "out" / "prediction.npz").is_file()
