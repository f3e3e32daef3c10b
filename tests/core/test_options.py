# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import dataclass, fields
from typing import Literal, Optional

import pytest

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, option, options_from

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


def test_unknown_names_are_refused_with_a_hint():
    with pytest.raises(OptionError, match=r"'color'.*mean 'colour'.*Accepted: colour, second"):
        options_from(Painting, {"color": "red"})


def test_options_are_taken_as_they_are_or_by_default():
    painting = Painting(size=3)
    assert options_from(Painting, painting) is painting
    assert options_from(Painting, None) == Painting()
    with pytest.raises(OptionError, match=r"Painting\(...\).*got str"):
        options_from(Painting, "red")
