# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""ScanNet++: laser-scanned interiors with DSLR and iPhone frames.

Layout: release v2, https://kaldir.vc.in.tum.de/scannetpp/documentation, and the toolkit
https://github.com/scannetpp/scannetpp (``scene_release.py``, ``dslr.undistort``, ``common.render``,
``iphone.prepare_iphone_data``), whose outputs are read too. Its transforms.json follow an early
nerfstudio that permuted the world's axes without saying so; that is undone, so scenes come out in
the frame of ``scans/mesh_aligned_0.05.ply``: metres, z up.

``render_depth`` is z-depth in mm through the distorted camera, also where undistorted images are
there; it is brought to the pinhole image.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from anyview.core.errors import InputError
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FrameMaker, fit
from anyview.data.converters.source_files import (
    LevelsFile,
    MaskFile,
    PinholeDepth,
    image_file,
)
from anyview.data.scene import Frame, MaskKind, Origin
from anyview.geometry.lens import Lens
from anyview.io.json_fields import below, field, read_json, rows, table, text
from anyview.io.naming import natural_key
from anyview.io.transforms_json import lens_of, pose_of

UNIT_M = 1e-3
"""Metres of one grey level of depth images."""

# transforms.json: new = (y, x, -z) of the mesh's world.
_NEW_FROM_MESH = torch.tensor(
    [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]], dtype=torch.float64
)


@dataclass(frozen=True)
class _Layout:
    """Where the files of one sensor lie, below its folder."""

    transforms: str
    images: tuple[str, ...]
    masks: tuple[str, ...]


_LAYOUTS = {
    "dslr": (
        _Layout(
            "nerfstudio/transforms_undistorted.json",
            ("resized_undistorted_images", "undistorted_images"),
            ("resized_undistorted_masks", "undistorted_anon_masks"),
        ),
        _Layout("nerfstudio/transforms.json", ("resized_images",), ("resized_anon_masks",)),
    ),
    "iphone": (_Layout("nerfstudio/transforms.json", ("rgb",), ("rgb_masks",)),),
}


def find_scannetpp(source: Path, options: ConvertOptions) -> Iterator[SceneSource]:
    """The scene of a folder with ``dslr`` and ``iphone``, or all of a folder of such.

    Raises:
        InputError: If there is none.
    """
    if (source / options.sensor).is_dir():
        folders = [source]
    else:
        roots = [source / "data", source]
        found = [path.parent for root in roots for path in root.glob(f"*/{options.sensor}")]
        folders = sorted(found, key=lambda path: natural_key(path.name))
    if not folders:
        raise InputError(
            f"{source}: no ScanNet++ scene; a folder with {options.sensor}/, or of such folders, "
            "is wanted."
        )
    for folder in folders:
        name = f"{folder.resolve().name}_{options.sensor}"
        yield SceneSource(name, partial(read_scannetpp, folder, options))


