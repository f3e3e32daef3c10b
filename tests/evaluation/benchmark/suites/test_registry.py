# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Suites by name."""

import subprocess
import sys

import pytest

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.suites import READERS, open_suite


@pytest.mark.parametrize("name", sorted(set(READERS) - {"synthetic"}))
def test_every_suite_says_what_it_needs(name, tmp_path):
    suite = open_suite(name, tmp_path)
    assert suite.name == suite.protocol.suite == name
    with pytest.raises(InputError) as caught:
        suite.tasks()
    for part in (str(tmp_path), "licence", *suite.protocol.source.layout):
        assert part in str(caught.value)


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(OptionError, match="'sintel'; accepted: worlds"):
        open_suite("sintel", tmp_path)
    with pytest.raises(OptionError, match="max_scenes"):
        open_suite("nyu", tmp_path, {"max_scene": 3})


def test_options_are_light():
    module = "anyview.evaluation.benchmark.suites.options"
    code = f"import sys, {module}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
