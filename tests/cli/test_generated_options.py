# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Command-line options equal the fields that they are made from."""

from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

import click
import pytest

from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.cli.main import run
from anyview.core.errors import OptionError
from anyview.core.options import option
from anyview.export.options import ExportOptions
from anyview.inference.options import InputOptions, PredictOptions

COMMANDS = {
    "predict": (InputOptions, PredictOptions, ExportOptions),
    "export": (ExportOptions,),
}


def options_of_command(name: str) -> dict[str, click.Option]:
    module = __import__(f"anyview.cli.{name}", fromlist=["command"])
    return {p.name: p for p in module.command.params if hasattr(p, "title")}


@pytest.mark.parametrize(("name", "classes"), COMMANDS.items())
def test_generated_options_equal_the_fields(name, classes):
    generated = options_of_command(name)
    assert generated.keys() == {field.name for cls in classes for field in fields(cls)}
    for cls in classes:
        hints = get_type_hints(cls)
        for field in fields(cls):
            made = generated[field.name]
            assert field.metadata["help"] in made.help
            assert "--" + field.name.replace("_", "-") in made.opts
            assert made.default == field.default
            literal = [
                h
                for h in (hints[field.name], *get_args(hints[field.name]))
                if getattr(h, "__origin__", None) is Literal
            ]
            if literal:
                assert tuple(made.type.choices) == get_args(literal[0])


@pytest.mark.parametrize(("name", "classes"), COMMANDS.items())
def test_no_options_at_all_are_the_defaults(name, classes):
    values = {option_name: made.default for option_name, made in options_of_command(name).items()}
    for cls in classes:
        assert take_options(cls, {**values, "another": 1}) == cls()


@dataclass(frozen=True)
class Cooking:
    count: int = option(2, "How many.")
    size: Literal["big", "small"] = option("big", "How big.")
    hot: bool = option(True, "Warm it up.")
    weight_kg: float | None = option(None, "How heavy (default: any).")
    layers: tuple[int, ...] = option((), "Which ones.")
    seed: int = option(0, "Seed of cooking.")

    def __post_init__(self) -> None:
        if self.count < 0:
            raise OptionError("count is negative")
        if self.seed < 0:
            raise ValueError("seed is negative")


@dataclass(frozen=True)
class Eating:
    seed: int = option(0, "Seed of eating.")


def command_with(taken: list) -> click.Command:
    @click.command("cook", cls=TitledCommand)
    @click.option("--plain", is_flag=True, help="Its own.")
    @options_of({"Kitchen": Cooking, "Table": Eating})
    def command(plain: bool, **others: object) -> None:
        taken.append((take_options(Cooking, others), take_options(Eating, others)))

    return command


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", Cooking()),
        ("--count 3 --size small", Cooking(count=3, size="small")),
        ("--no-hot --weight-kg 1.5", Cooking(hot=False, weight_kg=1.5)),
        ("--hot --layers 5,11", Cooking(layers=(5, 11))),
        ("--layers=", Cooking()),
        ("--seed 7", Cooking(seed=7)),
    ],
)
def test_words_become_values(words, expected):
    taken: list = []
    command_with(taken).main(words.split(), standalone_mode=False)
    ((cooking, eating),) = taken
    assert cooking == expected
    assert eating.seed == expected.seed  # one option sets both


@pytest.mark.parametrize("words", ["--size huge", "--count x", "--layers 1,b", "--hott"])
def test_words_that_are_no_values(words):
    with pytest.raises(click.UsageError):
        command_with([]).main(words.split(), standalone_mode=False)


@pytest.mark.parametrize("words", ["--count -1", "--seed -1"])
def test_values_that_the_options_refuse(words):
    with pytest.raises(OptionError, match="is negative"):
        command_with([]).main(words.split(), standalone_mode=False)


def test_help_has_a_section_for_each_title():
    command = command_with([])
    text = command.get_help(click.Context(command))
    own, kitchen = text.index("\nOptions:"), text.index("\nKitchen:")
    assert own < text.index("--plain") < kitchen < text.index("--count")
    assert "Seed of cooking. Seed of eating." in text
    assert "Table:" not in text  # nothing is left for it


def test_fields_of_one_name_must_agree():
    @dataclass(frozen=True)
    class Other:
        seed: int = option(1, "Another default.")

    with pytest.raises(AssertionError, match="seed differs"):
        options_of({"A": Eating, "B": Other})


def test_a_field_added_to_the_options_is_an_option_of_the_program(capsys):
    assert run(["predict", "--help"]) == 0
    text = capsys.readouterr().out
    for cls in COMMANDS["predict"]:
        for field in fields(cls):
            assert f"--{field.name.replace('_', '-')} " in text
