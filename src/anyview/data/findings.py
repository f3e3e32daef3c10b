# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is wrong with data, one finding at a time, and failures counted while training goes on."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import AnyViewError, InputError

_log = logging.getLogger(__name__)

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        severity: An error makes wrong or no training data; a warning may be right.
        code: Short name of the check, such as ``"pose-convention"``.
        path: File, frame or scene that it is about.
        message: What is wrong, with numbers.
        fix: What to do about it.
    """

    severity: Severity
    code: str
    path: str
    message: str
    fix: str


def report_text(findings: Sequence[Finding]) -> str:
    """Findings as plain text: errors first, those of one kind together, then a count."""
    lines = []
    for finding in sorted(findings, key=lambda f: (f.severity, f.code, f.path)):
        lines.append(f"{finding.severity.upper()} [{finding.code}] {finding.path}")
        lines.append(f"  {finding.message}")
        lines.append(f"  Fix: {finding.fix}")
    counts = Counter(finding.severity for finding in findings)
    lines.append(f"{counts['error']} errors, {counts['warning']} warnings.")
    return "\n".join(lines)


class FailureReport:
    """Counts what could not be read, so that a run goes on without hiding it.

    Args:
        max_share: Above this share of failures (after ``min_tries`` tries) the data set is broken
            rather than blemished and reading stops.
        min_tries: See there.
        keep: How many messages are kept.
    """

    def __init__(self, *, max_share: float = 0.2, min_tries: int = 50, keep: int = 100) -> None:
        self._max_share, self._min_tries, self._keep = max_share, min_tries, keep
        self.num_read = 0
        self.num_failed = 0
        self.messages: list[str] = []

    def succeeded(self) -> None:
        """Count an item that was read."""
        self.num_read += 1

    def failed(self, item: str, error: AnyViewError) -> None:
        """Count an item that is skipped, and say so in the log.

        Args:
            item: Its name.
            error: Why.

        Raises:
            InputError: If too large a share of the items fails.
        """
        self.num_failed += 1
        message = f"{item}: {error}"
        _log.warning("skipped %s", message)
        if len(self.messages) < self._keep:
            self.messages.append(message)
        tries = self.num_read + self.num_failed
        if tries >= self._min_tries and self.num_failed > self._max_share * tries:
            raise InputError(
                f"{self.num_failed} of {tries} items could not be read, more than "
                f"{self._max_share:.0%}; the last was {message}"
            ) from error

    def text(self) -> str:
        """The count and the messages that were kept, one a line."""
        head = f"{self.num_failed} of {self.num_read + self.num_failed} items skipped."
        more = self.num_failed - len(self.messages)
        return "\n".join([head, *self.messages, *([f"... and {more} more"] if more > 0 else [])])
