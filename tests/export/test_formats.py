# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys

import pytest

from anyview.core.errors import OptionError
from anyview.export.formats import FORMATS, formats_from_names

NAMES = [
    "npz",
    "ply",
    "glb",
    "depth-png",
    "depth-color",
    "conf-color",
    "overview",
    "cloud-picture",
    "cameras",
    "colmap",
    "nerfstudio",
    "trajectory",
    "depth-npy",
    "view-npz",
    "depth-exr",
    "rerun",
]


def test_names_are_stable():
    assert list(FORMATS) == NAMES
    assert [item.name for item in FORMATS.values()] == NAMES


def test_names_are_taken_as_a_list_or_as_one_text_and_once_each():
    for names in (["glb", "npz", "glb"], "glb, npz,glb", iter(["glb", "npz"])):
        assert [item.name for item in formats_from_names(names)] == ["glb", "npz"]


@pytest.mark.parametrize("names", ["glb,obj", ["obj"], "GLB", "", ["glb", ""]])
def test_an_unknown_name_is_refused_with_all_accepted_ones(names):
    with pytest.raises(OptionError) as caught:
        formats_from_names(names)
    assert all(name in str(caught.value) for name in NAMES)


def test_no_name_at_all_is_refused():
    with pytest.raises(OptionError, match="No export format"):
        formats_from_names([])


def test_names_are_known_without_importing_anything_heavy():
    code = (
        "import sys, anyview.export.formats, anyview.export.options; "
        "print([m for m in ('torch', 'numpy', 'PIL', 'trimesh') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
