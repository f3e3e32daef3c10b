# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every script in examples/ runs on what ships, and leaves what its head promises."""

import importlib.util
import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(ROOT.glob("[0-9]*.py"))
ARGUMENTS = {
    "05_metres_and_focal_length": ["--metric-model", "nano-metric"],
    "07_network_in_pytorch": ["--size", "56"],
}
LEFT = {
    "01_one_photo": ("depth_color/coffee.png", "overview.png", "prediction.npz"),
    "02_folder_to_point_cloud": ("points.ply", "scene.glb", "cameras.json"),
    "03_known_cameras": ("all/prediction.npz", "some/cameras.json"),
    "04_video": ("trajectory_tum.txt", "trajectory_kitti.txt", "depth/*.png", "scene.glb"),
    "05_metres_and_focal_length": (),
    "06_export_for_splatting": ("colmap/sparse/0/points3D.bin", "nerfstudio/transforms.json"),
    "07_network_in_pytorch": (),
    "08_masks": ("masks/room0.png", "points.ply"),
    "09_big_folder": ("cat/depth/*.png", "another/prediction.npz", "anyview-run.json"),
    "10_fine_tune": ("scenes/room/scene.json", "run/*.safetensors", "run/scores.json"),
}
SAID = {
    "02_folder_to_point_cloud": r"6 views: room0, .*\n\d+ points in a box",
    "03_known_cameras": r"all: .*metres.*\nsome: .*5 of 6",
    "04_video": r"frames: clip_000000, ",
    "05_metres_and_focal_length": r"the file itself says 3\d\d px",
    "06_export_for_splatting": r"6 images, \d+ points\nthey differ by \d\.\de-0[5-9]",
    "07_network_in_pytorch": r"on view 1 by [^0].*\nand on the other scene by 0\n",
    "08_masks": r"3\d percent of the pixels are left out\n(\d+) points without masks, (?!\1)\d+ with",
    "09_big_folder": r"3 done, 0 there already, 1 of no use\n.*\n1 done, 3 there already, 1 of no use",
    "10_fine_tune": r"one view: \d\.\d+ to \d",
}


def test_every_script_is_numbered_and_tested() -> None:
    assert [script.stem for script in SCRIPTS] == list(LEFT)
    assert [script.stem[:2] for script in SCRIPTS] == [f"{i:02d}" for i in range(1, 11)]


def test_the_table_lists_them_in_order() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[`([\w.]+)`\]\(\1\) \|", table, re.M) == [s.name for s in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_heads_say_what_is_shown_and_what_comes_out(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for word in ('"""', "\nShows: ", "\nGives: ", f"\n    python examples/{script.name}"):
        assert word in text, word
    assert len(text.splitlines()) <= 100


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    name = script.stem
    if name == "10_fine_tune" and importlib.util.find_spec("h5py") is None:
        pytest.skip("needs the extra train")
    out = tmp_path / "out"
    words = ["--model", "nano", *ARGUMENTS.get(name, [])]
    if '"--out"' in script.read_text(encoding="utf-8"):
        words += ["--out", str(out)]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script), *words])
    runpy.run_path(str(script), run_name="__main__")
    said = capsys.readouterr().out
    for pattern in LEFT[name]:
        assert list(out.glob(pattern)), f"{pattern} is not there"
    assert re.search(SAID.get(name, "."), said), said
    beside = [path.name for path in tmp_path.iterdir() if path != out]
    assert beside == [], "files outside of OUT"
