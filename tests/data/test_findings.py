# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import logging

import pytest

from anyview.core.errors import InputError
from anyview.data.findings import FailureReport, Finding, report_text


def test_errors_come_first_and_are_counted():
    text = report_text(
        [
            Finding("warning", "unit", "b", "large", "convert"),
            Finding("error", "pose", "a", "mirrored", "flip"),
        ]
    )
    assert text.splitlines() == [
        "ERROR [pose] a",
        "  mirrored",
        "  Fix: flip",
        "WARNING [unit] b",
        "  large",
        "  Fix: convert",
        "1 errors, 1 warnings.",
    ]
    assert report_text([]) == "0 errors, 0 warnings."


def test_failures_are_counted_logged_and_told(caplog):
    report = FailureReport(keep=2)
    report.succeeded()
    with caplog.at_level(logging.WARNING):
        for index in range(3):
            report.failed(f"scene {index}", InputError("damaged"))
    assert (report.num_read, report.num_failed) == (1, 3)
    assert caplog.messages[0] == "skipped scene 0: damaged"
    assert report.text().splitlines() == [
        "3 of 4 items skipped.",
        "scene 0: damaged",
        "scene 1: damaged",
        "... and 1 more",
    ]


def test_a_data_set_that_mostly_fails_stops_the_run():
    report = FailureReport(max_share=0.2, min_tries=10)
    for _ in range(8):
        report.succeeded()
    report.failed("a", InputError("bad"))
    report.failed("b", InputError("bad"))  # 2 of 10 is the limit, not above it
    with pytest.raises(InputError, match="3 of 11 items could not be read, more than 20%"):
        report.failed("c", InputError("bad"))
