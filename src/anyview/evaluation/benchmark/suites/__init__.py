# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Data sets as suites of tasks, by name.

``open_suite(name, root, options)`` gives a ``ListedSuite``; a reader is imported when its suite is
opened.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from anyview.core.errors import OptionError
from anyview.core.options import options_from
from anyview.evaluation.benchmark.suites.options import SuiteOptions

if TYPE_CHECKING:
    from anyview.evaluation.benchmark.suites.listed_suite import ListedSuite

_HERE = "anyview.evaluation.benchmark.suites"

READERS: Mapping[str, str] = MappingProxyType(
    {
        "worlds": "worlds:open_worlds",
        "synthetic": "synthetic:open_synthetic",
        "real-mini": "real_mini:open_real_mini",
        "nyu": "nyu:open_nyu",
        "kitti": "kitti:open_kitti",
        "eth3d-mono": "eth3d:open_eth3d_mono",
        "eth3d": "eth3d:open_eth3d",
        "hiroom": "hiroom:open_hiroom",
        "dtu": "dtu:open_dtu",
        "dtu64": "dtu:open_dtu64",
        "7scenes": "seven_scenes:open_seven_scenes",
        "scannetpp": "scannetpp:open_scannetpp",
        "tum": "tum:open_tum",
        "kitti-odometry": "kitti_odometry:open_kitti_odometry",
    }
)
"""Suite -> module here and its ``function(root, options)``."""


def open_suite(
    name: str, root: Path, options: SuiteOptions | Mapping[str, Any] | None = None
) -> "ListedSuite":
    """A suite by name.

    Args:
        name: One of ``READERS``.
        root: Folder of the data; ``protocol_of(name).source.layout`` says what lies in it.
        options: Which tasks are made of it.

    Raises:
        OptionError: If there is no such suite, or an option is not accepted.
    """
    if name not in READERS:
        raise OptionError(f"Unknown suite {name!r}; accepted: {', '.join(READERS)}.")
    module, function = READERS[name].split(":")
    factory = getattr(importlib.import_module(f"{_HERE}.{module}"), function)
    suite: ListedSuite = factory(Path(root), options_from(SuiteOptions, options))
    return suite
