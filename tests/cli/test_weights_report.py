# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of weights, without loading or downloading them."""

import json

import huggingface_hub
import pytest
from huggingface_hub import constants

from anyview.assets import asset_path
from anyview.cli.weights_report import METRIC, describe, megabytes, table
from anyview.core.errors import CheckpointError, OptionError
from anyview.model.registry import VARIANTS
from anyview.model.sources import list_variants


@pytest.fixture(autouse=True)
def no_network(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(
        huggingface_hub, "hf_hub_download", lambda *_, **__: pytest.fail("downloads")
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_is_described(name):
    document = describe(name)
    variant = VARIANTS[name]
    assert document["name"] == name
    assert document["licence"].startswith(variant.licence)
    assert ("not for commercial use" in document["licence"]) != variant.commercial_use
    assert document["unit of depth"] == METRIC[variant.metric]
    assert document.get("gives", list(variant.capabilities)) == list(variant.capabilities)
    json.dumps(document)


def test_a_file_is_described_from_its_header():
    path = asset_path("tiny.safetensors")
    document = describe(str(path))
    assert document["weights"] == "local"
    assert document["file"] == str(path)
    assert document["parameters"] == VARIANTS["tiny"].parameters
    assert document["size"] == f"{path.stat().st_size / 1e6:.1f} MB"
    assert describe("tiny") == {
        **document,
        "weights": "bundled",
        "gives": list(VARIANTS["tiny"].capabilities),
    }


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("nosuch", OptionError, "Unknown model 'nosuch'"),
        ("./nosuch.safetensors", CheckpointError, "no such file or folder"),
        ("some-org/some-model", CheckpointError, "no repository some-org/some-model has been"),
        ("some-org/some-model@v2", CheckpointError, "no repository some-org/some-model has been"),
        ("a b/c d", CheckpointError, "no such file or folder"),
        ("a/b/c", CheckpointError, "no such file or folder"),
    ],
)
def test_nothing_is_downloaded_to_be_looked_at(name, error, message):
    with pytest.raises(error, match=message):
        describe(name)


def test_table_marks_what_is_not_for_commercial_use():
    small, large = (row for row in list_variants() if row.name in ("small", "large"))
    assert table([small, large]) == [
        "name   parameters      file  licence         weights",
        "small      34.0 M    137 MB  Apache-2.0      to download",
        "    depth, conf, cameras, rays",
        "large     406.4 M  1,644 MB  CC-BY-NC-4.0 *  to download",
        "    depth, conf, cameras, rays",
        "",
        "* not for commercial use",
    ]
    assert len(table([small])) == 3


def test_sizes():
    assert [megabytes(size) for size in (None, 0, 17_000_000, 5_423_000_000)] == [
        "-",
        "0 MB",
        "17 MB",
        "5,423 MB",
    ]
