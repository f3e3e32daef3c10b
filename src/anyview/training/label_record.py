# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is written beside labels: which weights made them, how, and how each frame was aligned."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import nn

from anyview.core.errors import InputError, OptionError
from anyview.data.scene_document import (
    TEACHER_FILE,
    TEACHER_FORMAT,
    TEACHER_VERSION,
    read_document,
)
from anyview.data.stores import FolderStore
from anyview.model.weights_info import WeightsInfo
from anyview.training.label_fit import LabelFit
from anyview.training.label_options import FitLimits


@dataclass(frozen=True)
class LabelRecord:
    """What makes labels what they are; equal records make equal labels.

    Attributes:
        weights_hash: See ``weights_hash``.
        resolution: Longest side of the labels in pixels.
        limits: Of alignments.
    """

    weights_hash: str
    resolution: int
    limits: FitLimits

    def document(self, fits: Mapping[str, LabelFit]) -> dict[str, Any]:
        """What ``teacher.json`` keeps as ``extra``."""
        return {
            "resolution": self.resolution,
            "limits": asdict(self.limits),
            "fits": {name: fit.to_document() for name, fit in fits.items()},
        }

    def stored(self, folder: Path, teacher: str, *, overwrite: bool) -> dict[str, LabelFit] | None:
        """How frames were aligned, if a scene has labels of this very record; else None.

        Args:
            folder: Of the scene.
            teacher: Name of the labels.
            overwrite: Whether labels of another record may be replaced, and so count as none.

        Raises:
            InputError: If they are damaged.
            OptionError: If there are labels of another record, and they may not.
        """
        document = document_of(folder, teacher)
        if document is None:
            return None
        extra = document.get("extra") or {}
        if not isinstance(extra, dict):
            raise InputError(f"{folder}: extra of its labels must be a JSON object.")
        same = (
            document.get("weights_hash") == self.weights_hash
            and extra.get("resolution") == self.resolution
            and extra.get("limits") == asdict(self.limits)
        )
        if same:
            return fits_of(document, folder)
        if overwrite:
            return None
        raise OptionError(
            f"{folder} has labels called {teacher!r} that other weights or options made. Give the "
            "new ones another name, or allow overwriting."
        )


def document_of(folder: Path, teacher: str) -> dict[str, Any] | None:
    """The ``teacher.json`` of a scene's labels of a name, or None.

    Raises:
        InputError: If one of the scene's is damaged.
    """
    store = FolderStore(folder)
    for path in sorted((folder / "teacher").glob(f"[!.]*/{TEACHER_FILE}")):
        name = f"teacher/{path.parent.name}/{TEACHER_FILE}"
        document = read_document(store, name, kind=TEACHER_FORMAT, version=TEACHER_VERSION)
        if document.get("teacher") == teacher:
            return document
    return None


def fits_of(document: Mapping[str, Any], folder: Path) -> dict[str, LabelFit]:
    """How the frames of labels were aligned, by their names.

    Args:
        document: A ``teacher.json``.
        folder: Of the scene, for messages.

    Raises:
        InputError: If it does not say so.
    """
    extra = document.get("extra")
    fits = extra.get("fits") if isinstance(extra, dict) else None
    if not isinstance(fits, dict):
        raise InputError(f"{folder}: its labels do not say how they were aligned.")
    return {name: LabelFit.from_document(fit) for name, fit in fits.items()}


def weights_hash(network: nn.Module, info: WeightsInfo) -> str:
    """SHA-256 of the weights file; of the numbers themselves for weights that lie in none."""
    if info.file is not None:
        return info.file.sha256
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().float().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
