# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Any weights to our one-file format: published files, our own, and pickles, opened safely."""

import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from anyview.core.errors import CheckpointError, OptionError
from anyview.model.build import build
from anyview.model.checkpoint import check_state, read_tensors, write_state
from anyview.model.published_keys import is_published
from anyview.model.published_state import to_ours
from anyview.model.published_variant import recognise
from anyview.model.registry import Variant, find_variant
from anyview.model.safetensors_header import is_pickle
from anyview.model.weights_files import CONFIG_NAME, inspect, read_model_name
from anyview.model.weights_info import WeightsInfo, info_of_variant

STORED_DTYPES: Mapping[str, torch.dtype | None] = MappingProxyType(
    {
        "keep": None,
        "float32": torch.float32,
        "float16": torch.float16,
        "bfloat16": torch.bfloat16,
    }
)
"""What floats can be stored as, by the names that ``convert`` accepts."""

_WRAPPERS = ("state_dict", "model_state_dict", "model")
"""Keys under which training programs put the tensors."""

_PICKLE_ERRORS = (
    pickle.UnpicklingError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ImportError,
)
"""What a damaged or hostile pickle makes the reader raise."""


def convert(
    source: str | Path,
    target: str | Path,
    *,
    variant: str | None = None,
    dtype: str = "keep",
    notes: str | None = None,
    overwrite: bool = False,
) -> WeightsInfo:
    """Convert weights to our format; strict: every tensor is accounted for, every value finite.

    Args:
        source: A published safetensors file, a file of ours, a folder with one, or a pickle of
            tensors (``.pt``, ``.pth``, ``.bin``, ``.ckpt``). Pickles are read without running
            what they contain.
        target: The file to write; its name ends in ``.safetensors``.
        variant: What the weights are; needed if neither ``config.json`` nor the shapes tell.
            The licence and the defaults that are written down are then those of the registry.
        dtype: To store floats as: ``keep``, ``float32``, ``float16`` or ``bfloat16``.
        notes: What to write down about the weights; None keeps what ours says.
        overwrite: Whether a file at ``target`` may be replaced.

    Returns:
        What was written, as ``inspect`` of the target gives it.

    Raises:
        OptionError: If an option or the name of the target is not accepted.
        CheckpointError: If the source cannot be read safely or does not fit the network.
        OutputError: If the target cannot be written.
    """
    if dtype not in STORED_DTYPES:
        raise OptionError(f"Unknown dtype {dtype!r}. Accepted: {', '.join(STORED_DTYPES)}.")
    target = Path(target)
    if target.exists() and not overwrite:
        raise OptionError(f"{target} exists. Choose another name or allow overwriting.")
    wanted = find_variant(variant) if variant is not None else None
    state, info = _read(Path(source), wanted)
    check_state(build(info.config, device="meta"), state, str(source))
    broken = [key for key, value in state.items() if not bool(value.isfinite().all())]
    if broken:
        raise CheckpointError(f"{source} has values that are not finite in: {', '.join(broken)}.")
    if wanted is not None:  # what the registry says may be newer than what the file says
        info = replace(info_of_variant(wanted), notes=info.notes)
    if notes is not None:
        info = replace(info, notes=notes)
    write_state(target, state, info, dtype=STORED_DTYPES[dtype])
    return inspect(target)


def _read(source: Path, variant: Variant | None) -> tuple[dict[str, Tensor], WeightsInfo]:
    """Tensors by our keys, and what they are."""
    if not (source.is_file() and is_pickle(source)):
        info = inspect(source, variant=variant)
        assert info.file is not None, "inspect gives the file"
        state = read_tensors(info.file.path)
        if info.file.layout == "published":
            state = to_ours(state, str(source))
        return state, info
    state = read_pickle(source)
    if variant is not None and not is_published(state):
        return state, info_of_variant(variant)
    config = source.with_name(CONFIG_NAME)
    found = recognise(
        {key: tuple(value.shape) for key, value in state.items()},
        str(source),
        model_name=read_model_name(config) if config.is_file() else None,
        variant=variant,
    )
    return to_ours(state, str(source)), info_of_variant(found)


def read_pickle(path: Path) -> dict[str, Tensor]:
    """The tensors of a pickle, without running any code that it holds.

    Args:
        path: A file that ``torch.save`` wrote: tensors by name, possibly one level down.

    Raises:
        CheckpointError: If it holds anything but tensors, numbers and text, or is damaged.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == b"PK"  # older files cannot be mapped
            file.seek(0)
            # Torch reads a file called .safetensors as one, whatever it contains.
            mapped = is_zip and path.suffix.lower() != ".safetensors"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # guesses about damaged files
                content = torch.load(
                    path if mapped else file, map_location="cpu", weights_only=True, mmap=mapped
                )
    except _PICKLE_ERRORS as error:
        # Torch's own text is left out: it advises to open the file unsafely.
        found = re.search(r"GLOBAL ([\w.]+)", str(error))
        if found:
            raise CheckpointError(
                f"{path} is refused: it wants to run {found[1]} when it is opened. Weights need "
                "no code; do not trust this file."
            ) from error
        unpickling = isinstance(error, pickle.UnpicklingError) or not str(error)
        reason = "it is damaged" if unpickling else str(error).strip().split("\n")[0][:200]
        raise CheckpointError(f"{path} is not a readable pickle of tensors: {reason}.") from error
    return _tensors_of(content, path)


def _tensors_of(content: Any, path: Path) -> dict[str, Tensor]:
    candidates = [content]
    if isinstance(content, Mapping):
        candidates += [content[name] for name in _WRAPPERS if name in content]
    for candidate in candidates:
        if (
            isinstance(candidate, Mapping)
            and candidate
            and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in candidate.items())
        ):
            return dict(candidate)
    what = f"entries {sorted(map(str, content))[:8]}" if isinstance(content, Mapping) else "no dict"
    raise CheckpointError(
        f"{path} holds {what}; tensors by name are expected, at the top or under "
        f"{', '.join(_WRAPPERS)}."
    )
