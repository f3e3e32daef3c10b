# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.data.scene import Held
from anyview.data.scene_folder import read_scene, write_scene
from anyview.training import pseudo_labels
from anyview.training.label_options import LabelOptions
from anyview.training.label_record import document_of, weights_hash
from anyview.training.pseudo_labels import label_scenes
from tests.training.labelled_scenes import (
    SCALE,
    SHIFT,
    frame_of,
    image,
    planted,
    predicted,
    scene_of,
    teacher,
    write_planted,
)

OPTIONS = LabelOptions(name="T", resolution=56, batch_size=2)


def test_planted_scale_and_shift_are_recovered_through_files(tmp_path):
    """40 % of the raw depth is wrong; the labels are right to one per cent."""
    predictor = teacher()
    folder = write_planted(tmp_path / "scene", predictor)
    (found,) = label_scenes(tmp_path, predictor, OPTIONS).scenes
    scene = read_scene(folder)
    labels = scene.teachers["T"]
    assert labels.is_aligned
    assert labels.weights_hash == weights_hash(predictor.network, predictor.info)
    assert set(labels.readers) == {"frame 0", "frame 1"}
    for index in (0, 1):
        fit = found.fits[f"frame {index}"]
        assert fit.scale == pytest.approx(SCALE, rel=0.01)
        assert fit.shift == pytest.approx(SHIFT, rel=0.01)
        assert fit.inlier_share == pytest.approx(0.6, abs=0.1)
        assert fit.residual < 0.01
        depth = predicted(predictor, image(index))
        assert 0 < (depth == 0).mean() < 0.5, "some sky"
        truth = np.where(depth > 0, SCALE * depth + SHIFT, 0)
        np.testing.assert_allclose(labels.readers[f"frame {index}"](), truth, rtol=0.01)


def test_frames_that_fail_are_reported_and_frames_without_depth_are_relative(tmp_path):
    predictor = teacher()
    folder = write_planted(tmp_path / "scene", predictor)
    report = label_scenes(tmp_path, predictor, OPTIONS)
    assert report.frames() == {"aligned": 2, "failed": 1, "relative": 1}
    (line,) = report.failures()
    assert "frame 2" in line
    assert "deviate" in line or "agree" in line or "positive" in line
    relative = read_scene(folder).teachers["T-relative"]
    assert not relative.is_aligned
    assert set(relative.readers) == {"frame 3"}
    np.testing.assert_allclose(
        relative.readers["frame 3"](), predicted(predictor, image(3)), rtol=2e-3
    )
    assert document_of(folder, "T")["extra"]["fits"]["frame 2"]["status"] == "failed"


def test_a_run_goes_on_where_it_was(tmp_path, monkeypatch):
    predictor = teacher()
    for name in ("a", "b"):
        write_planted(tmp_path / name, predictor)
    real, seen = pseudo_labels.write_teacher_labels, []

    def stop_at_b(folder, *arguments, **options):
        seen.append(folder.name)
        if folder.name == "b":
            raise KeyboardInterrupt
        return real(folder, *arguments, **options)

    monkeypatch.setattr(pseudo_labels, "write_teacher_labels", stop_at_b)
    with pytest.raises(KeyboardInterrupt):
        label_scenes(tmp_path, predictor, OPTIONS)
    assert "T" in read_scene(tmp_path / "a").teachers
    assert read_scene(tmp_path / "b").teachers == {}
    monkeypatch.setattr(pseudo_labels, "write_teacher_labels", real)
    first = {p: p.stat().st_mtime_ns for p in (tmp_path / "a").rglob("*") if p.is_file()}
    done: list[tuple[int, int]] = []
    report = label_scenes(tmp_path, predictor, OPTIONS, on_scene=lambda *x: done.append(x))
    assert [scene.was_there for scene in report.scenes] == [True, False]
    assert done == [(1, 2), (2, 2)]
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "a").rglob("*") if p.is_file()} == first
    assert dict(report.scenes[0].fits) == dict(report.scenes[1].fits), "read back, or made anew"


def test_labels_of_other_weights_are_not_replaced_unasked(tmp_path):
    folder = write_planted(tmp_path / "scene", teacher())
    label_scenes(tmp_path, teacher(), OPTIONS)
    other = teacher(seed=2)
    with pytest.raises(OptionError, match="other weights or options"):
        label_scenes(tmp_path, other, OPTIONS)
    label_scenes(tmp_path, other, LabelOptions(name="T", resolution=56, overwrite=True))
    labels = read_scene(folder).teachers["T"]
    assert labels.weights_hash == weights_hash(other.network, other.info)
    label_scenes(tmp_path, teacher(), LabelOptions(name="U", resolution=56))
    assert set(read_scene(folder).teachers) == {"T", "T-relative", "U", "U-relative"}


def test_scenes_that_cannot_be_read_are_reported(tmp_path):
    predictor = teacher()
    write_planted(tmp_path / "good", predictor)
    bad = write_planted(tmp_path / "bad", predictor)
    next(iter((bad / "images").iterdir())).write_bytes(b"no picture")
    report = label_scenes(tmp_path, predictor, OPTIONS)
    assert [scene.folder.name for scene in report.scenes] == ["good"]
    assert len(report.unreadable) == 1
    assert read_scene(bad).teachers == {}
    with pytest.raises(InputError, match="no scene"):
        label_scenes(tmp_path / "nowhere", predictor, OPTIONS)


def test_one_picture_a_scene(tmp_path):
    predictor = teacher()
    write_planted(tmp_path / "scenes" / "town" / "house", predictor)
    label_scenes(tmp_path / "scenes", predictor, OPTIONS, sheets=tmp_path / "sheets")
    (sheet,) = (tmp_path / "sheets").iterdir()
    assert sheet.name == "town-house.png"
    with Image.open(sheet) as picture:
        assert picture.width == 10 + 5 * 270
        assert picture.height > 4 * 190


def test_batches_and_sizes_do_not_matter(tmp_path):
    """Frames of two sizes, one by one or three at a time: the same labels."""
    predictor = teacher()
    frames = [frame_of(i, read_depth=Held(planted(predictor, image(i)))) for i in range(4)]
    small = image(1)[:, :40].copy()
    raw = planted(predictor, small)
    frames[1] = frame_of(1, size=(48, 40), read_image=Held(small), read_depth=Held(raw))
    stored = []
    for batch_size in (1, 3):
        folder = write_scene(scene_of(frames), tmp_path / str(batch_size))
        options = LabelOptions(name="T", resolution=56, batch_size=batch_size)
        label_scenes(folder, predictor, options)
        readers = read_scene(folder).teachers["T"].readers
        stored.append([torch.from_numpy(readers[f.name]()) for f in frames])
    for one, three in zip(*stored, strict=True):
        torch.testing.assert_close(one, three, rtol=1e-3, atol=1e-4)


def test_any_view_models_can_teach_too(tmp_path):
    from anyview.api import build

    predictor = build("nano", device="cpu", seed=3)
    frames = [frame_of(i, read_depth=Held(planted(predictor, image(i)))) for i in range(2)]
    write_scene(scene_of(frames), tmp_path / "scene")
    report = label_scenes(tmp_path, predictor, LabelOptions(resolution=56))
    assert report.frames() == {"aligned": 2}
    assert "nano" in read_scene(tmp_path / "scene").teachers
