# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Text files: forgiving about blank lines and comments, not about numbers."""

import pytest

from anyview.core.errors import InputError
from anyview.io import colmap_text
from anyview.io.colmap_model import read_colmap_model, write_colmap_model
from tests.io.test_colmap_model import own_model


@pytest.mark.parametrize(
    ("name", "before", "after", "message"),
    [
        ("cameras", "SIMPLE_PINHOLE", "MAGIC", "MAGIC.*known are"),
        ("cameras", "640 480 500.1", "640 480", "needs 3 finite parameters"),
        ("cameras", "640 480", "640 0", "both sides must be positive"),
        ("cameras", "500.1", "wide", "line 3 has 'wide' where a number"),
        ("cameras", "2 SIMPLE", "7 SIMPLE", "two of its cameras have the same id"),
        ("cameras", "2 SIMPLE", "3 SIMPLE", "of camera 2, which the model does not have"),
        ("images", "links/b ä.jpg", "", "line 4 ends too early"),
        ("images", " -1\n", " -1 7\n", "no multiple of three"),
        ("points3D", "11 ", "11.5 ", "line 2 has '11.5' where a whole number"),
        ("points3D", " 9 0 ", " 9 0 1 ", "ends too early|where a whole"),
    ],
)
def test_damage_in_text_is_told_with_its_line(tmp_path, name, before, after, message):
    write_colmap_model(own_model(), tmp_path, text=True)
    path = tmp_path / f"{name}.txt"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_colmap_model(tmp_path)
    assert "not a readable COLMAP model" in str(caught.value)


def test_comments_blank_lines_other_line_ends_and_spaces_in_names():
    [image] = colmap_text.images_from_text(
        "# a comment\r\n\r\n1 1 0 0 0 0.5 0 -1e-3 7 my photo 1.jpg\r\n"
    )
    assert image.name == "my photo 1.jpg"
    assert image.pose.translation == (0.5, 0.0, -0.001)
    assert image.points_xy.shape == (0, 2)
    first, second = colmap_text.images_from_text(
        "1 1 0 0 0 0 0 0 7 a.jpg\n\n2 1 0 0 0 0 0 0 7 b.jpg\n1.5 2.5 -1\n"
    )
    assert first.point_ids.tolist() == []
    assert second.points_xy.tolist() == [[1.5, 2.5]]


def test_a_number_of_more_than_64_bits_is_refused():
    huge = str(2**70)
    with pytest.raises(InputError, match="line 2"):
        colmap_text.images_from_text(f"1 1 0 0 0 0 0 0 7 a.jpg\n1 2 {huge}\n")
    with pytest.raises(InputError, match="64 bits"):
        colmap_text.points_from_text(f"{huge} 0 0 0 1 2 3 0.5 1 2\n")


@pytest.mark.parametrize("line", ["1 2 CAMERA 1 CAMERA 2 1 1 0 0", "1 1 CAMERA 1 extra"])
def test_rigs_of_the_wrong_length(line):
    with pytest.raises(InputError, match="line 1"):
        colmap_text.rigs_from_text(line)
