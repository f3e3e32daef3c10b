# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, option
from anyview.evaluation.benchmark.methods.spec import options_text, parse_spec, typed_options


@dataclass(frozen=True)
class Some:
    size: int | None = option(None, "A size.")
    share: float = option(0.5, "A share.")
    way: Literal["up", "down"] = option("up", "A way.")
    fast: bool = option(False, "Speed.")
    layers: tuple[int, ...] = option((), "Layers.")

    def __post_init__(self):
        check_choices(self)


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("tiny", "tiny", {}),
        ("tiny:pose=rays, max-memory-gb=2", "tiny", {"pose": "rays", "max_memory_gb": "2"}),
        ("C:/weights/a.safetensors", "C:/weights/a.safetensors", {}),
        ("C:/a.safetensors:pose=rays", "C:/a.safetensors", {"pose": "rays"}),
        ("from-disk:folder=/a/b=c", "from-disk", {"folder": "/a/b=c"}),
    ],
)
def test_names_and_options(text, name, options):
    spec = parse_spec(text)
    assert (spec.text, spec.name, spec.options) == (text, name, options)


@settings(max_examples=30, deadline=None)
@given(
    st.from_regex(r"[a-z][a-z/.-]{0,8}", fullmatch=True),
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True),
        st.from_regex(r"[a-z0-9./-]{1,8}", fullmatch=True),
        max_size=3,
    ),
)
def test_what_is_written_is_read(name, options):
    text = name + (":" if options else "") + ",".join(f"{k}={v}" for k, v in options.items())
    assert (parse_spec(text).name, parse_spec(text).options) == (name, options)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no name"),
        (":a=b", "no name"),
        ("tiny:a=b,c", "'c' is no option=value"),
        ("tiny:a=", "'a=' is no option=value"),
        ("tiny:a=1,a=2", "a is there twice"),
    ],
)
def test_what_is_no_specification(text, message):
    with pytest.raises(OptionError, match=message):
        parse_spec(text)


def test_values_become_what_their_fields_are():
    given_text = {"size": "none", "share": "1e-2", "way": "down", "fast": "Yes"}
    found = typed_options(Some, given_text, "m")
    assert found == Some(None, 0.01, "down", True)
    assert typed_options(Some, {"size": "12", "fast": "off"}, "m") == Some(12)
    assert options_text(Some(layers=(1,))) == {
        "size": None,
        "share": 0.5,
        "way": "up",
        "fast": False,
        "layers": [1],
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"siez": "1"}, "Did you mean 'size'"),
        ({"size": "1.5"}, "size is '1.5'; give a whole number"),
        ({"share": "much"}, "share is 'much'; give a number"),
        ({"way": "left"}, "Method 'm': way is 'left'; accepted: 'up', 'down'"),
        ({"fast": "maybe"}, "accepted: true, false"),
        ({"layers": "1"}, "layers cannot be given here"),
    ],
)
def test_values_that_are_not_accepted(options, message):
    with pytest.raises(OptionError, match=message):
        typed_options(Some, options, "m")
