# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
from plyfile import PlyData, PlyElement

from anyview.core.errors import InputError, OutputError
from anyview.io import ply
from anyview.io.ply import read_ply, write_ply
from anyview.structures.points import PointCloud


def cloud(count=50, conf=True):
    generator = torch.Generator().manual_seed(0)
    return PointCloud(
        points=torch.randn((count, 3), generator=generator) * 100,
        colors=torch.randint(0, 256, (count, 3), dtype=torch.uint8, generator=generator),
        conf=1 + torch.rand(count, generator=generator) if conf else None,
    )


def same(a, b):
    assert torch.equal(a.points, b.points)
    assert torch.equal(a.colors, b.colors)
    assert (a.conf is None) == (b.conf is None)
    assert a.conf is None or torch.equal(a.conf, b.conf)


@pytest.mark.parametrize("conf", [False, True])
@pytest.mark.parametrize("count", [0, 1, 50])
def test_round_trip(tmp_path, count, conf):
    write_ply(tmp_path / "a.ply", cloud(count, conf))
    same(read_ply(tmp_path / "a.ply"), cloud(count, conf))


def test_round_trip_in_blocks(tmp_path, monkeypatch):
    write_ply(tmp_path / "whole.ply", cloud())
    monkeypatch.setattr(ply, "_POINTS_PER_BLOCK", 7)
    write_ply(tmp_path / "blocks.ply", cloud())
    assert (tmp_path / "blocks.ply").read_bytes() == (tmp_path / "whole.ply").read_bytes()


def test_plyfile_reads_ours(tmp_path):
    write_ply(tmp_path / "a.ply", cloud(), comments=["unit: metres", "line\nbreak \u00e9"])
    document = PlyData.read(tmp_path / "a.ply")
    vertex = document["vertex"]
    assert document.comments == ["unit: metres", "line?break ?"]
    assert [p.name for p in vertex.properties] == [
        *("x", "y", "z", "red", "green", "blue", "confidence")
    ]
    expected = cloud()
    for axis, name in enumerate("xyz"):
        assert np.array_equal(vertex[name], expected.points[:, axis])
    for band, name in enumerate(("red", "green", "blue")):
        assert np.array_equal(vertex[name], expected.colors[:, band])
    assert np.array_equal(vertex["confidence"], expected.conf)


@pytest.mark.parametrize(("text", "order"), [(True, "="), (False, "<"), (False, ">")])
def test_we_read_plyfiles(tmp_path, text, order):
    expected = cloud()
    kinds = [("x", "f8"), ("y", "f8"), ("z", "f8"), ("nx", "f4")]
    kinds += [("red", "u1"), ("green", "u1"), ("blue", "u1"), ("confidence", "f4")]
    rows = np.zeros(50, dtype=kinds)
    for axis, name in enumerate("xyz"):
        rows[name] = expected.points[:, axis]
    for band, name in enumerate(("red", "green", "blue")):
        rows[name] = expected.colors[:, band]
    rows["confidence"] = expected.conf
    faces = np.array([([0, 1, 2],)], dtype=[("vertex_indices", "i4", (3,))])
    elements = [PlyElement.describe(rows, "vertex"), PlyElement.describe(faces, "face")]
    PlyData(elements, text=text, byte_order=order).write(tmp_path / "a.ply")
    read = read_ply(tmp_path / "a.ply")
    assert torch.equal(read.colors, expected.colors)
    assert torch.allclose(read.points, expected.points, rtol=1e-6)
    assert torch.allclose(read.conf, expected.conf, rtol=1e-6)


def test_missing_colours_are_white(tmp_path):
    (tmp_path / "a.ply").write_text(
        "ply\nformat ascii 1.0\ncomment by hand\nelement vertex 2\nproperty float x\n"
        "property float y\nproperty float z\nend_header\n0 1 2\n3.5 -4 5e1\n"
    )
    read = read_ply(tmp_path / "a.ply")
    assert read.points.tolist() == [[0, 1, 2], [3.5, -4, 50]]
    assert read.colors.unique().tolist() == [255]
    assert read.conf is None


HEADER = "ply\nformat {kind} 1.0\nelement vertex {count}\n{properties}end_header\n"
XYZ = "property float x\nproperty float y\nproperty float z\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a PLY file"),
        (b"solid stl\n", "not a PLY file"),
        (b"ply\nformat ascii 1.0\n", "header has no end"),
        (b"ply\n" + b"comment x\n" * 10_000 + b"end_header\n", "header has no end"),
        (b"ply\nend_header\n", "names no known format"),
        (b"ply\nformat ebcdic 1.0\nend_header\n", "bad line .*: format ebcdic 1.0"),
        (b"ply\nproperty float x\nend_header\n", "bad line .*: property float x"),
        (b"ply\nformat ascii 1.0\nelement vertex -1\nend_header\n", "bad line"),
        (b"ply\nformat ascii 1.0\nend_header\n", "first PLY element must be 'vertex'"),
        (
            HEADER.format(kind="ascii", count=1, properties="property float x\n").encode(),
            "have no y, z",
        ),
        (
            HEADER.format(kind="ascii", count=1, properties=XYZ + "property float x\n").encode(),
            "bad line",
        ),
        (
            HEADER.format(
                kind="ascii", count=1, properties=XYZ + "property list uchar int i\n"
            ).encode(),
            "without lists",
        ),
        (
            HEADER.format(kind="ascii", count=2, properties=XYZ).encode() + b"0 0 0\n0 0\n\n\n",
            "2 of 3",
        ),
        (HEADER.format(kind="ascii", count=1, properties=XYZ).encode() + b"0 0 a\n", "no number"),
        (
            HEADER.format(kind="binary_little_endian", count=9, properties=XYZ).encode()
            + b"0" * 30,
            "9 points do not fit the 30 bytes",
        ),
        (
            HEADER.format(kind="binary_little_endian", count=10**15, properties=XYZ).encode(),
            "do not fit the 0 bytes",
        ),
        (
            HEADER.format(kind="ascii", count=10**15, properties=XYZ).encode() + b"0 0 0\n",
            "do not fit the 6 bytes",
        ),
        (
            HEADER.format(
                kind="ascii",
                count=0,
                properties=XYZ + "".join(f"property float {c}\n" for c in ("red", "green", "blue")),
            ).encode(),
            "colours must be of type uchar",
        ),
    ],
)
def test_bad_files(tmp_path, content, message):
    path = tmp_path / "bad.ply"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_ply(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_absent_file(tmp_path):
    with pytest.raises(InputError, match=r"absent\.ply: no such file"):
        read_ply(tmp_path / "absent.ply")


def test_target_is_a_folder(tmp_path):
    with pytest.raises(OutputError, match="it is a folder"):
        write_ply(tmp_path, cloud())
