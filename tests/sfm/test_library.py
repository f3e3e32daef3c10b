# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The library: silent inside, as before outside, and errors that say what to install."""

import importlib
import types

import pytest

from anyview.core.errors import MissingDependencyError
from anyview.sfm.library import quiet_pycolmap


def test_log_is_silent_inside_and_as_before_outside():
    import pycolmap

    before = pycolmap.logging.minloglevel
    with quiet_pycolmap() as module:
        assert module is pycolmap
        assert pycolmap.logging.minloglevel == 3
    assert pycolmap.logging.minloglevel == before


def test_log_is_restored_after_an_error():
    import pycolmap

    before = pycolmap.logging.minloglevel
    with pytest.raises(KeyError), quiet_pycolmap():
        raise KeyError
    assert pycolmap.logging.minloglevel == before


def test_absent_library_names_the_extra(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingDependencyError, match=r"pip install 'anyview\[colmap\]'"):
        quiet_pycolmap().__enter__()


def test_old_library_is_refused(monkeypatch):
    old = types.ModuleType("pycolmap")
    old.__version__ = "3.11.1"
    monkeypatch.setattr(importlib, "import_module", lambda name: old)
    with pytest.raises(MissingDependencyError, match=r"3\.11\.1 is too old.*--upgrade"):
        quiet_pycolmap().__enter__()
