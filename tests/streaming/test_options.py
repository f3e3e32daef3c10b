# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.streaming.options import StreamOptions


def test_a_step_is_what_is_new():
    assert StreamOptions(chunk=10, overlap=3).step == 7


@pytest.mark.parametrize(("chunk", "overlap"), [(4, 4), (4, 0), (1, 1), (4, 9)])
def test_chunks_share_some_and_not_all(chunk, overlap):
    with pytest.raises(OptionError, match="has more frames than that"):
        StreamOptions(chunk=chunk, overlap=overlap)


def test_a_share_is_a_share():
    with pytest.raises(OptionError, match=r"cut is 1\.0"):
        StreamOptions(cut=1.0)
