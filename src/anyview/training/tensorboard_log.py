# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A run's numbers for TensorBoard (extra ``train``): the journal again, for those who use it."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from anyview.core.optional import require
from anyview.io.atomic import prepare_folder


class TensorBoardLog:
    """Writes event files.

    Args:
        folder: Where they go; ``tensorboard --logdir`` is given it or a parent.
        resume_step: The first step that is going to be made; TensorBoard then forgets what an
            earlier, longer life of the run wrote about it and later steps.

    Raises:
        MissingDependencyError: If tensorboard is not installed.
    """

    def __init__(self, folder: str | Path, *, resume_step: int | None = None) -> None:
        require("tensorboard", extra="train", purpose="write TensorBoard logs")
        tensorboard: Any = require(
            "torch.utils.tensorboard", extra="train", purpose="write TensorBoard logs"
        )
        # Flushed often: a run is watched while it goes, and may be killed.
        self._writer = tensorboard.SummaryWriter(
            str(prepare_folder(folder)), purge_step=resume_step, flush_secs=15
        )

    def write(self, step: int, numbers: Mapping[str, float | int], *, kind: str = "train") -> None:
        """Add numbers; takes what ``Journal.write`` takes."""
        for name, value in numbers.items():
            self._writer.add_scalar(f"{kind}/{name}", value, step)

    def close(self) -> None:
        """Bring everything to the disk."""
        self._writer.close()

    def __enter__(self) -> "TensorBoardLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
