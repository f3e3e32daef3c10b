# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data check``: what is wrong with training scenes, and what to do about it."""

from dataclasses import asdict
from pathlib import Path

import click

from anyview.cli.console import json_result, result
from anyview.core.errors import InputError


@click.command("check", short_help="Say what is wrong with scenes, and how to mend it.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--max-frames",
    type=click.IntRange(min=1),
    default=None,
    help="Open the pictures of at most this many frames of a scene; default: all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(folder: Path, max_frames: int | None, as_json: bool) -> int:
    """Look at every scene at or below FOLDER: files, sizes, units, cameras, depth.

    Depth and poses are compared: poses that are upside down or inside out are named. With errors
    the exit code is 3; warnings may be right.
    """
    from anyview.data.findings import report_text
    from anyview.data.scene_checks import check_folder

    scenes, findings = check_folder(folder, max_frames=max_frames)
    if as_json:
        json_result({"scenes": scenes, "findings": [asdict(finding) for finding in findings]})
    else:
        result(f"{folder}: {scenes} {'scene' if scenes == 1 else 'scenes'}")
        result(report_text(findings))
    has_errors = any(finding.severity == "error" for finding in findings)
    return InputError.exit_code if has_errors else 0
