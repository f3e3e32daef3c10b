# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for processes that make scenes; importing this is cheap, which they have to do."""

import os
from multiprocessing.connection import Connection

from anyview.core.errors import OutputError


def die(_folder: object, _settings: object, _pipe: Connection) -> None:
    """End without a word."""
    os._exit(3)


def fail(_folder: object, _settings: object, pipe: Connection) -> None:
    """Say what went wrong."""
    pipe.recv()
    pipe.send((OutputError, "the disk is full"))


def pretend(_folder: object, _settings: object, pipe: Connection) -> None:
    """Claim that every chunk is made."""
    while pipe.recv() is not None:
        pipe.send(None)
