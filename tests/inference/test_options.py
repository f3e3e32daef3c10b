# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Options refuse what cannot be meant, and say what can."""

import subprocess
import sys
from dataclasses import fields

import pytest

from anyview.core.errors import OptionError
from anyview.inference.options import InputOptions, PredictOptions


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("pose", "guess", "pose is 'guess'; accepted: 'camera', 'rays', 'rays-centred'"),
        ("resize", "middle", "'longest', 'shortest'"),
        ("fit", "stretch", "'resize', 'crop'"),
        ("known_cameras", "drop", "'keep', 'align'"),
        ("focal", "guess", "'predicted', 'exif'"),
        ("mask_fill", "white", "'none', 'black', 'mean'"),
        (
            "reference_view",
            "last",
            "'first', 'middle', 'saddle_balanced', 'saddle_sim_range', None",
        ),
    ],
)
def test_choices_of_predict_options(name, value, words):
    options = PredictOptions()
    object.__setattr__(options, name, value)  # past the type checker of the tests
    with pytest.raises(OptionError, match=words):
        options.__post_init__()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("alpha", "yes", "'ignore', 'mask'"), ("on_error", "warn", "'stop', 'skip'")],
)
def test_choices_of_input_options(name, value, words):
    options = InputOptions()
    object.__setattr__(options, name, value)
    with pytest.raises(OptionError, match=words):
        options.__post_init__()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"resolution": 13}, "resolution is 13"),
        ({"resolution": -504}, "at least 14"),
        ({"seed": -1}, "seed is -1"),
        ({"max_memory_gb": 0.0}, "max_memory_gb is 0.0"),
        ({"max_memory_gb": float("nan")}, "max_memory_gb is nan"),
        ({"max_memory_gb": float("inf")}, "max_memory_gb is inf"),
    ],
)
def test_numbers_that_cannot_be_meant(values, words):
    with pytest.raises(OptionError, match=words):
        PredictOptions(**values)


def test_every_option_explains_itself():
    for options in (InputOptions, PredictOptions):
        for field in fields(options):
            assert field.metadata["help"].endswith("."), field.name


def test_options_do_not_import_torch():
    code = "import anyview.inference.options, sys; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
