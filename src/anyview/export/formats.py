# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Names of the export formats and what each is for; imports nothing heavy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from anyview.core.errors import OptionError

Need = Literal["cameras", "common frame", "confidence"]


@dataclass(frozen=True)
class Format:
    """One export format.

    Attributes:
        name: What the user types.
        description: One line.
        files: The files it writes, relative to the output folder; ``*`` stands for each view.
        needs: What a prediction must have. A common frame is cameras, or a single view.
    """

    name: str
    description: str
    files: tuple[str, ...]
    needs: tuple[Need, ...] = ()


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        item.name: item
        for item in (
            Format(
                "npz",
                "everything, lossless, as NumPy arrays; can be loaded again",
                ("prediction.npz",),
            ),
            Format("ply", "coloured point cloud", ("points.ply",), needs=("common frame",)),
            Format(
                "glb",
                "point cloud and cameras for any 3-D viewer",
                ("scene.glb",),
                needs=("common frame",),
            ),
            Format(
                "depth-png",
                "16-bit depth images with a file that gives their unit",
                ("depth/*.png", "depth/depth.json"),
            ),
            Format("depth-color", "coloured depth with a legend", ("depth_color/*.png",)),
            Format(
                "conf-color",
                "coloured confidence with a legend",
                ("conf_color/*.png",),
                needs=("confidence",),
            ),
            Format(
                "overview",
                "photo, depth and confidence of all views on one sheet",
                ("overview.png",),
            ),
            Format(
                "cloud-picture",
                "the point cloud and cameras seen from three sides",
                ("cloud.png",),
                needs=("common frame",),
            ),
            Format(
                "cameras",
                "intrinsics, extrinsics and poses as JSON",
                ("cameras.json",),
                needs=("cameras",),
            ),
        )
    }
)
"""Format by name, in the order they are listed to users."""


def formats_from_names(names: str | Iterable[str]) -> tuple[Format, ...]:
    """The formats with these names, each once, in the order given.

    Args:
        names: Names, or one text with names separated by commas.

    Raises:
        OptionError: If a name is unknown or there is none.
    """
    listed = names.split(",") if isinstance(names, str) else list(names)
    wanted = dict.fromkeys(name.strip() for name in listed)
    unknown = [name for name in wanted if name not in FORMATS]
    accepted = ", ".join(FORMATS)
    if unknown:
        raise OptionError(
            f"Unknown export format {', '.join(map(repr, unknown))}; accepted are {accepted}."
        )
    if not wanted:
        raise OptionError(f"No export format was given; accepted are {accepted}.")
    return tuple(FORMATS[name] for name in wanted)
