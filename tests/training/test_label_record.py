# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from anyview.api import build
from anyview.core.errors import InputError, OptionError
from anyview.data.scene import Held, TeacherLabels
from anyview.data.scene_folder import write_scene, write_teacher_labels
from anyview.model.checkpoint import load_checkpoint, save_checkpoint
from anyview.training.label_fit import LabelFit
from anyview.training.label_options import FitLimits
from anyview.training.label_record import LabelRecord, document_of, fits_of, weights_hash
from tests.training.labelled_scenes import frame_of, scene_of

RECORD = LabelRecord("abc", 56, FitLimits())
FITS = {"frame 0": LabelFit("aligned", 40, 2.0, 0.5, 0.9, 0.01)}


@pytest.fixture
def folder(tmp_path):
    return write_scene(scene_of([frame_of(0)]), tmp_path / "scene")


def _write(folder, name="large-1.1", extra=None):
    labels = TeacherLabels(name, "abc", True, {"frame 0": Held(np.ones((4, 6), np.float32))})
    write_teacher_labels(folder, labels, extra=extra)


def test_labels_of_this_record_are_found_with_their_fits(folder):
    assert RECORD.stored(folder, "large-1.1", overwrite=False) is None
    _write(folder, extra=RECORD.document(FITS))
    assert RECORD.stored(folder, "large-1.1", overwrite=False) == FITS
    assert RECORD.stored(folder, "large", overwrite=False) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(RECORD, weights_hash="abd"),
        replace(RECORD, resolution=70),
        replace(RECORD, limits=FitLimits(min_inliers=0.6)),
    ],
)
def test_labels_of_another_record_are_told_apart(folder, other):
    _write(folder, extra=RECORD.document(FITS))
    with pytest.raises(OptionError, match=r"'large-1\.1' that other weights or options"):
        other.stored(folder, "large-1.1", overwrite=False)
    assert other.stored(folder, "large-1.1", overwrite=True) is None


def test_labels_that_somebody_else_wrote_are_another_record(folder):
    _write(folder)
    with pytest.raises(OptionError, match="other weights"):
        RECORD.stored(folder, "large-1.1", overwrite=False)
    with pytest.raises(InputError, match="how they were aligned"):
        fits_of(document_of(folder, "large-1.1"), folder)


def test_the_hash_is_of_the_file_or_of_the_numbers(tmp_path):
    first, again, other = (build("nano-mono", device="cpu", seed=s) for s in (1, 1, 2))
    hashes = [weights_hash(p.network, p.info) for p in (first, again, other)]
    assert hashes[0] == hashes[1] != hashes[2]
    path = tmp_path / "weights.safetensors"
    save_checkpoint(path, first.network, first.info)
    loaded = load_checkpoint(path)
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert weights_hash(loaded.network, loaded.info) == expected
