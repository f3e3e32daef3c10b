# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""All methods by name, without importing what they need: the command line lists them."""

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anyview.core.errors import MissingDependencyError, OptionError
from anyview.evaluation.benchmark.methods.spec import MethodSpec
from anyview.model.registry import VARIANTS

if TYPE_CHECKING:
    from anyview.evaluation.benchmark.task import Method

_HERE = "anyview.evaluation.benchmark.methods"
_WEIGHTS_ENDINGS = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")

REFERENCE_PACKAGES = ("depth_anything_3", "addict", "omegaconf", "einops", "e3nn", "evo")
"""What the reference implementation needs; it is no extra because it pins old packages."""


@dataclass(frozen=True)
class MethodKind:
    """A kind of method.

    Attributes:
        name: On the command line.
        description: One line.
        module: In this package; has ``build(spec)``.
        example: A specification.
        packages: Importable names that it needs beside the core.
        install: What brings them.
    """

    name: str
    description: str
    module: str
    example: str
    packages: tuple[str, ...] = ()
    install: str = ""

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        return [name for name in self.packages if importlib.util.find_spec(name) is None]


METHODS = {
    kind.name: kind
    for kind in (
        MethodKind(
            "MODEL",
            "One of our models: a name from 'anyview weights list', or a file or folder of weights",
            "models",
            "tiny:pose=rays,resolution=168",
        ),
        MethodKind(
            "reference",
            "The reference implementation with the weights of one of our models",
            "reference",
            "reference:model=small",
            REFERENCE_PACKAGES,
            "pip install --no-deps depth-anything-3==0.1.1 && pip install addict omegaconf einops "
            "e3nn evo",
        ),
        MethodKind(
            "colmap",
            "Structure from motion by pycolmap: poses, K and sparse depth",
            "colmap",
            "colmap:max_features=8192",
            ("pycolmap",),
            "pip install 'anyview[colmap]'",
        ),
        MethodKind(
            "opencv",
            "Essential matrices of pairs, chained, and semi-global stereo matching",
            "opencv",
            "opencv:stereo=false",
            ("cv2",),
            "pip install 'anyview[eval]'",
        ),
        MethodKind("constant", "One depth everywhere", "blind", "constant:cameras=sideways"),
        MethodKind("ramp", "Depth that grows from bottom to top", "blind", "ramp:fov_deg=50"),
        MethodKind(
            "mean-shape",
            "The mean depth of other scenes",
            "blind",
            "mean-shape:shape=worlds.npz",
        ),
        MethodKind("identity", "All cameras in one place, no depth", "blind", "identity"),
        MethodKind(
            "from-disk",
            "Answers that another program wrote, SUITE/TASK.npz in a folder",
            "from_disk",
            "from-disk:folder=answers",
        ),
    )
}
"""By name. Any other name is that of a model."""


def kind_of(spec: MethodSpec) -> MethodKind:
    """The kind of a method.

    Raises:
        OptionError: If no method and no model can be meant.
    """
    if spec.name in METHODS and spec.name != "MODEL":
        return METHODS[spec.name]
    looks_like_weights = (
        spec.name in VARIANTS
        or "/" in spec.name  # a path, or an id on the hub
        or spec.name.endswith(_WEIGHTS_ENDINGS)
        or Path(spec.name).exists()
    )
    if not looks_like_weights:
        raise OptionError(
            f"There is no method {spec.name!r}. Accepted: {', '.join(list(METHODS)[1:])}, or a "
            f"model: {', '.join(VARIANTS)}, or a file of weights."
        )
    return METHODS["MODEL"]


def check_packages(specs: Iterable[MethodSpec]) -> None:
    """Refuse methods whose packages are absent, before any work.

    Raises:
        OptionError: If there is no such method.
        MissingDependencyError: With what to install.
    """
    for spec in specs:
        kind = kind_of(spec)
        missing = kind.missing()
        if missing:
            raise MissingDependencyError(
                f"Method {spec.text!r} needs {', '.join(missing)}, which is not installed. Install "
                f"with: {kind.install}"
            )


def build_method(spec: MethodSpec) -> "Method":
    """Make a method ready: models are loaded.

    Raises:
        OptionError: If an option is unknown or not accepted.
        MissingDependencyError: If a package is absent.
        CheckpointError: If weights cannot be had.
        InputError: If a file that it needs cannot be used.
    """
    check_packages([spec])
    module = importlib.import_module(f"{_HERE}.{kind_of(spec).module}")
    method: Method = module.build(spec)
    return method
