# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The facts behind ``anyview weights list`` and ``anyview weights info``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from anyview.core.errors import CheckpointError
from anyview.model.registry import lookup_variant
from anyview.model.sources import VariantRow, list_variants, resolve
from anyview.model.weights_files import WEIGHTS_NAME, inspect
from anyview.model.weights_info import WeightsInfo, info_of_variant

METRIC = {
    "relative": "scene units",
    "canonical": "metres where the focal length is known (depth x focal / 300)",
    "nested": "metres",
}


def megabytes(size: int | None) -> str:
    """A size in units of 1e6 bytes."""
    return "-" if size is None else f"{size / 1e6:,.0f} MB"


def table(rows: Sequence[VariantRow]) -> list[str]:
    """The models as lines of at most 80 columns, two for each."""
    cells = [("name", "parameters", "file", "licence", "weights")]
    for row in rows:
        licence = row.licence if row.commercial_use else f"{row.licence} *"
        parameters = f"{row.parameters / 1e6:,.1f} M"
        cells.append((row.name, parameters, megabytes(row.download_bytes), licence, row.where))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for index, (name, parameters, size, licence, where) in enumerate(cells):
        lines.append(
            f"{name.ljust(widths[0])}  {parameters.rjust(widths[1])}  {size.rjust(widths[2])}  "
            f"{licence.ljust(widths[3])}  {where}"
        )
        if index > 0:
            lines.append("    " + ", ".join(rows[index - 1].capabilities))
    if not all(row.commercial_use for row in rows):
        lines += ["", "* not for commercial use"]
    return lines


def describe(name: str) -> dict[str, Any]:
    """What is known of a model: from its file if it is on this machine, else from the registry.

    Nothing is downloaded.

    Args:
        name: A model's name, a file, a folder or a hub id.

    Raises:
        OptionError: If the name is none of these.
        CheckpointError: If a file is there and cannot be read, or a repository that is not in
            the registry is not on this machine.
    """
    variant = lookup_variant(name)
    row = next((r for r in list_variants() if variant and r.name == variant.name), None)
    if variant is not None and (row is None or row.path is None):
        where = "random" if variant.hidden else "to download"
        document = document_of(info_of_variant(variant), where)
    else:
        if variant is None:
            _refuse_download(name)
        source = resolve(name)
        assert source.path is not None, "only test variants have no file"
        document = document_of(inspect(source.path), source.origin)
    return document if row is None else document | {"gives": list(row.capabilities)}


def _refuse_download(name: str) -> None:
    """Gigabytes are fetched to be used, not to be looked at."""
    if name.count("/") != 1 or name.startswith((".", "~")) or Path(name).exists():
        return
    from huggingface_hub import try_to_load_from_cache

    hub_id, _, revision = name.partition("@")
    try:
        found = try_to_load_from_cache(hub_id, WEIGHTS_NAME, revision=revision or None)
    except ValueError:
        return  # no hub id: ``resolve`` says what is wrong
    if not isinstance(found, str):
        raise CheckpointError(
            f"There is no file {name}, and no repository {hub_id} has been downloaded to this "
            "machine. Using it once downloads it: anyview predict --model."
        )


def document_of(info: WeightsInfo, where: str) -> dict[str, Any]:
    """What is known of weights, by readable names.

    Args:
        info: The facts.
        where: How they were found.
    """
    document: dict[str, Any] = {
        "name": info.name,
        "description": info.description,
        "licence": info.licence + ("" if info.commercial_use else " (not for commercial use)"),
        "weights": where,
        "unit of depth": METRIC[info.metric],
        "default resolution": info.default_resolution,
        "default reference view": info.default_reference_view,
    }
    if info.notes:
        document["notes"] = info.notes
    if info.file is not None:
        document |= {
            "file": str(info.file.path),
            "layout": info.file.layout,
            "size": f"{info.file.size_bytes / 1e6:.1f} MB",
            "stored as": info.file.dtype,
            "parameters": info.file.parameters,
            "sha256": info.file.sha256,
        }
    return document
