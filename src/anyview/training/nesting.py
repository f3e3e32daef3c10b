# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An any-view network and a metric network as one model in metres (DA3, section 4.3).

Nothing is trained: the nested network finds one scale a scene when it is used.
"""

from pathlib import Path

import torch

from anyview.core.errors import OptionError
from anyview.model.checkpoint import LoadedModel, load_model, save_checkpoint
from anyview.model.nested import NestedNetwork
from anyview.model.network import Network
from anyview.model.registry import NON_COMMERCIAL
from anyview.model.weights_files import inspect
from anyview.model.weights_info import WeightsInfo


def nest(
    any_view: str | Path,
    metric: str | Path,
    target: str | Path,
    *,
    name: str | None = None,
    overwrite: bool = False,
) -> WeightsInfo:
    """Join two models into one file that ``anyview.load`` reads.

    Numbers are stored as the wider of both files stores them; of two licences the stricter one
    holds for the whole.

    Args:
        any_view: Name or file of a model with cameras.
        metric: Name or file of a model whose depth is canonical: metres = depth * focal / 300.
        target: The file to write; its name ends in ``.safetensors``.
        name: What the model calls itself; None for both names in one.
        overwrite: Whether a file at ``target`` may be replaced.

    Returns:
        What was written, as ``inspect`` of the target gives it.

    Raises:
        OptionError: If a model is of the wrong kind, or the target may not be written.
        CheckpointError: If weights cannot be had.
        OutputError: If the target cannot be written.
    """
    target = Path(target)
    if target.exists() and not overwrite:
        raise OptionError(f"{target} exists. Choose another name or allow overwriting.")
    first, second = load_model(any_view), load_model(metric)
    if not isinstance(first.network, Network) or not first.network.config.is_any_view:
        raise OptionError(f"{any_view} is no any-view model; give one that predicts cameras.")
    if not isinstance(second.network, Network) or second.info.metric != "canonical":
        raise OptionError(
            f"{metric} is no metric model (its depth is {second.info.metric}); give one that was "
            "trained by the recipe 'metric', or metric-large."
        )
    network = NestedNetwork(first.network, second.network)
    info = WeightsInfo(
        name=name or f"nested-{first.info.name}-{second.info.name}",
        config=network.config,
        licence=_stricter(first.info, second.info),
        description=f"{first.info.name} and {second.info.name} together: in metres.",
        default_resolution=first.info.default_resolution,
        default_reference_view=first.info.default_reference_view,
        metric="nested",
        notes=" ".join(note for note in (first.info.notes, second.info.notes) if note),
    )
    save_checkpoint(target, network, info, dtype=_wider(first, second))
    return inspect(target)


def _stricter(*infos: WeightsInfo) -> str:
    """The licence without commercial use, if one is; else all that hold."""
    licences = {info.licence for info in infos}
    limited = sorted(info.licence for info in infos if not info.commercial_use)
    if limited:
        return NON_COMMERCIAL if NON_COMMERCIAL in limited else limited[0]
    return " AND ".join(sorted(licences))


def _wider(*models: LoadedModel) -> torch.dtype:
    """What both can be stored as without loss; float32 for weights that lie in no file."""
    stored = {None if m.info.file is None else m.info.file.dtype for m in models}
    one = {"float16": torch.float16, "bfloat16": torch.bfloat16}
    return one.get(next(iter(stored)) or "", torch.float32) if len(stored) == 1 else torch.float32
