# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.export.file_stems import MAX_BYTES, file_stems


def test_usual_names_stay_as_they_are():
    names = ("IMG_0001", "frame-12.5", "Küche", "写真")
    assert file_stems(names) == names


def test_separators_and_dots_cannot_leave_the_folder():
    assert file_stems(("../../etc/passwd", "..", "a/b", "c:\\d")) == (
        "_.._etc_passwd",
        "view",
        "a_b",
        "c_d",
    )


def test_names_that_differ_in_case_or_in_what_was_replaced_stay_apart():
    assert file_stems(("a/b", "A:B", "a_b_2", "a?b")) == ("a_b", "A_B_2", "a_b_2_2", "a_b_3")


def test_device_names_are_not_used():
    assert file_stems(("CON", "nul.tar", "console")) == ("CON_", "nul.tar_", "console")


@settings(deadline=None, max_examples=80)
@given(st.lists(st.text(min_size=1, max_size=300), unique=True, min_size=1, max_size=8))
def test_stems_are_unique_short_and_plain(names):
    stems = file_stems(names)
    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert 0 < len(stem.encode()) <= MAX_BYTES + 4
        assert not set(stem) & set('/\\:*?"<>|\0')
        assert stem.strip(".") == stem
