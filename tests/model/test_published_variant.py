# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which variant a published file is."""

from pathlib import Path

import pytest

from anyview.core.errors import CheckpointError
from anyview.model.published_variant import recognise
from anyview.model.registry import find_variant

KEYS = Path(__file__).parent / "keys"


def shapes_of(name):
    rows = (line.split("\t") for line in (KEYS / f"{name}.tsv").read_text().splitlines()[1:])
    return {key: tuple(map(int, shape.split("x"))) for key, shape in rows}


@pytest.mark.parametrize(
    ("published", "name"),
    [
        ("da3-small", "small"),
        ("da3-base", "base"),
        ("da3-large", "large"),
        ("da3-giant", "giant"),
        ("da3nested-giant-large", "nested-giant-large"),
    ],
)
@pytest.mark.parametrize("prefix", ["model.", ""])
def test_shapes_alone_tell_any_view_variants(published, name, prefix):
    shapes = {prefix + k.removeprefix("model."): v for k, v in shapes_of(published).items()}
    assert recognise(shapes, "file").name == name


def test_shapes_cannot_tell_mono_from_metric():
    with pytest.raises(CheckpointError, match=r"'mono-large' or 'metric-large'.*config\.json"):
        recognise(shapes_of("da3mono-large"), "file")


@pytest.mark.parametrize("name", ["mono-large", "metric-large"])
def test_the_config_or_the_caller_tells_mono_from_metric(name):
    shapes, published = shapes_of("da3mono-large"), f"da3{name}"
    assert recognise(shapes, "file", model_name=published).name == name
    assert recognise(shapes, "file", variant=find_variant(name)).name == name
    both = recognise(shapes, "file", model_name=published, variant=find_variant(name))
    assert both.name == name


def test_a_contradiction_is_an_error():
    with pytest.raises(CheckpointError, match=r"should be 'metric-large'.*says 'da3mono-large'"):
        recognise(
            shapes_of("da3mono-large"),
            "file",
            model_name="da3mono-large",
            variant=find_variant("metric-large"),
        )


def test_later_releases_agree_with_the_config_of_the_first():
    found = recognise(
        shapes_of("da3-large"),
        "file",
        model_name="da3-large",
        variant=find_variant("large-1.1"),
    )
    assert found.name == "large-1.1"


def test_an_unknown_model_name_falls_back_to_the_shapes():
    assert recognise(shapes_of("da3-base"), "file", model_name="my-finetune").name == "base"


def test_unknown_shapes_and_foreign_keys_are_errors():
    shapes = shapes_of("da3-base")
    shapes["model.backbone.pretrained.cls_token"] = (1, 1, 700)
    with pytest.raises(CheckpointError, match="fit no known model"):
        recognise(shapes, "file")
    with pytest.raises(CheckpointError, match="fit no known model"):
        recognise({"backbone.pretrained.cls_token": ()}, "file")
    for variant in (None, find_variant("base")):
        with pytest.raises(CheckpointError, match="neither anyview's metadata nor the keys"):
            recognise({"encoder.weight": (3, 4)}, "file", variant=variant)
