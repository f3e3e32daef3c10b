# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""anyview: depth, cameras and a 3-D scene from any photos or video.

Importing this package imports neither torch nor anything else that is heavy: the public names
below are loaded on first use.
"""

import importlib
from typing import TYPE_CHECKING, Any

from anyview.core.version import __version__

# Public name -> module that defines it.
_PUBLIC = {
    "at_original_size": "anyview.structures.original_size",
    "build": "anyview.api",
    "load": "anyview.api",
    "predict": "anyview.api",
    "load_prediction": "anyview.api",
    "export_prediction": "anyview.api",
    "fuse": "anyview.api",
    "save_mesh": "anyview.api",
    "Predictor": "anyview.inference.engine",
    "PredictOptions": "anyview.inference.options",
    "InputOptions": "anyview.inference.options",
    "ExportOptions": "anyview.export.options",
    "FuseOptions": "anyview.fusion.options",
    "Mesh": "anyview.structures.points",
    "Prediction": "anyview.structures.prediction",
    "PointCloud": "anyview.structures.points",
    "Gaussians": "anyview.structures.gaussians",
    "AnyViewError": "anyview.core.errors",
}

__all__ = [
    "AnyViewError",
    "ExportOptions",
    "FuseOptions",
    "Gaussians",
    "InputOptions",
    "Mesh",
    "PointCloud",
    "PredictOptions",
    "Prediction",
    "Predictor",
    "__version__",
    "at_original_size",
    "build",
    "export_prediction",
    "fuse",
    "load",
    "load_prediction",
    "predict",
    "save_mesh",
]

if TYPE_CHECKING:
    from anyview.api import (
        build,
        export_prediction,
        fuse,
        load,
        load_prediction,
        predict,
        save_mesh,
    )
    from anyview.core.errors import AnyViewError
    from anyview.export.options import ExportOptions
    from anyview.fusion.options import FuseOptions
    from anyview.inference.engine import Predictor
    from anyview.inference.options import InputOptions, PredictOptions
    from anyview.structures.gaussians import Gaussians
    from anyview.structures.original_size import at_original_size
    from anyview.structures.points import Mesh, PointCloud
    from anyview.structures.prediction import Prediction


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(importlib.import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'anyview' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
