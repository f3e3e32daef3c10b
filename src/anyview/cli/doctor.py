# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview doctor``: what is installed, what this machine can do, what is missing for what."""

import click

from anyview.cli.console import json_result, result
from anyview.cli.exit_codes import MISSING_PACKAGE


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> int:
    """Say what is installed, which device and precision a run would use, and what is missing."""
    from anyview.cli.diagnosis import diagnose, missing

    sections = diagnose()
    code = MISSING_PACKAGE if missing(sections) else 0
    if as_json:
        json_result(sections)
        return code
    for title, facts in sections.items():
        result(title)
        width = max(map(len, facts), default=0)
        for name, fact in facts.items():
            result(f"  {name.ljust(width)}  {fact}")
    return code
