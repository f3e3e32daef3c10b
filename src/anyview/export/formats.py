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
        is_default: Whether it is written when no format is named.
        has_points: Whether it holds points, of which filters may leave none.
        package: What must be installed beside this package: the module's name and the extra that
            brings it; None if nothing.
    """

    name: str
    description: str
    files: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    is_default: bool = True
    has_points: bool = False
    package: tuple[str, str] | None = None


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        item.name: item
        for item in (
            Format(
                "npz",
                "everything, lossless, as NumPy arrays; can be loaded again",
                ("prediction.npz",),
            ),
            Format(
                "ply",
                "coloured point cloud",
                ("points.ply",),
                needs=("common frame",),
                has_points=True,
            ),
            Format(
                "glb",
                "point cloud and cameras for any 3-D viewer",
                ("scene.glb",),
                needs=("common frame",),
                has_points=True,
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
                has_points=True,
            ),
            Format(
                "cameras",
                "intrinsics, extrinsics and poses as JSON",
                ("cameras.json",),
                needs=("cameras",),
            ),
            Format(
                "colmap",
                "COLMAP model with images and tracks, for its tools and for trainers of splats",
                (
                    "colmap/images/*",
                    "colmap/sparse/0/cameras.bin",
                    "colmap/sparse/0/images.bin",
                    "colmap/sparse/0/points3D.bin",
                ),
                needs=("cameras",),
                is_default=False,
                has_points=True,
            ),
            Format(
                "nerfstudio",
                "transforms.json with images and sparse points",
                ("nerfstudio/images/*", "nerfstudio/sparse_pc.ply", "nerfstudio/transforms.json"),
                needs=("cameras",),
                is_default=False,
                has_points=True,
            ),
            Format(
                "trajectory",
                "camera path as TUM and KITTI text",
                ("trajectory_tum.txt", "trajectory_kitti.txt"),
                needs=("cameras",),
                is_default=False,
            ),
            Format(
                "depth-npy",
                "float32 depth as NumPy files",
                ("depth_npy/*.npy", "depth_npy/depth.json"),
                is_default=False,
            ),
            Format(
                "view-npz",
                "depth, confidence, sky and camera of each view as a NumPy file of its own",
                ("views/*.npz",),
                is_default=False,
            ),
            Format(
                "depth-exr",
                "float32 depth as OpenEXR images",
                ("depth_exr/*.exr", "depth_exr/depth.json"),
                is_default=False,
                package=("OpenEXR", "exr"),
            ),
            Format(
                "rerun",
                "cloud, cameras, photos and depth for the rerun viewer",
                ("scene.rrd",),
                needs=("common frame",),
                is_default=False,
                has_points=True,
                package=("rerun", "rerun"),
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
