# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import numpy as np
import pytest

from anyview.core.errors import OutputError
from anyview.io.array_archive import write_arrays

ARRAYS = {"depth": np.arange(6.0).reshape(2, 3), "name": np.array("päth"), "flag": np.array(True)}


def test_what_is_written_is_read(tmp_path):
    write_arrays(tmp_path / "a.npz", ARRAYS)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        assert set(found.files) == set(ARRAYS)
        for name, array in ARRAYS.items():
            assert found[name].dtype == array.dtype
            assert np.array_equal(found[name], array)


def test_the_same_arrays_give_the_same_bytes(tmp_path, monkeypatch):
    write_arrays(tmp_path / "a.npz", ARRAYS)
    later = time.time() + 1e6
    monkeypatch.setattr(time, "time", lambda: later)
    write_arrays(tmp_path / "b.npz", ARRAYS)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_no_object_is_written_and_no_half_file_left(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        write_arrays(tmp_path / "a.npz", {"x": np.zeros(3), "y": np.array([{}], dtype=object)})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError):
        write_arrays(tmp_path, ARRAYS)
