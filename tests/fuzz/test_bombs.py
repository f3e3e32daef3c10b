# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Small files that claim to be huge, or become so: refused before memory or time is spent."""

import gzip
import io
import json
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from .outcome import bug_in
from .readers import READERS

GIGABYTES = 3 << 30
_PIECE = 1 << 24


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _png_chunk(b"IDAT", zlib.compress(bytes(1000)))
    parts = (_png_chunk(b"IHDR", header), *chunks, body, _png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _zeros(count: int) -> bytes:
    """Zeros as a raw deflate stream: one piece is packed and repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(bytes(_PIECE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (count // _PIECE) + packer.flush()


def _gzipped_zeros(count: int) -> bytes:
    header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return header + _zeros(count) + struct.pack("<II", 0, count % 2**32)


def _npz_of_zeros(name: str, shape: tuple[int, ...]) -> bytes:
    """An archive with a real array of zeros, a thousandth of its size."""
    size = 8 * int(np.prod(shape))
    packer = zlib.compressobj(9, wbits=-15)
    start = packer.compress(_npy_that_claims(shape)) + packer.flush(zlib.Z_FULL_FLUSH)
    content = start + _zeros(size)
    member = f"{name}.npy".encode()
    sizes = struct.pack("<III", 0, len(content), size + len(_npy_that_claims(shape)))
    about = struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", len(member), 0)
    local = b"PK\x03\x04" + about + member + content
    central = b"PK\x01\x02" + struct.pack("<H", 20) + about + bytes(14) + member
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def _npz_that_claims(name: str, shape: tuple[int, ...]) -> bytes:
    """An archive whose array is said to be huge, and is not there."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open(f"{name}.npy", "w") as member:
        header = {"descr": "<f8", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_2_0(member, header)
    return buffer.getvalue()


def _npy_that_claims(shape: tuple[int, ...]) -> bytes:
    buffer = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_2_0(buffer, header)
    return buffer.getvalue()


def _many_members(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.npy", b"")
    return buffer.getvalue()


def _ply(count: int | str, kind: str = "binary_little_endian") -> bytes:
    lines = (
        *("ply", f"format {kind} 1.0", f"element vertex {count}"),
        *("property float x", "property float y", "property float z", "end_header", ""),
    )
    return "\n".join(lines).encode()


def _tensors(header: object) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text


def _tiff_loop() -> bytes:
    """A directory whose next directory is itself."""
    entry = struct.pack("<HHII", 256, 4, 1, 2**31 - 1)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 8)


def _image(kind: str, width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1" if kind in ("PNG", "TIFF") else "L", (width, height)).save(buffer, kind)
    return buffer.getvalue()


def _tar(size: int) -> bytes:
    member = tarfile.TarInfo("000000.scene.json")
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(2000)


def _prediction_that_claims(side: int) -> bytes:
    """All arrays of a prediction, the depth not there but huge."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        with archive.open("format_version.npy", "w") as member:
            np.lib.format.write_array(member, np.array(1))
        with archive.open("depth.npy", "w") as member:
            header = {"descr": "<f4", "fortran_order": False, "shape": (1, side, side)}
            np.lib.format.write_array_header_2_0(member, header)
    return buffer.getvalue()


CASES: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
    ("image png", "a.png", "huge sides", lambda: _png(2**31 - 1, 2**31 - 1)),
    ("image png", "a.png", "2.5 gigapixels", lambda: _png(50_000, 50_000)),
    (
        *("image png", "a.png", "text that swells"),
        lambda: _png(32, 32, _png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 25))) * 20),
    ),
    (
        *("image png", "a.png", "profile that swells"),
        lambda: _png(32, 32, _png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1 << 26)))),
    ),
    ("image jpeg", "a.jpg", "64 thousand a side", lambda: _image("JPEG", 60_000, 1_000)),
    ("image tiff", "a.tif", "directory in a circle", _tiff_loop),
    ("image tiff", "a.tif", "many pixels of one bit", lambda: _image("TIFF", 16_384, 16_384)),
    ("image ppm", "a.ppm", "huge sides", lambda: b"P6\n99999999999 99999999999\n255\n"),
    ("image ppm", "a.ppm", "endless comment", lambda: b"P6\n#" + b"a" * 200_000),
    (
        *("image bmp", "a.bmp", "huge sides"),
        lambda: (
            b"BM"
            + struct.pack("<IHHIIiiHH", 54, 0, 0, 54, 40, 2**31 - 1, 2**31 - 1, 1, 24)
            + bytes(24)
        ),
    ),
    ("cameras json", "cameras.json", "deep", lambda: b"[" * 1_000_000),
    ("cameras json", "cameras.json", "long number", lambda: b"1" * 1_000_000),
    (
        *("cameras json", "cameras.json", "long number inside"),
        lambda: b'{"intrinsics": [[' + b"1" * 5000 + b"]]}",
    ),
    ("cameras npz", "cameras.npz", "claims", lambda: _npz_that_claims("extrinsics", (2**40, 3, 4))),
    (
        *("cameras npz", "cameras.npz", "overflow"),
        lambda: _npz_that_claims("extrinsics", (2**62, 2**62)),
    ),
    (
        *("cameras npz", "cameras.npz", "swells"),
        lambda: _npz_of_zeros("extrinsics", (GIGABYTES // 128, 4, 4)),
    ),
    ("cameras npz", "cameras.npz", "many members", lambda: _many_members(3_000)),
    ("prediction npz", "prediction.npz", "claims", lambda: _prediction_that_claims(10**6)),
    ("prediction npz", "prediction.npz", "overflow", lambda: _prediction_that_claims(2**62)),
    (
        *("prediction npz", "prediction.npz", "swells"),
        lambda: _npz_of_zeros("depth", (GIGABYTES // 8,)),
    ),
    ("ply", "cloud.ply", "a trillion points", lambda: _ply(10**12)),
    ("ply", "cloud.ply", "more points than numbers", lambda: _ply("9" * 400)),
    ("ply text", "cloud.ply", "a trillion points", lambda: _ply(10**12, "ascii")),
    ("weights", "model.safetensors", "header", lambda: (10**8).to_bytes(8, "little") + b"{" * 100),
    (
        *("weights", "model.safetensors", "shape"),
        lambda: _tensors({"a": {"dtype": "F32", "shape": [2**60, 16], "data_offsets": [0, 0]}}),
    ),
    (
        *("adapters", "adapters.safetensors", "shape"),
        lambda: _tensors({"a": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 0]}}),
    ),
    (
        *("adapters", "adapters.safetensors", "rank"),
        lambda: _tensors(
            {
                "__metadata__": {
                    "anyview_lora": '{"rank": 1000000000, "alpha": 1, "targets": ["attention.qkv"]}'
                }
            }
        ),
    ),
    ("shards", "shards/shard-000000.tar", "a member of an exabyte", lambda: _tar(2**60)),
    ("shards", "shards/shard-000000.tar", "a negative member", lambda: _tar(-5)),
    ("scene", "wall/depth/view_0.npy", "claims", lambda: _npy_that_claims((2**20, 2**20))),
    ("scene", "wall/overlap.npz", "claims", lambda: _npz_that_claims("matrix", (2**20, 2**20))),
    (
        *("scene", "wall/overlap.npz", "swells"),
        lambda: _npz_of_zeros("matrix", (GIGABYTES // 8,)),
    ),
    (
        *("scene sparse", "wall/depth/view_0.npz", "swells"),
        lambda: _npz_of_zeros("pixels", (GIGABYTES // 16, 2)),
    ),
    ("scene", "wall/masks/view_0.sky.png", "2.5 gigapixels", lambda: _png(50_000, 50_000)),
    (
        *("convert co3d", "source/apple/frame_annotations.jgz", "swells"),
        lambda: _gzipped_zeros(GIGABYTES),
    ),
    (
        *("convert co3d", "source/apple/frame_annotations.jgz", "text that swells"),
        lambda: gzip.compress(b"[" + b"1," * (1 << 20) + b"1]"),
    ),
    (
        *("convert colmap binary", "source/sparse/0/points3D.bin", "points"),
        lambda: struct.pack("<Q", 2**63) + bytes(100),
    ),
    (
        *("convert colmap binary", "source/sparse/0/images.bin", "images"),
        lambda: struct.pack("<Q", 2**40) + bytes(100),
    ),
    (
        *("convert nerfstudio", "source/mask_0.png", "2.5 gigapixels"),
        lambda: _png(50_000, 50_000),
    ),
    ("mean shape", "shape.npz", "swells", lambda: _npz_of_zeros("log_depth", (GIGABYTES // 8, 1))),
    (
        *("image set of points", "sparse.npz", "swells"),
        lambda: _npz_of_zeros("obs", (GIGABYTES // 40, 5)),
    ),
)


@pytest.mark.parametrize(
    ("name", "file", "case", "make"), CASES, ids=[f"{c[0]}: {c[2]}" for c in CASES]
)
def test_what_is_too_large_is_refused(name, file, case, make, sound, tmp_path) -> None:
    if "swells" in case:
        pytest.importorskip("resource", reason="without a limit these fill the memory")
    folder = tmp_path / "input"
    shutil.copytree(sound(name)[0], folder)
    assert (folder / file).is_file(), "the reader has such a file"
    (folder / file).write_bytes(make())
    assert bug_in(READERS[name].read, folder) is None
