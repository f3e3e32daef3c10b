# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Tables in the reference documents agree with the code that they describe."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from anyview.assets import asset_path
from anyview.export import npz
from anyview.export.formats import FORMATS
from anyview.model.registry import VARIANTS, Variant
from anyview.structures.gaussians import Gaussians
from anyview.structures.prediction import Prediction

from .doc_references import DOCS

PREDICTION = (DOCS / "reference" / "prediction.md").read_text(encoding="utf-8")
FILE_FORMATS = (DOCS / "reference" / "file_formats.md").read_text(encoding="utf-8")
VARIANTS_TEXT = (DOCS / "reference" / "variants.md").read_text(encoding="utf-8")
DTYPES = {"Float": "float32", "UInt8": "uint8", "Bool": "bool", "Int": "int64"}


def table_after(text: str, header: str) -> dict[str, str]:
    """Rows of the table that starts with ``header``: the first cell without ticks, and the row."""
    _, found, rest = text.partition(header)
    assert found, f"no table {header}"
    rows = {}
    for line in rest.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows[line.split("|")[1].strip().strip("`")] = line
    return rows


def shape_and_type(hint: Any) -> str | None:
    """``[V, H, W]` float32`` of a jaxtyping annotation; None for other types."""
    for part in (hint, *get_args(hint)):
        if hasattr(part, "dim_str"):
            axes = part.dim_str.replace("*batch ", "").split()
            kind = part.__name__.partition("[")[0]
            return f"`[{', '.join(axes)}]` {DTYPES[kind]}"
        if get_origin(part) is Mapping:  # features by layer
            inner = shape_and_type(get_args(part)[1])
            return None if inner is None else inner.replace("`[", "`{layer: [").replace("]`", "]}`")
    return None


@pytest.mark.parametrize(
    ("cls", "header"),
    [
        (Prediction, "| field | shape and type | what it is | from which models |"),
        (Gaussians, "| field | shape and type | what it is |"),
    ],
)
def test_every_field_is_described_with_its_shape(cls: type, header: str) -> None:
    section = PREDICTION.partition(f"## {'Gaussians' if cls is Gaussians else 'Fields'}\n")[2]
    rows = table_after(section, header)
    assert set(rows) == {f.name for f in fields(cls)}
    hints = get_type_hints(cls)
    for name, row in rows.items():
        described = shape_and_type(hints[name])
        assert described is None or described in row, f"{name} should be {described}"


def test_every_format_is_listed_with_its_files() -> None:
    rows = table_after(FILE_FORMATS, "| format | files | needs |")
    assert list(rows) == list(FORMATS)
    needs = {
        "cameras": "cameras",
        "common frame": "cameras, or a single view",
        "confidence": "confidence",
    }
    for name, row in rows.items():
        _, files, wanted = (cell.strip() for cell in row.strip("|").split("|"))
        assert tuple(re.findall(r"`([^`]+)`", files)) == FORMATS[name].files
        expected = [needs[need] for need in FORMATS[name].needs]
        package = FORMATS[name].package
        assert wanted == ", ".join([*expected, *([f"extra `{package[1]}`"] if package else [])])


def test_every_key_of_the_npz_file_is_listed() -> None:
    section = FILE_FORMATS.partition("## prediction.npz")[2].partition("## points.ply")[0]
    rows = "\n".join(table_after(section, "| keys | |").values())
    listed = set(re.findall(r"`(\w+)`", rows))
    written = {*npz._SHAPES, *npz._DERIVED, "names", "is_metric", "scale_note", "provenance"}
    written.add("lenses")
    written |= {f"gaussians_{name}" for name in npz._GAUSSIAN_SHAPES} | {"format_version"}
    assert listed == written
    assert "`features_<layer>`" in rows
    assert f"| `format_version` | {npz.FORMAT_VERSION} |" in rows


UNITS = {
    "relative": "no",
    "canonical": "with a known focal length",
    "nested": "yes",
}


def row_of(variant: Variant) -> str:
    """The line of the table that a variant should have."""
    hub_ids = [hub_id for hub_id in (variant.hub_id, *variant.revisions.values()) if hub_id]
    bundled = asset_path(variant.asset).stat().st_size if variant.asset else None
    size = f"{(variant.download_bytes or bundled or 0) / 1e6:,.0f} MB"
    cells = (
        f"`{variant.name}`",
        f"{variant.parameters / 1e6:,.1f} M",
        size + (", bundled" if bundled else ""),
        variant.licence,
        ", ".join(c for c in variant.capabilities if c != "metric"),
        UNITS[variant.metric],
        str(variant.default_resolution),
        ", ".join(f"`{hub_id}`" for hub_id in hub_ids) or "-",
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("name", [name for name, v in VARIANTS.items() if not v.hidden])
def test_every_variant_has_its_line(name: str) -> None:
    assert row_of(VARIANTS[name]) in VARIANTS_TEXT.splitlines()


def test_no_other_variant_is_listed() -> None:
    rows = table_after(VARIANTS_TEXT, "| name | parameters | file |")
    assert list(rows) == [name for name, variant in VARIANTS.items() if not variant.hidden]
