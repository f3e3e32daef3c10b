# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Take the example photographs out of an installed scikit-image (their sources: see the README).

pip install scikit-image==0.26.0
python scripts/make_example_photos.py [DIRECTORY]
"""

import importlib.util
import sys
from pathlib import Path

from PIL import Image

from anyview.assets import example_photos_dir

SOURCES = {"coffee.png": "coffee", "chelsea.png": "cat", "rocket.jpg": "rocket"}
QUALITY = 90


def main(directory: Path) -> None:
    """Write the photographs as JPEG without metadata, at their own size."""
    package = importlib.util.find_spec("skimage")
    if package is None or package.origin is None:
        raise SystemExit("scikit-image is not installed: pip install scikit-image==0.26.0")
    directory.mkdir(parents=True, exist_ok=True)
    for source, name in SOURCES.items():
        with Image.open(Path(package.origin).parent / "data" / source) as image:
            image.convert("RGB").save(directory / f"{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else example_photos_dir())
