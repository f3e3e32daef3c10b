# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Settings of a run over many images, and their record beside the results."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anyview.core.errors import OptionError, OutputError
from anyview.inference.options import InputOptions, PredictOptions
from anyview.io.atomic import atomic_path
from anyview.model.weights_info import WeightsInfo

RUN_FILE = "anyview-run.json"
"""Says how the results of a folder were made; a folder is resumed only with the same settings."""


@dataclass(frozen=True)
class RunSettings:
    """How a run over many images goes.

    Attributes:
        input: How files are read; ``on_error`` decides whether a bad one stops the run.
        predict: How each image is predicted.
        batch_size: Images in a batch; None for a default by device.
        resume: Whether to go on in a folder that has results; otherwise it must be new.
        record: JSON-able settings of whatever writes, which must be the same to resume.
    """

    input: InputOptions = InputOptions()
    predict: PredictOptions = PredictOptions()
    batch_size: int | None = None
    resume: bool = True
    record: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a batch of nothing."""
        if self.batch_size is not None and self.batch_size < 1:
            raise OptionError(f"batch_size is {self.batch_size}; give at least 1.")


def check_run(root: Path, info: WeightsInfo, settings: RunSettings) -> None:
    """Write into a folder what makes its results, or compare that with what made those there.

    Args:
        root: Existing folder.
        info: Of the model.
        settings: Of the run.

    Raises:
        OptionError: If there are results made with other settings.
        OutputError: If there are results and no resuming is wanted, or other folders.
    """
    file = info.file
    # Through JSON, which has no tuples.
    record = json.loads(
        json.dumps(
            {
                "model": info.name,
                "weights_sha256": None if file is None else file.sha256,
                "predict": {
                    k: v for k, v in asdict(settings.predict).items() if k != "max_memory_gb"
                },
                "write": dict(settings.record),
            }
        )
    )
    path = root / RUN_FILE
    if path.is_file():
        if not settings.resume:
            raise OutputError(f"{root} holds results already; give another folder, or resume.")
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise OutputError(f"{path} cannot be read ({error}); give another folder.") from error
        if not isinstance(before, dict):
            raise OutputError(f"{path} is not a record of settings; give another folder.")
        different = sorted(key for key in {*record, *before} if record.get(key) != before.get(key))
        if different:
            raise OptionError(
                f"{root} holds results made with other settings ({', '.join(different)}; see "
                f"{path.name}). Give another folder, or the same settings to go on."
            )
        return
    there = [entry.name for entry in root.iterdir() if entry.is_dir()]
    if there:
        raise OutputError(
            f"{root} has folders that are not results of this program ({there[0]}, ...); give an "
            "empty or new folder."
        )
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1), encoding="utf-8")
