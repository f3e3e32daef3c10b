# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch
from PIL import Image

from anyview.export.legend import NO_VALUE
from anyview.training.label_fit import LabelFit
from anyview.training.label_sheet import LabelRow, write_label_sheet

ALIGNED = LabelFit("aligned", 600, 2.0, 0.5, 0.8, 0.01)


def _row(fit: LabelFit, *, raw: bool = True, label: bool = True, size=(20, 30)) -> LabelRow:
    teacher = torch.rand(size, generator=torch.Generator().manual_seed(0)) + 1
    truth = 2 * teacher + 0.5
    nothing = torch.zeros(size)
    return LabelRow(
        name="frame",
        image=torch.ones(3, *size),
        raw=truth if raw else nothing,
        teacher=teacher,
        label=truth if label else nothing,
        fit=fit,
    )


def _cells(path, rows: int) -> list[list[np.ndarray]]:
    picture = np.asarray(Image.open(path).convert("RGB")).astype(int)
    height, step = round(260 * 20 / 30), round(260 * 20 / 30) + 33
    first = picture.shape[0] - rows * step
    return [
        [
            picture[first + r * step :][:height, 10 + c * 270 :][:, :260]
            for c in range(picture.shape[1] // 270)
        ]
        for r in range(rows)
    ]


def test_columns_are_image_raw_teacher_label_and_deviation(tmp_path):
    failed = LabelFit("failed", 600, 0.1, 5.0, 0.3, 0.4, "30% of the pixels agree")
    rows = [
        _row(ALIGNED),
        _row(failed, label=False),
        _row(LabelFit("relative"), raw=False),
    ]
    path = write_label_sheet(tmp_path / "sheets" / "a.png", rows, title="a place")
    aligned, without, relative = _cells(path, 3)
    assert len(aligned) == 5
    assert (aligned[0] == 255).all()
    assert np.array_equal(aligned[1], aligned[3]), "the label is the raw depth, in one scale"
    assert not np.array_equal(aligned[1], aligned[2])
    assert aligned[4].std(axis=(0, 1)).max() < 1, "no deviation"
    grey = np.array(NO_VALUE)
    for row, columns in ((without, (3, 4)), (relative, (1, 4))):
        for column in range(1, 5):
            assert bool((row[column] == grey).all()) == (column in columns), column


def test_scenes_without_any_depth_and_frames_of_other_sizes(tmp_path):
    rows = [_row(LabelFit("relative"), raw=False), _row(ALIGNED, size=(30, 20))]
    path = write_label_sheet(tmp_path / "a.png", rows, title="a place")
    ((_, raw, teacher, label, _),) = _cells(path, 1)
    assert (raw == np.array(NO_VALUE)).all()
    assert teacher.std(axis=(0, 1)).max() > 5
    assert label.std(axis=(0, 1)).max() > 5
