# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import importlib
import subprocess
import sys

import pytest

from anyview.core.errors import MissingDependencyError, OptionError
from anyview.evaluation.benchmark.methods import catalogue
from anyview.evaluation.benchmark.methods.catalogue import (
    METHODS,
    build_method,
    check_packages,
    kind_of,
)
from anyview.evaluation.benchmark.methods.spec import parse_spec


@pytest.mark.parametrize("kind", METHODS.values(), ids=lambda kind: kind.name)
def test_every_kind_has_a_builder_and_an_example_that_is_of_it(kind):
    module = importlib.import_module(f"anyview.evaluation.benchmark.methods.{kind.module}")
    assert callable(module.build)
    assert kind_of(parse_spec(kind.example)) is kind
    assert bool(kind.packages) == bool(kind.install)


@pytest.mark.parametrize("name", ["tiny", "some/path", "weights.safetensors", "a.pt"])
def test_models_by_name_path_and_hub(name):
    assert kind_of(parse_spec(name)).name == "MODEL"


def test_other_names_are_refused_with_what_there_is():
    with pytest.raises(OptionError, match=r"no method 'colmpa'.*colmap.*tiny"):
        kind_of(parse_spec("colmpa"))
    with pytest.raises(OptionError, match="no method 'MODEL'"):
        kind_of(parse_spec("MODEL"))


def test_absent_packages_are_named_before_any_work(monkeypatch):
    absent = {"colmap", "opencv"}
    real = catalogue.importlib.util.find_spec
    monkeypatch.setattr(
        catalogue.importlib.util,
        "find_spec",
        lambda name: None if name in ("pycolmap", "cv2") else real(name),
    )
    assert {kind.name for kind in METHODS.values() if kind.missing()} - {"reference"} == absent
    with pytest.raises(MissingDependencyError, match=r"needs pycolmap.*anyview\[colmap\]"):
        check_packages([parse_spec("constant"), parse_spec("colmap")])
    with pytest.raises(MissingDependencyError, match=r"anyview\[eval\]"):
        build_method(parse_spec("opencv"))


def test_the_list_needs_neither_torch_nor_rivals():
    code = (
        "import sys, anyview.evaluation.benchmark.methods.catalogue as c; c.METHODS['colmap']"
        ".missing(); print([n for n in ('torch', 'cv2', 'pycolmap') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
