# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every error has one line and a documented code."""

import click
import pytest
import torch

from anyview.cli.exit_codes import EXIT_CODES, INTERRUPTED, MISSING_PACKAGE, SKIPPED, explain
from anyview.core import errors
from anyview.core.errors import AnyViewError, CheckpointMismatchError


def all_errors(cls: type[AnyViewError] = AnyViewError) -> list[type[AnyViewError]]:
    return [cls, *(found for sub in cls.__subclasses__() for found in all_errors(sub))]


def test_every_code_is_documented():
    own = {error.exit_code for error in all_errors()}
    named = {MISSING_PACKAGE, SKIPPED, INTERRUPTED}
    assert {0, click.UsageError.exit_code, *own, *named} == EXIT_CODES.keys()
    assert errors.MissingDependencyError.exit_code == MISSING_PACKAGE


def test_a_mismatch_names_the_first_keys_of_each_kind():
    error = CheckpointMismatchError(
        "w.safetensors",
        missing=[f"m{i}" for i in range(300)],
        unexpected=["u"],
        wrong_shape=["a is (1,), expected (2,)"],
    )
    message, code = explain(error)
    assert code == 4
    assert message == (
        "w.safetensors does not fit the network: missing (300): m0, m1, m10, m100, ...; "
        "unexpected (1): u; wrong shape (1): a is (1,), expected (2,)."
    )


def test_a_package_that_is_missing():
    message, code = explain(ModuleNotFoundError("No module named 'av'", name="av"))
    assert code == MISSING_PACKAGE
    assert "'av' is missing" in message
    assert "pip install" in message
    own = ModuleNotFoundError("No module named 'anyview.nosuch'", name="anyview.nosuch")
    assert explain(own)[1] == 1


def test_memory_that_runs_out_on_the_way():
    with pytest.raises(RuntimeError) as failed:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert explain(failed.value)[1] == 6
    assert explain(torch.OutOfMemoryError("CUDA out of memory."))[1] == 6
    assert explain(RuntimeError("shapes cannot be multiplied"))[1] == 1
