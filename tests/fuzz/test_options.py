# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Any value for any option: it is accepted or refused by name, and what is accepted works."""

import contextlib
from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np
import pytest

from anyview.api import build
from anyview.core.errors import OptionError
from anyview.core.options import options_from
from anyview.data.converters.options import ConvertOptions
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction
from anyview.inference.options import InputOptions, PredictOptions

from .mutations import VALUES
from .outcome import fault_of
from .reading_views import prediction

ODD = (
    *VALUES,
    14,
    3.5,
    (1, 2),
    [1, 2],
    ("a",),
    {1},
    object(),
    b"bytes",
    np.float32(2),
    np.int64(70),
)
ALL = [
    (cls, field.name)
    for cls in (PredictOptions, InputOptions, ExportOptions, ConvertOptions)
    for field in fields(cls)
]
IDS = [f"{cls.__name__}.{name}" for cls, name in ALL]


@pytest.mark.parametrize(("cls", "name"), ALL, ids=IDS)
def test_wrong_values_are_refused_by_name(cls: type, name: str) -> None:
    bugs = []
    for value in ODD:
        try:
            options_from(cls, {name: value})
        except OptionError as error:
            if name not in str(error):
                bugs.append(f"{value!r:.60}: {error}")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            bugs.append(f"{value!r:.60}: {type(error).__name__}: {error}")
    assert not bugs, "\n".join(bugs)


@pytest.mark.parametrize("given", [3, "text", [("resolution", 70)], {3: 4}, {None: 1}, {"": 1}])
def test_what_is_no_mapping_of_names_is_refused(given: Any) -> None:
    with pytest.raises(OptionError):
        options_from(PredictOptions, given)


def _accepted(cls: type, name: str) -> list[Any]:
    """Odd values that are not refused: those have to work."""
    found = []
    for value in ODD:
        with contextlib.suppress(OptionError):
            options_from(cls, {name: value})
            found.append(value)
    return found


PHOTO = np.full((28, 42, 3), 90, np.uint8)


@pytest.mark.parametrize("name", [field.name for field in fields(PredictOptions)])
def test_accepted_options_predict(name: str) -> None:
    predictor = build("nano", device="cpu")
    bugs = []
    for value in _accepted(PredictOptions, name):
        given = {"resolution": 28, name: value}
        bug = fault_of(partial(predictor.predict, [PHOTO, PHOTO], options=given))
        if bug is not None:
            bugs.append(f"{value!r:.60}: {bug}")
    assert not bugs, "\n".join(bugs)


def _cloud(given: dict[str, Any]) -> object:
    return cloud_from_prediction(prediction(), options_from(ExportOptions, given))


@pytest.mark.parametrize("name", [field.name for field in fields(ExportOptions)])
def test_accepted_options_filter_clouds(name: str) -> None:
    bugs = []
    for value in _accepted(ExportOptions, name):
        bug = fault_of(partial(_cloud, {name: value}))
        if bug is not None:
            bugs.append(f"{value!r:.60}: {bug}")
    assert not bugs, "\n".join(bugs)
