# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from .official import Official, silence
from .pairs import Pair, make_pair

HERE = Path(__file__).parent
KEPT = ("even", "odd", "monocular", "nested", "small")
NEEDED = ("addict", "omegaconf", "einops", "e3nn", "evo")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Full-size networks take minutes and gigabytes: they run when asked for by ``-m``."""
    if "slow" in config.getoption("markexpr"):
        return
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with -m 'reference and slow'"))


@pytest.fixture(scope="session")
def package() -> Official:
    """The reference package, or a skip that says what is missing."""
    spec = importlib.util.find_spec("depth_anything_3")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("depth-anything-3==0.1.1 is not installed")
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if absent:
        pytest.skip(f"the reference implementation needs {', '.join(absent)}")
    found = Official(Path(next(iter(spec.submodule_search_locations))))
    with silence():
        found.module("model.da3")
    return found


@pytest.fixture(scope="session")
def pair(package: Official) -> Callable[[str], Pair]:
    """``pair(name)``: both networks of that name, the small ones built once a session."""
    built: dict[str, Pair] = {}

    def get(name: str) -> Pair:
        found = built.get(name) or make_pair(package, name)
        if name in KEPT:
            built[name] = found
        return found

    return get
