# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Settings: shares, refusals, the way through JSON, no heavy imports."""

import json
import subprocess
import sys

import pytest

from anyview.core.errors import OptionError
from anyview.data.synthetic.world_settings import KINDS, WorldSettings


def test_shares_sum_to_one_in_the_order_of_kinds():
    settings = WorldSettings(
        room=3.0, street=1.0, **dict.fromkeys(set(KINDS) - {"room", "street"}, 0.0)
    )
    assert sum(settings.shares) == pytest.approx(1)
    assert settings.shares[KINDS.index("room")] == pytest.approx(0.75)


def test_json_round_trip():
    settings = WorldSettings(width=56, photos="pictures", aerial=0.5)
    assert WorldSettings.from_document(json.loads(json.dumps(settings.to_document()))) == settings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 10}, "14 pixels"),
        ({"views": 0}, "at least 1"),
        ({"fov_low": 90.0, "fov_high": 60.0}, "10 to 140"),
        ({"photo_share": 1.5}, "0 to 1"),
        ({"room": -1.0}, "positive"),
        (dict.fromkeys(KINDS, 0.0), "positive"),
    ],
)
def test_what_is_refused(values, message):
    with pytest.raises(OptionError, match=message):
        WorldSettings(**values)


def test_unknown_settings_are_refused():
    with pytest.raises(OptionError, match="colour"):
        WorldSettings.from_document({"colour": 1})


def test_reading_them_needs_neither_torch_nor_numpy():
    code = (
        "import sys, anyview.data.synthetic.world_settings; "
        "sys.exit(bool({'torch', 'numpy'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
