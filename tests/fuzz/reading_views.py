# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of photos, videos and masks, and of what a prediction becomes."""

import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import av
import numpy as np
import torch
from PIL import Image
from PIL.ExifTags import IFD, Base

from anyview.api import load_prediction
from anyview.core.errors import InputError
from anyview.export.npz import NPZ_NAME, write_npz
from anyview.export.options import ExportOptions
from anyview.inference.inputs import read_views
from anyview.inference.options import InputOptions
from anyview.inference.run_record import RUN_FILE, RunSettings, check_run
from anyview.io.depth_png import read_depth_png16, write_depth_png16
from anyview.io.images import read_image
from anyview.io.masks import find_mask, read_mask
from anyview.io.ply import read_ply, write_ply
from anyview.io.video import plan_video, read_video
from anyview.model.registry import VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.structures.points import PointCloud
from anyview.structures.prediction import Prediction

from .reading_cameras import HEIGHT, VIEWS, WIDTH, cameras_of

LIMIT = 1_000_000
HAS_HEIC = importlib.util.find_spec("pillow_heif") is not None


def picture(mode: str = "RGB") -> Image.Image:
    """A small picture with structure, the same every time."""
    values = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    if mode == "I;16":
        return Image.fromarray(values[..., 0].astype(np.uint16) * 257)
    return Image.fromarray(values).convert(mode)


def exif() -> Image.Exif:
    """Orientation and focal length, in two of the ways that cameras have."""
    tags = Image.Exif()
    tags[Base.Orientation] = 6
    inner = tags.get_ifd(IFD.Exif)
    inner[Base.FocalLengthIn35mmFilm] = 26
    inner[Base.FocalLength] = 4.2
    inner[Base.FocalPlaneXResolution] = 5000.0
    inner[Base.FocalPlaneResolutionUnit] = 3
    return tags


def _image(name: str, mode: str, folder: Path, **options: object) -> list[Path]:
    path = folder / name
    picture(mode).save(path, **options)
    return [path]


def _read_image(name: str, folder: Path) -> object:
    return read_image(folder / name, max_pixels=LIMIT)


def _heic(folder: Path) -> list[Path]:
    import pillow_heif

    pillow_heif.from_pillow(picture("RGB")).save(folder / "a.heic")
    return [folder / "a.heic"]


def _depth(folder: Path) -> list[Path]:
    write_depth_png16(folder / "depth.png", torch.rand(HEIGHT, WIDTH) + 1)
    return [folder / "depth.png"]


