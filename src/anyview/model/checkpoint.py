# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Networks to files and back: our own one-file format, and published files. Strict, always."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from anyview.core.errors import (
    CheckpointError,
    CheckpointMismatchError,
    OptionError,
    OutputError,
)
from anyview.io.atomic import atomic_path
from anyview.model.build import build
from anyview.model.published_state import to_ours
from anyview.model.registry import Variant
from anyview.model.sources import resolve
from anyview.model.weights_files import inspect
from anyview.model.weights_info import WeightsInfo, info_of_variant, info_to_metadata

logger = logging.getLogger(__name__)

_FORMAT_NAMES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}
_ALIGNMENT = 64


@dataclass(frozen=True)
class LoadedModel:
    """A network with its weights, and what is known about them.

    Attributes:
        network: In evaluation mode, float32, on the CPU, without gradients.
        info: Name, licence, defaults, file.
    """

    network: nn.Module
    info: WeightsInfo


def load_checkpoint(path: str | Path, *, variant: Variant | None = None) -> LoadedModel:
    """Load a network from a file.

    Half-precision weights become float32: the precision of a run is chosen later. Float32 weights
    stay in the mapped file until they are used; changing them does not change the file.

    Args:
        path: A safetensors file in our format or a published one, or a folder with one.
        variant: What it is, for published files that do not say it themselves.

    Raises:
        CheckpointError: If there are no weights, or they are damaged or not readable safely.
        CheckpointMismatchError: Naming every key that is missing, unknown or has a wrong shape.
    """
    info = inspect(path, variant=variant)
    assert info.file is not None, "inspect gives the file"
    source = str(info.file.path)
    state = read_tensors(info.file.path)
    if info.file.layout == "published":
        state = to_ours(state, source)
    network = build(info.config, device="meta")
    check_state(network, state, source)
    network.load_state_dict({k: v.to(torch.float32) for k, v in state.items()}, assign=True)
    network.eval().requires_grad_(requires_grad=False)
    left = [name for name, tensor in network.named_buffers() if tensor.is_meta]
    assert not left, f"buffers that no file fills: {left}"
    if info.licence_notice is not None:
        logger.warning(info.licence_notice)
    return LoadedModel(network, info)


def load_model(
    name_or_path: str | Path, *, cache_folder: str | Path | None = None, seed: int = 0
) -> LoadedModel:
    """Load by name, path or hub id, downloading if need be.

    Args:
        name_or_path: A variant (``"tiny"``, ``"large"``), a file or folder, or a hub id.
        cache_folder: Where downloads are kept; None for the hub's usual place.
        seed: Of the weights of test variants, which are random.

    Raises:
        CheckpointError: If the weights cannot be had; the message says what to do.
    """
    source = resolve(name_or_path, cache_folder=cache_folder)
    if source.path is not None:
        return load_checkpoint(source.path, variant=source.variant)
    assert source.variant is not None, "only variants have no file"
    logger.warning("The weights of %r are random: it exists for tests.", source.variant.name)
    network = build(source.variant.config, seed=seed)
    return LoadedModel(network, info_of_variant(source.variant))


def save_checkpoint(
    path: str | Path,
    network: nn.Module,
    info: WeightsInfo,
    *,
    dtype: torch.dtype | None = None,
) -> None:
    """Write a network in our format: one file, whole or not at all, equal bytes for equal weights.

    Args:
        path: A name that ends in ``.safetensors``.
        network: Whose config is ``info.config``.
        info: What is written beside the weights; ``info.file`` is not.
        dtype: To store floats as; None keeps them.

    Raises:
        OptionError: If the name has another ending, or ``info`` is not about this network.
        CheckpointError: If values do not fit ``dtype``.
        OutputError: If the file cannot be written.
    """
    if network.config != info.config:
        raise OptionError("The info to save has another config than the network.")
    write_state(Path(path), network.state_dict(), info, dtype=dtype)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file, mapped rather than read.

    Raises:
        CheckpointError: If the file is damaged.
    """
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} is damaged or cannot be read: {error}.") from error


def check_state(network: nn.Module, state: Mapping[str, Tensor], source: str) -> None:
    """Compare keys, shapes and kinds of numbers with what the network has.

    Raises:
        CheckpointMismatchError: Naming everything that differs, in one message.
    """
    expected = network.state_dict()
    wrong = []
    for key in expected.keys() & state.keys():
        have, want = tuple(state[key].shape), tuple(expected[key].shape)
        if have != want:
            wrong.append(f"{key} is {have}, expected {want}")
        elif not state[key].is_floating_point():
            wrong.append(f"{key} holds {state[key].dtype}, expected floats")
    missing, unexpected = expected.keys() - state.keys(), state.keys() - expected.keys()
    if missing or unexpected or wrong:
        raise CheckpointMismatchError(
            source, missing=missing, unexpected=unexpected, wrong_shape=wrong
        )


def _convert(state: Mapping[str, Tensor], dtype: torch.dtype | None) -> dict[str, Tensor]:
    converted, overflown = {}, []
    for key, value in state.items():
        stored = value.detach().to("cpu", dtype if dtype is not None else value.dtype)
        if stored.dtype not in _FORMAT_NAMES:
            stored = stored.to(torch.float32)
        if dtype == torch.float16 and bool((stored.isinf() & value.cpu().isfinite()).any()):
            overflown.append(key)
        converted[key] = stored.contiguous()
    if overflown:
        raise CheckpointError(
            f"Values are too large for float16 in: {', '.join(sorted(overflown))}. "
            "Store them as bfloat16 or float32."
        )
    return converted


def write_state(
    path: Path, state: Mapping[str, Tensor], info: WeightsInfo, *, dtype: torch.dtype | None = None
) -> None:
    """Write tensors with our metadata; see ``save_checkpoint``.

    The file is written here rather than by the safetensors package, whose metadata has no fixed
    order, whose writer leaves files that only their owner can read, and which holds all tensors
    in memory a second time.
    """
    if path.suffix != ".safetensors":
        raise OptionError(f"Weights are written as safetensors: {path.name} must end in that.")
    tensors = _convert(state, dtype)
    # Wide numbers first, so that every tensor is aligned to its own width.
    names = sorted(tensors, key=lambda k: (-tensors[k].element_size(), k))
    header: dict[str, object] = {"__metadata__": info_to_metadata(info)}
    offset = 0
    for name in names:
        tensor = tensors[name]
        end = offset + tensor.nbytes
        header[name] = {
            "dtype": _FORMAT_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    with atomic_path(path) as temporary:
        try:
            with temporary.open("wb") as file:
                file.write(len(text).to_bytes(8, "little") + text)
                for name in names:
                    file.write(tensors[name].reshape(-1).view(torch.uint8).numpy().data)
        except OSError as error:
            raise OutputError(f"Cannot write {path}: {error.strerror or error}.") from error


__all__ = [
    "LoadedModel",
    "check_state",
    "inspect",
    "load_checkpoint",
    "load_model",
    "read_tensors",
    "save_checkpoint",
    "write_state",
]
