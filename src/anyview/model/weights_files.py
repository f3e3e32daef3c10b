# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Weights on disk: which file a path means, and what is in it (no torch here)."""

import json
from pathlib import Path

from anyview.core.errors import CheckpointError
from anyview.model.published_variant import recognise
from anyview.model.registry import Variant
from anyview.model.safetensors_header import read_header, refuse_pickle
from anyview.model.weights_info import (
    METADATA_KEY,
    WeightsInfo,
    info_from_metadata,
    info_of_variant,
    with_file,
)

WEIGHTS_NAME = "model.safetensors"
CONFIG_NAME = "config.json"


def locate(path: Path) -> tuple[Path, Path | None]:
    """The weights file that ``path`` means, and the ``config.json`` that belongs to it.

    Args:
        path: A file, or a folder with ``model.safetensors`` or one safetensors file.

    Raises:
        CheckpointError: If there is no such file, or more than one.
    """
    if not path.exists():
        raise CheckpointError(f"There are no weights at {path}.")
    folder = path if path.is_dir() else path.parent
    candidates = sorted(folder.glob("*.safetensors"))
    if not path.is_dir():
        file = path
    elif folder / WEIGHTS_NAME in candidates:
        file = folder / WEIGHTS_NAME
    elif len(candidates) == 1:
        file = candidates[0]
    elif candidates:
        raise CheckpointError(
            f"{path} holds several weights files; pass one of them: "
            + ", ".join(c.name for c in candidates)
        )
    else:
        for pickle in sorted(folder.glob("*.bin")) + sorted(folder.glob("*.pt*")):
            refuse_pickle(pickle)
        raise CheckpointError(f"The folder {path} holds no safetensors file.")
    config = folder / CONFIG_NAME
    # Beside several weights files a config.json could be another one's.
    belongs = file.name == WEIGHTS_NAME or candidates == [file]
    return file, config if belongs and config.is_file() else None


def read_model_name(config: Path) -> str | None:
    """``model_name`` in a published ``config.json``, or None if it has none.

    Raises:
        CheckpointError: If the file is not a JSON object.
    """
    try:
        content = json.loads(config.read_bytes())
    except OSError as error:
        raise CheckpointError(f"Cannot read {config}: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{config} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{config} is not a JSON object.")
    name = content.get("model_name")
    return name if isinstance(name, str) else None


def inspect(path: str | Path, *, variant: Variant | None = None) -> WeightsInfo:
    """What weights are, from their header alone: no tensor is read.

    Args:
        path: A safetensors file in our format or a published one, or a folder with one.
        variant: What they are, for published files that do not say it themselves.

    Returns:
        Everything about them, with ``file`` set.

    Raises:
        CheckpointError: If there are none, they are damaged, or they are not what ``variant`` says.
    """
    file, config = locate(Path(path))
    header = read_header(file)
    if METADATA_KEY not in header.metadata:
        found = recognise(
            {key: entry.shape for key, entry in header.tensors.items()},
            str(file),
            model_name=None if config is None else read_model_name(config),
            variant=variant,
        )
        return with_file(info_of_variant(found), file, header, "published")
    try:
        info = info_from_metadata(header.metadata, len(header.tensors))
    except CheckpointError as error:
        raise CheckpointError(f"Cannot use {file}: {error}") from error
    if variant is not None and (info.config, info.metric) != (variant.config, variant.metric):
        raise CheckpointError(f"{file} should be {variant.name!r}, but it is {info.name!r}.")
    return with_file(info, file, header, "anyview")
