# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass, fields
from typing import Literal, Optional

import numpy as np
import pytest

from anyview.core.errors import OptionError
from anyview.core.options import MAX_SEED, check_choices, check_seed, option, options_from

Colour = Literal["red", "green"]


@dataclass(frozen=True)
class Painting:
    colour: Colour = option("red", "Of the paint.")
    second: Colour | None = option(None, "Of the frame.")
    third: Optional[Literal[1, 2]] = option(None, "Of the wall.")  # noqa: UP045
    size: int | None = option(None, "In metres.")

    def __post_init__(self):
        check_choices(self)


def test_help_and_default_are_kept_together():
    colour = fields(Painting)[0]
    assert colour.default == "red"
    assert colour.metadata["help"] == "Of the paint."


@pytest.mark.parametrize(
    "values",
    [{}, {"colour": "green", "second": "red"}, {"second": None, "third": 2}, {"size": 7}],
)
def test_choices_that_exist_pass(values):
    assert options_from(Painting, values) == Painting(**values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"colour": "blue"}, ["colour", "'blue'", "'red'", "'green'"]),
        ({"colour": None}, ["colour", "None"]),
        ({"second": "blue"}, ["second", "'green'", "None"]),
        ({"third": 3}, ["third", "3", "1, 2, None"]),
    ],
)
def test_choices_that_do_not_exist_are_refused(values, words):
    with pytest.raises(OptionError) as caught:
        Painting(**values)
    assert all(word in str(caught.value) for word in words)


@dataclass(frozen=True)
class Typed:
    count: int = option(1, "Count.")
    share: float | None = option(None, "Share.")
    name: str = option("", "Name.")
    flag: bool = option(False, "Flag.")
    layers: tuple[int, ...] = option((), "Layers.")
    pair: tuple[float, float] = option((0.0, 1.0), "Pair.")
    anything: object = option(None, "Not checked.")

    def __post_init__(self):
        check_choices(self)


@pytest.mark.parametrize(
    "values",
    [
        {"count": 3, "share": 2, "name": "x", "flag": True, "layers": (1, 2), "pair": (1, 0.5)},
        {"count": np.int64(3), "share": np.float32(0.5), "layers": [], "anything": object()},
        {"share": None, "layers": [np.int32(1)], "pair": [0, 1]},
    ],
)
def test_values_of_the_right_type_pass_and_become_it(values):
    found = options_from(Typed, values)
    for name, value in values.items():
        assert getattr(found, name) == (tuple(value) if isinstance(value, list) else value)
    assert type(found.count) is int
    assert type(found.share) in (float, type(None))
    assert all(type(layer) is int for layer in found.layers)
    assert isinstance(found.pair, tuple)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("count", 1.0, "a whole number"),
        ("count", True, "a whole number"),
        ("count", None, "a whole number"),
        ("share", "1", "a number or None"),
        ("share", 1j, "a number or None"),
        ("name", b"x", "text"),
        ("flag", 1, "true or false"),
        ("layers", 3, "a list, each a whole number"),
        ("layers", (1, 2.5), "a list, each a whole number"),
        ("pair", (1.0,), "a list, each a number"),
        ("pair", "ab", "a list, each a number"),
    ],
)
def test_values_of_another_type_are_refused_by_name(name, value, accepted):
    for make in (lambda: options_from(Typed, {name: value}), lambda: Typed(**{name: value})):
        with pytest.raises(OptionError) as caught:
            make()
        assert str(caught.value).startswith(f"{name} is {repr(value)[:70]}")
        assert str(caught.value).endswith(f"; accepted: {accepted}.")


def test_whole_numbers_that_no_float_holds_are_refused():
    with pytest.raises(OptionError, match="share is a number of hundreds of digits; accepted"):
        options_from(Typed, {"share": -(2**1024)})


def test_long_values_are_cut_in_messages():
    with pytest.raises(OptionError) as caught:
        options_from(Typed, {"count": "x" * 5000})
    assert len(str(caught.value)) < 150


def test_unknown_names_are_refused_with_a_hint():
    with pytest.raises(OptionError, match=r"'color'.*mean 'colour'.*Accepted: colour, second"):
        options_from(Painting, {"color": "red"})


def test_options_are_taken_as_they_are_or_by_default():
    painting = Painting(size=3)
    assert options_from(Painting, painting) is painting
    assert options_from(Painting, None) == Painting()
    with pytest.raises(OptionError, match=r"Painting\(...\).*got str"):
        options_from(Painting, "red")


def test_seeds():
    check_seed(0)
    check_seed(MAX_SEED)
    for seed in (-1, MAX_SEED + 1, 10**5000):
        with pytest.raises(OptionError, match=r"seed is .*from 0 to"):
            check_seed(seed)
