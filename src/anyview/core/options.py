# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fields of options dataclasses: a default and one sentence of help, kept together."""

from dataclasses import field
from typing import Any


def option(default: Any, text: str) -> Any:
    """A dataclass field whose help text the command line shows.

    Args:
        default: The default, an immutable value.
        text: One sentence.
    """
    return field(default=default, metadata={"help": text})
