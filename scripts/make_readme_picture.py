# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Draw docs/images/demo.png, the README's picture, with the program and the bundled model.

Photos in, depth of each, the cloud with its cameras from three sides.

    python scripts/make_readme_picture.py
"""

from pathlib import Path

import numpy as np
from PIL import Image

import anyview
from anyview.assets import example_scene_dir
from anyview.export.cloud_picture import draw_cloud
from anyview.export.options import ExportOptions
from anyview.export.painting import depth_painting, photo

TARGET = Path(__file__).parent.parent / "docs/images/demo.png"
CELL = (300, 225)


def main() -> None:
    """Predict, draw, save."""
    options = ExportOptions()
    prediction = anyview.predict(example_scene_dir())
    depth = depth_painting(prediction, options)
    views = range(len(prediction))
    rows = [
        np.hstack([_cell(photo(prediction, v)) for v in views]),
        np.hstack([_cell(depth.picture(v)) for v in views]),
        draw_cloud(prediction, options).permute(1, 2, 0).numpy(),
    ]
    picture = Image.fromarray(np.vstack(rows)).resize((1200, 600), Image.Resampling.LANCZOS)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    picture.save(TARGET, optimize=True)
    print(TARGET)


def _cell(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize(CELL, Image.Resampling.BICUBIC))


if __name__ == "__main__":
    main()
