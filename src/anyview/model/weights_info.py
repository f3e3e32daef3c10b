# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What weights say about themselves, and how that is written into a file (no torch here).

Our own format is one safetensors file whose metadata entry ``anyview`` is JSON: the network's
config and everything below. There is no second file to lose.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from anyview.core.errors import CheckpointError
from anyview.model.config import NestedConfig, NetworkConfig, ReferenceView, config_from_dict
from anyview.model.config_check import check_config
from anyview.model.registry import MetricKind, Variant
from anyview.model.safetensors_header import SafetensorsHeader

METADATA_KEY = "anyview"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class WeightsFile:
    """The file that weights lie in.

    Attributes:
        path: The safetensors file.
        layout: Ours, or that of the published files.
        size_bytes: Its size.
        dtype: What the tensors are stored as, such as ``"float16"``.
        parameters: Number of stored elements.
    """

    path: Path
    layout: Literal["anyview", "published"]
    size_bytes: int
    dtype: str
    parameters: int

    @cached_property
    def sha256(self) -> str:
        """Hash of the whole file; reads it (about a second per gigabyte), once."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


@dataclass(frozen=True)
class WeightsInfo:
    """Everything about weights but their values.

    Attributes:
        name: Variant or given name.
        config: The network that they fit.
        licence: SPDX identifier.
        description: One line.
        default_resolution: Longest image side that they were trained for, in pixels.
        default_reference_view: How they were trained to choose the reference view.
        metric: What the unit of depth is.
        notes: How they were trained, what they cannot do.
        file: Where they were read from; None for weights that lie in no file.
    """

    name: str
    config: NetworkConfig | NestedConfig
    licence: str
    description: str
    default_resolution: int
    default_reference_view: ReferenceView
    metric: MetricKind
    notes: str = ""
    file: WeightsFile | None = None

    @property
    def commercial_use(self) -> bool:
        """Whether the licence permits commercial use, as far as its name says."""
        return "-NC" not in self.licence.upper()

    @property
    def licence_notice(self) -> str | None:
        """A sentence to show whoever loads weights with a non-commercial licence."""
        if self.commercial_use:
            return None
        return (
            f"The weights of {self.name!r} are licensed {self.licence}: not for commercial use. "
            "Models with a permissive licence: tiny, small, base, mono-large, metric-large."
        )


def info_of_variant(variant: Variant) -> WeightsInfo:
    """What the registry knows of the weights of ``variant``."""
    return WeightsInfo(
        name=variant.name,
        config=variant.config,
        licence=variant.licence,
        description=variant.description,
        default_resolution=variant.default_resolution,
        default_reference_view=variant.default_reference_view,
        metric=variant.metric,
    )


def info_to_metadata(info: WeightsInfo) -> dict[str, str]:
    """The metadata of a file in our format. One entry, so that equal weights give equal bytes."""
    values: dict[str, Any] = {f.name: getattr(info, f.name) for f in fields(info)}
    del values["file"]
    values["config"] = info.config.to_dict()
    return {METADATA_KEY: json.dumps({"format_version": FORMAT_VERSION, **values}, sort_keys=True)}


def _fields_of(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"its anyview metadata is not JSON ({error}).") from error
    if not isinstance(values, dict) or type(values.get("format_version")) is not int:
        raise CheckpointError("its anyview metadata has no format_version.")
    version = values.pop("format_version")
    if version != FORMAT_VERSION:
        raise CheckpointError(
            f"it has format version {version}, this anyview reads {FORMAT_VERSION}. "
            "Upgrade with: pip install --upgrade anyview"
        )
    known = {f.name for f in fields(WeightsInfo)} - {"file"}
    if set(values) != known:
        raise CheckpointError(
            f"its anyview metadata should have the fields {sorted(known)}; "
            f"missing {sorted(known - set(values))}, unknown {sorted(set(values) - known)}."
        )
    return values


def info_from_metadata(metadata: Mapping[str, str], tensors: int) -> WeightsInfo:
    """Read back what ``info_to_metadata`` wrote.

    Args:
        metadata: The metadata of a file.
        tensors: Number of tensors in that file.

    Raises:
        CheckpointError: If it is not ours, of another version, or impossible.
    """
    values = _fields_of(metadata[METADATA_KEY])
    texts = ("name", "licence", "description", "notes")
    wrong = [n for n in texts if not isinstance(values[n], str)]
    for name, accepted in (
        ("metric", get_args(MetricKind)),
        ("default_reference_view", get_args(ReferenceView)),
    ):
        if values[name] not in accepted:
            wrong.append(f"{name} (accepted: {', '.join(accepted)})")
    resolution = values["default_resolution"]
    if type(resolution) is not int or resolution < 14:
        wrong.append("default_resolution (accepted: a number of pixels from 14)")
    if wrong:
        raise CheckpointError(f"its anyview metadata has bad values of: {'; '.join(wrong)}.")
    config = config_from_dict(values.pop("config"))
    check_config(config, tensors)
    return WeightsInfo(config=config, **values)


def with_file(
    info: WeightsInfo,
    path: Path,
    header: SafetensorsHeader,
    layout: Literal["anyview", "published"],
) -> WeightsInfo:
    """``info`` with the facts of the file it was read from."""
    file = WeightsFile(
        path=path,
        layout=layout,
        size_bytes=header.size_bytes,
        dtype=header.dtype,
        parameters=sum(entry.count for entry in header.tensors.values()),
    )
    return replace(info, file=file)
