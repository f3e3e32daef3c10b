# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Files that come with the package: see README.md beside this file."""

from pathlib import Path


def asset_path(name: str) -> Path:
    """Where the file ``name`` of this folder lies; it may be missing in a stripped install."""
    return Path(__file__).parent / name


def example_scene_dir() -> Path:
    """Views of a rendered room, ``room0.jpg`` and so on, with true cameras in ``cameras.json``."""
    return asset_path("examples") / "room"


def example_photos_dir() -> Path:
    """A few photographs without cameras; sources and licences are in the folder above it."""
    return asset_path("examples") / "photos"