def read_scannetpp(folder: Path, options: ConvertOptions) -> FoundScene:
    """Read the frames of one sensor, training and test ones, those marked bad left out.

    Args:
        folder: The scene's.
        options: ``sensor`` and ``depth``.

    Raises:
        InputError: If what all frames need is absent or damaged.
    """
    base = folder / options.sensor
    layout, images = _images(base, options.sensor)
    path = base / layout.transforms
    document = table(read_json(path), str(path))
    records = rows(field(document, "frames", str(path)), f"{path}: frames")
    records = records + rows(document.get("test_frames") or [], f"{path}: test_frames")
    if not records:
        raise InputError(f"{path}: has no frames.")
    lens = lens_of(document, None, str(path))
    depth_folder = _depth_folder(base, options)
    depth_lens = lens if options.sensor == "iphone" else _distorted(base, lens, depth_folder)
    masks = next((base / name for name in layout.masks if (base / name).is_dir()), None)
    has_masks = masks is not None and document.get("has_mask", True)
    maker = FrameMaker()

    def make(record: dict[str, Any], where: str) -> Frame:
        if record.get("is_bad"):
            raise InputError(f"{where}: marked as bad (is_bad) by the data set.")
        name = text(record, "file_path", where)
        # The iPhone's names may lead with a folder that the toolkit does not make.
        name = Path(name).name if options.sensor == "iphone" else name
        image = image_file(below(images, name, where))
        cam_from_world = pose_of(record, where) @ _NEW_FROM_MESH
        read_depth = None
        if depth_folder is not None:
            file = (depth_folder / name).with_suffix(".png")
            if not file.is_file():
                raise InputError(f"{where}: {file} is not there.")
            read_depth = LevelsFile(file, UNIT_M)
        kinds: dict[MaskKind, MaskFile] = {}
        if has_masks and masks is not None:
            kinds["ignore"] = _mask(masks, record, name, where)
        frame_lens = fit(lens, image)
        if read_depth is not None and depth_lens != lens:
            # The image is a pinhole camera's already, its depth still the fisheye's.
            K = frame_lens.intrinsics().numpy()
            bent = depth_lens.resized(image.height, image.width)
            return maker.make(
                image,
                frame_lens,
                cam_from_world,
                read_depth=PinholeDepth(read_depth, bent, K),
                masks=kinds,
            )
        return maker.make(image, frame_lens, cam_from_world, read_depth=read_depth, masks=kinds)

    makers = []
    for index, record in enumerate(records):
        where = f"{path}: frame {index}"
        makers.append((Path(str(record.get("file_path"))).stem, partial(make, record, where)))
    frames, left_out = gather(makers)
    return FoundScene(
        name=f"{folder.resolve().name}_{options.sensor}",
        frames=frames,
        origin=Origin(
            source="ScanNet++ v2",
            licence="ScanNet++ Terms of Use (non-commercial)",
            url="https://kaldir.vc.in.tum.de/scannetpp/",
            note=f"{options.sensor}, images {images.name}, depth {options.depth}"
            + ("" if has_masks else ", no masks of anonymised parts"),
        ),
        depth_kind=None if depth_folder is None else "measured",
        is_metric=True,
        is_ordered=options.sensor == "iphone",
        left_out=left_out,
    )


def _images(base: Path, sensor: str) -> tuple[_Layout, Path]:
    for layout in _LAYOUTS[sensor]:
        for name in layout.images:
            if (base / layout.transforms).is_file() and (base / name).is_dir():
                return layout, base / name
    wanted = " or ".join(
        f"{layout.transforms} with {'/ or '.join(layout.images)}/" for layout in _LAYOUTS[sensor]
    )
    hint = (
        " Extract rgb/ with iphone.prepare_iphone_data of the toolkit."
        if sensor == "iphone"
        else ""
    )
    raise InputError(f"{base}: wanted are {wanted}.{hint}")


def _depth_folder(base: Path, options: ConvertOptions) -> Path | None:
    if options.depth == "none":
        return None
    folder = base / ("render_depth" if options.depth == "rendered" else "depth")
    if not folder.is_dir():
        tool = "common.render" if options.depth == "rendered" else "iphone.prepare_iphone_data"
        raise InputError(
            f"{folder}: is not there; make it with {tool} of the ScanNet++ toolkit, or convert "
            "without depth (depth='none')."
        )
    return folder


def _distorted(base: Path, lens: Lens, depth_folder: Path | None) -> Lens:
    """The lens that depth was rendered through: that of transforms.json."""
    if depth_folder is None or not lens.is_pinhole:
        return lens
    path = base / "nerfstudio" / "transforms.json"
    return lens_of(table(read_json(path), str(path)), None, str(path))


def _mask(masks: Path, record: dict[str, Any], name: str, where: str) -> MaskFile:
    """White is valid; anything darker was anonymised, or mixed with that when undistorted."""
    given = record.get("mask_path") or Path(name).with_suffix(".png").as_posix()
    given = Path(str(given)).name if masks.name == "rgb_masks" else str(given)
    file = below(masks, given, where)
    if not file.is_file():
        raise InputError(f"{where}: {file} is not there.")
    return MaskFile(file, above=254, is_inverted=True)
