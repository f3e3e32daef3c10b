# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import sys

import pytest

from anyview.core.errors import MissingDependencyError
from anyview.core.optional import require


def test_what_is_there_is_imported():
    import json.decoder

    assert require("json", extra="x", purpose="read") is sys.modules["json"]
    assert require("json.decoder", extra="x", purpose="read") is json.decoder


@pytest.mark.parametrize("module", ["nosuch_package", "nosuch_package.part"])
def test_what_is_absent_is_named_with_the_way_to_get_it(module):
    with pytest.raises(MissingDependencyError) as failed:
        require(module, extra="viz", purpose="show a scene")
    assert str(failed.value) == (
        f"The package {module!r} is needed to show a scene and is not installed. "
        "Install it with: pip install 'anyview[viz]'"
    )
    assert isinstance(failed.value, ImportError)


def test_a_package_that_lacks_something_itself_says_so(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import another_nosuch_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError) as failed:
        require("broken_package", extra="viz", purpose="show a scene")
    assert failed.value.name == "another_nosuch_package"
    assert not isinstance(failed.value, MissingDependencyError)