def _video(name: str, codec: str, folder: Path) -> list[Path]:
    with av.open(str(folder / name), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.gop_size = 64, 48, 4
        stream.pix_fmt = "yuv420p"
        for index in range(10):
            frame = av.VideoFrame.from_ndarray(
                np.full((48, 64, 3), 20 * index, np.uint8), format="rgb24"
            )
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return [folder / name]


def _read_video(name: str, folder: Path) -> object:
    """Twice: where damage is an error, and where it is reported."""
    plan = plan_video(folder / name, max_pixels=LIMIT)
    problems: list[str] = []
    frames = list(read_video(plan, max_pixels=LIMIT, on_problem=problems.append))
    if problems:
        try:
            list(read_video(plan, max_pixels=LIMIT))
        except InputError:
            return problems
        raise AssertionError("damage that is reported is an error where nobody listens")
    return frames


def _masks(folder: Path) -> list[Path]:
    files = []
    for name, mode in (("a.jpg.png", "L"), ("b.png", "P")):
        picture(mode).save(folder / name)
        files.append(folder / name)
    return files


def _read_masks(folder: Path) -> object:
    """Those of two images, as a prediction looks for them."""
    found = [find_mask(folder, name) for name in ("images/a.jpg", "images/b.jpg")]
    return [read_mask(path, max_pixels=LIMIT) for path in found if path is not None]


def _ply(folder: Path) -> list[Path]:
    chance = torch.Generator().manual_seed(0)
    cloud = PointCloud(
        torch.rand((20, 3), generator=chance),
        torch.randint(256, (20, 3), generator=chance, dtype=torch.uint8),
        conf=1 + torch.rand(20, generator=chance),
    )
    write_ply(folder / "cloud.ply", cloud)
    return [folder / "cloud.ply"]


_ASCII_PLY = """ply
format ascii 1.0
comment by hand
element vertex 3
property double x
property float y
property float z
property uchar red
property uchar green
property uchar blue
element face 1
property list uchar int vertex_indices
end_header
0 0 0 255 0 0
1 0 0.5 0 255 0
0 1 1e-3 0 0 255
3 0 1 2
"""


def _ascii_ply(folder: Path) -> list[Path]:
    (folder / "cloud.ply").write_text(_ASCII_PLY)
    return [folder / "cloud.ply"]


def prediction() -> Prediction:
    """A small one with cameras."""
    chance = torch.Generator().manual_seed(0)
    poses, K = cameras_of()
    return Prediction(
        depth=torch.linspace(2, 3, HEIGHT)[:, None].repeat(VIEWS, 1, WIDTH),
        images=torch.zeros((VIEWS, 3, HEIGHT, WIDTH), dtype=torch.uint8),
        names=tuple(f"view{i}" for i in range(VIEWS)),
        conf=1 + torch.rand((VIEWS, HEIGHT, WIDTH), generator=chance),
        extrinsics=torch.from_numpy(poses[:, :3]).float(),
        intrinsics=torch.from_numpy(K).float(),
        original_sizes=torch.tensor([[HEIGHT, WIDTH]] * VIEWS),
        processed_from_original=torch.eye(3).repeat(VIEWS, 1, 1),
    )


def _npz(folder: Path) -> list[Path]:
    return write_npz(prediction(), folder, ExportOptions())


def _folder(folder: Path) -> list[Path]:
    """Photos that are read in threads, one after the other damaged."""
    files = _image("a.png", "RGB", folder) + _image("b.jpg", "L", folder, exif=exif())
    return files + _image("c.tif", "RGB", folder)


def _read_folder(folder: Path) -> object:
    """Once stopping at what cannot be read, once skipping it."""
    problems: list[str] = []
    skipping = InputOptions(on_error="skip", max_pixels=LIMIT)
    read_views(folder, options=skipping, on_problem=problems.append)
    return read_views(folder, options=InputOptions(max_pixels=LIMIT))


_INFO = info_of_variant(VARIANTS["nano"])


def _run_record(folder: Path) -> list[Path]:
    check_run(folder, _INFO, RunSettings())
    return [folder / RUN_FILE]


def _images() -> dict[str, tuple[Callable[[Path], list[Path]], Callable[[Path], object]]]:
    kinds: tuple[tuple[str, str, str, dict[str, object]], ...] = (
        ("png", "a.png", "RGBA", {}),
        ("png-palette", "a.png", "P", {"transparency": 0}),
        ("png-16-bit", "a.png", "I;16", {}),
        ("jpeg", "a.jpg", "RGB", {"exif": exif()}),
        ("jpeg-cmyk", "a.jpg", "CMYK", {"progressive": True}),
        ("webp", "a.webp", "RGBA", {"exif": exif()}),
        ("bmp", "a.bmp", "RGB", {}),
        ("tiff", "a.tif", "RGB", {"compression": "tiff_lzw", "exif": exif()}),
        ("tiff-deflate", "a.tif", "L", {"compression": "tiff_adobe_deflate"}),
        ("ppm", "a.ppm", "RGB", {}),
    )
    return {
        f"image {name}": (
            partial(_written, file, mode, options),
            partial(_read_image, file),
        )
        for name, file, mode, options in kinds
    }


def _written(file: str, mode: str, options: dict[str, object], folder: Path) -> list[Path]:
    return _image(file, mode, folder, **options)


READERS: dict[str, tuple[Callable[[Path], list[Path]], Callable[[Path], object]]] = {
    **_images(),
    **({"image heic": (_heic, partial(_read_image, "a.heic"))} if HAS_HEIC else {}),
    "image folder": (_folder, _read_folder),
    "depth png": (_depth, lambda folder: read_depth_png16(folder / "depth.png")),
    **{
        f"video {name.split('.')[-1]}": (partial(_video, name, codec), partial(_read_video, name))
        for name, codec in (
            ("clip.mp4", "mpeg4"),
            ("clip.mkv", "libx264"),
            ("clip.avi", "mpeg4"),
            ("clip.mpg", "mpeg2video"),
        )
    },
    "masks": (_masks, _read_masks),
    "ply": (_ply, lambda folder: read_ply(folder / "cloud.ply")),
    "ply text": (_ascii_ply, lambda folder: read_ply(folder / "cloud.ply")),
    "prediction npz": (_npz, lambda folder: load_prediction(folder / NPZ_NAME)),
    "run record": (_run_record, lambda folder: check_run(folder, _INFO, RunSettings())),
}
"""Name -> how a sound input is written, and how it is read."""
