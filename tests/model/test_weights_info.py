# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What weights say about themselves survives the way through a file, or is refused."""

import hashlib
import json
from dataclasses import replace

import pytest

from anyview.core.errors import CheckpointError
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import (
    FORMAT_VERSION,
    METADATA_KEY,
    WeightsFile,
    info_from_metadata,
    info_of_variant,
    info_to_metadata,
)

INFO = replace(info_of_variant(VARIANTS["nano"]), name="mine", notes="Gefühlt gut.\nZeile 2")


def edited(**changes):
    values = json.loads(info_to_metadata(INFO)[METADATA_KEY])
    for key, value in changes.items():
        if value is ...:
            del values[key]
        else:
            values[key] = value
    return {METADATA_KEY: json.dumps(values)}


@pytest.mark.parametrize("name", VARIANTS)
def test_round_trip(name):
    info = replace(info_of_variant(VARIANTS[name]), notes=INFO.notes)
    assert info_from_metadata(info_to_metadata(info), tensors=5000) == info


def test_equal_infos_give_equal_text():
    assert info_to_metadata(INFO) == info_to_metadata(replace(INFO))
    assert list(info_to_metadata(INFO)) == [METADATA_KEY]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format_version": 2}, f"format version 2, this anyview reads {FORMAT_VERSION}.*upgrade"),
        ({"format_version": ...}, "no format_version"),
        ({"format_version": "1"}, "no format_version"),
        ({"licence": ...}, r"missing \['licence'\]"),
        ({"colour": "red"}, r"unknown \['colour'\]"),
        ({"metric": "feet"}, "metric .accepted: relative, canonical, nested"),
        ({"default_reference_view": "last"}, "default_reference_view .accepted: first"),
        ({"default_resolution": 3}, "default_resolution"),
        ({"default_resolution": "504"}, "default_resolution"),
        ({"name": 3, "notes": None}, "name; notes"),
        ({"config": 3}, "network must be an object"),
        ({"config": {}}, "incomplete"),
        ({"config": {"kind": "nested"}}, "any_view must be an object"),
        ({"config": {**INFO.config.to_dict(), "colour": 1}}, "unknown fields .'colour'"),
        ({"config": {**INFO.config.to_dict(), "head": None}}, "incomplete|no head"),
    ],
)
def test_bad_metadata_is_refused(changes, message):
    with pytest.raises(CheckpointError, match=message):
        info_from_metadata(edited(**changes), tensors=5000)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000])
def test_garbage_is_refused(text):
    with pytest.raises(CheckpointError, match=r"not JSON|no format_version"):
        info_from_metadata({METADATA_KEY: text}, tensors=5000)


def test_licences():
    assert INFO.commercial_use
    assert INFO.licence_notice is None
    for licence in ("CC-BY-NC-4.0", "cc-by-nc-sa-4.0"):
        restricted = replace(INFO, licence=licence)
        assert not restricted.commercial_use
        assert licence in restricted.licence_notice
        assert "not for commercial use" in restricted.licence_notice


def test_hash_is_of_the_whole_file_and_computed_once(tmp_path):
    path = tmp_path / "file"
    content = bytes(range(256)) * 5000  # longer than one block
    path.write_bytes(content)
    file = WeightsFile(path, "anyview", len(content), "float32", 3)
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    path.unlink()
    assert file.sha256 == hashlib.sha256(content).hexdigest()
