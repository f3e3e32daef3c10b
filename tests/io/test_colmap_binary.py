# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Binary files: nothing is made of a count that the file cannot hold."""

import struct

import pytest

from anyview.core.errors import InputError
from anyview.io import colmap_binary
from anyview.io.colmap_model import read_colmap_model, write_colmap_model
from tests.io.test_colmap_model import own_model


def test_counts_beyond_the_file_allocate_nothing(tmp_path):
    write_colmap_model(own_model(), tmp_path)
    for name in ("cameras", "images", "points3D"):
        path = tmp_path / f"{name}.bin"
        whole = path.read_bytes()
        path.write_bytes(b"\xff" * 7 + b"\x7f" + whole[8:])
        with pytest.raises(InputError, match="cut off or damaged at byte 8"):
            read_colmap_model(tmp_path)
        path.write_bytes(whole + b"\0")
        with pytest.raises(InputError, match="1 bytes too many"):
            read_colmap_model(tmp_path)
        path.write_bytes(whole)
    (tmp_path / "images.bin").unlink()
    with pytest.raises(InputError, match=r"images\.bin: no such file"):
        read_colmap_model(tmp_path)


def test_lengths_within_a_record_are_compared_too():
    points = bytearray(colmap_binary.bytes_from_points(own_model().points))
    points[8 + 43 : 8 + 51] = struct.pack("<Q", 2**60)  # the track of the first point
    with pytest.raises(InputError, match="cut off or damaged at byte 59"):
        colmap_binary.points_from_bytes(bytes(points))
    rig = struct.pack("<QII", 1, 1, 2**32 - 1) + struct.pack("<iI", 0, 1)
    with pytest.raises(InputError, match="cut off or damaged"):
        colmap_binary.rigs_from_bytes(rig)


def test_a_name_without_an_end_and_an_unknown_camera_model():
    image = struct.pack("<QI7dI", 1, 1, 1, 0, 0, 0, 0, 0, 0, 1) + b"x" * 60
    with pytest.raises(InputError, match="a name without an end"):
        colmap_binary.images_from_bytes(image)
    camera = struct.pack("<QIiQQ", 1, 1, 99, 64, 48)
    with pytest.raises(InputError, match="model number 99; known are 0 to 17"):
        colmap_binary.cameras_from_bytes(camera)


def test_sensors_that_are_no_cameras_are_left_out():
    identity = struct.pack("<7d", 1, 0, 0, 0, 0, 0, 0)
    imu = struct.pack("<iIB", 1, 5, 1) + identity
    camera = struct.pack("<iIB", 0, 6, 0)
    data = struct.pack("<QIIiI", 1, 3, 3, 0, 4) + imu + camera
    [rig] = colmap_binary.rigs_from_bytes(data)
    assert rig.id == 3
    assert list(rig.cam_from_rig) == [4, 6]
    assert rig.cam_from_rig[6] is None
    frame = struct.pack("<QII", 1, 9, 3) + identity + struct.pack("<I", 2)
    frame += struct.pack("<iIQ", 1, 5, 77) + struct.pack("<iIQ", 0, 4, 12)
    assert colmap_binary.frames_from_bytes(frame)[0].image_ids == (12,)
